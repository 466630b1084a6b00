using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using TypedEvents.Generators;

namespace TypedEvents.Analyzers.Tests.Infrastructure;

/// <summary>Runs a rule, and the code fix for it, over marked-up sources: <c>{|TE0001:SignUp|}</c> is where the rule fires, nowhere else.</summary>
internal static class Verify
{
    /// <summary>The beginning of every source, so that each test shows only what it is about.</summary>
    public const string Usings = "using System; using System.Collections.Generic; using TypedEvents;\n";

    /// <summary>The rule fires where the source says, and the compiler says nothing but what the source marks, too.</summary>
    public static Task Rule<TRule>(params string[] sources)
        where TRule : DiagnosticAnalyzer, new()
    {
        var test = new RuleTest<TRule>();
        AddTo(test.TestState, sources);
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The code fix fixes all occurrences, one by one and all at once, and what remains compiles.</summary>
    public static Task Fix<TRule, TFix>(string source, string corrected, int index = 0)
        where TRule : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new() => Fix<TRule, TFix>([source], [corrected], index);

    /// <summary>The same for several files.</summary>
    public static Task Fix<TRule, TFix>(string[] sources, string[] corrected, int index = 0)
        where TRule : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        var test = new FixTest<TRule, TFix> { CodeActionIndex = index };
        AddTo(test.TestState, sources);
        AddTo(test.FixedState, corrected);
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Asserts that the rule has no code fix here.</summary>
    public static Task NoFix<TRule, TFix>(string source)
        where TRule : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new() => Fix<TRule, TFix>(source, source);

    private static void AddTo(SolutionState state, string[] sources)
    {
        foreach (string source in sources)
        {
            state.Sources.Add(Usings + source);
        }
    }

    private static readonly ReferenceAssemblies Nothing = new("net10.0");

    private static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.CSharp12);

    private static CSharpCompilationOptions CompilationOptions { get; } =
        new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true);

    private sealed class RuleTest<TRule> : CSharpAnalyzerTest<TRule, DefaultVerifier>
        where TRule : DiagnosticAnalyzer, new()
    {
        public RuleTest()
        {
            ReferenceAssemblies = Nothing;
            TestState.AdditionalReferences.AddRange(Framework.References);
            TestBehaviors |= TestBehaviors.SkipGeneratedSourcesCheck;
        }

        protected override IEnumerable<Type> GetSourceGenerators() => [typeof(EngageEventGenerator)];

        protected override ParseOptions CreateParseOptions() => ParseOptions;

        protected override CompilationOptions CreateCompilationOptions() => CompilationOptions;
    }

    private sealed class FixTest<TRule, TFix> : CSharpCodeFixTest<TRule, TFix, DefaultVerifier>
        where TRule : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        public FixTest()
        {
            ReferenceAssemblies = Nothing;
            TestState.AdditionalReferences.AddRange(Framework.References);
            TestBehaviors |= TestBehaviors.SkipGeneratedSourcesCheck;
        }

        protected override IEnumerable<Type> GetSourceGenerators() => [typeof(EngageEventGenerator)];

        protected override ParseOptions CreateParseOptions() => ParseOptions;

        protected override CompilationOptions CreateCompilationOptions() => CompilationOptions;
    }
}
