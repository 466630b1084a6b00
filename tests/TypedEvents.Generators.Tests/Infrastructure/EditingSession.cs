using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Tests.Infrastructure;

/// <summary>A developer at work: the driver has run once, and runs again after each edit.</summary>
internal sealed class EditingSession
{
    private GeneratorDriver _driver;

    public EditingSession(Project project)
    {
        Compilation = project.Compile();
        _driver = project.CreateDriver().RunGenerators(Compilation, TestContext.Current.CancellationToken);
    }

    /// <summary>The project as it is now.</summary>
    public CSharpCompilation Compilation { get; private set; }

    private IEnumerable<object?> EmittedModels => Result.TrackedOutputSteps
        .SelectMany(step => step.Value)
        .Where(step => step.Outputs.Any(output => output.Reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified))
        .SelectMany(step => step.Inputs)
        .Select(input => input.Source.Outputs[input.OutputIndex].Value);

    private GeneratorRunResult Result => _driver.GetRunResult().Results[0];

    /// <summary>Why each event's model is what it is.</summary>
    public IReadOnlyList<IncrementalStepRunReason> EventReasons =>
        [.. Result.TrackedSteps[EngageEventGenerator.EventsStep].SelectMany(step => step.Outputs).Select(output => output.Reason)];

    /// <summary>The events whose files the last run emitted, in order of their names.</summary>
    public IReadOnlyList<string> Emitted =>
        [.. EmittedModels.OfType<EventModel>().Select(model => $"{model.Namespace}.{model.Declaration.Name}").Order(StringComparer.Ordinal)];

    /// <summary>The enums whose files the last run emitted, in order of their names.</summary>
    public IReadOnlyList<string> EmittedEnums => [.. EmittedModels.OfType<EnumModel>().Select(model => model.Name).Order(StringComparer.Ordinal)];

    /// <summary>The models of the last run.</summary>
    public IReadOnlyList<object?> Models =>
        [.. Result.TrackedSteps[EngageEventGenerator.EventsStep].SelectMany(step => step.Outputs).Where(output => output.Reason != IncrementalStepRunReason.Removed).Select(output => output.Value)];

    /// <summary>Whether the last run gave these models. Printed by an assertion, they would fill pages.</summary>
    public bool HasModels(IReadOnlyList<object?> models) => Models.SequenceEqual(models);

    /// <summary>Replaces a file as an editor does: the tree is parsed incrementally.</summary>
    public void Edit(string file, string replacement)
    {
        Assert.NotEqual(file, replacement);
        SyntaxTree tree = Compilation.SyntaxTrees.Single(tree => tree.ToString() == file);
        Run(Compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(replacement, System.Text.Encoding.UTF8))));
    }

    public void Run(CSharpCompilation compilation)
    {
        Compilation = compilation;
        _driver = _driver.RunGenerators(compilation, TestContext.Current.CancellationToken);
        Assert.Null(Result.Exception);
    }
}
