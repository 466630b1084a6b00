using System.Collections.Immutable;
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
        : this(project, project.Compile())
    {
    }

    public EditingSession(Project project, CSharpCompilation compilation)
    {
        Compilation = compilation;
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
        [.. EmittedModels.OfType<EventModel>().Select(model => NameOf(model.Head)).Order(StringComparer.Ordinal)];

    /// <summary>The events whose typed calls the last run emitted, in order of their names.</summary>
    public IReadOnlyList<string> EmittedCalls =>
        [.. EmittedModels.OfType<EventCalls>().Select(calls => NameOf(calls.Event)).Order(StringComparer.Ordinal)];

    /// <summary>The source of all generated files but the contracts, in the order of <see cref="Generated.AllText"/>.</summary>
    public string EmittedText => string.Concat(Result.GeneratedSources.Where(file => !Generated.IsContract(file)).Select(file => file.SourceText.ToString()));

    /// <summary>The contracts in the files that the last run emitted.</summary>
    public IReadOnlyList<string> EmittedContracts => [.. EmittedModels.OfType<ContractFile>().SelectMany(file => file.Contracts).Select(model => model.Json).Order(StringComparer.Ordinal)];

    /// <summary>The enums whose files the last run emitted, in order of their names.</summary>
    public IReadOnlyList<string> EmittedEnums => [.. EmittedModels.OfType<EnumModel>().Select(model => model.Name).Order(StringComparer.Ordinal)];

    /// <summary>The models of the last run. The driver shows no step from which no file comes.</summary>
    public IReadOnlyList<object?> Models => Result.TrackedSteps.TryGetValue(EngageEventGenerator.EventsStep, out ImmutableArray<IncrementalGeneratorRunStep> steps)
        ? [.. steps.SelectMany(step => step.Outputs).Where(output => output.Reason != IncrementalStepRunReason.Removed).Select(output => output.Value)]
        : [];

    /// <summary>
    /// Whether the last run gave these models. Contracts aren't compared: only builds have a use for them, and each build reads them. Printed by an
    /// assertion, the models would fill pages.
    /// </summary>
    public bool HasModels(IReadOnlyList<object?> models) => WithoutContracts(Models).SequenceEqual(WithoutContracts(models));

    private static string NameOf(EventHead head) => $"{head.Namespace}.{head.Declaration.Name}";

    private static IEnumerable<(EventModel, EventCalls?)> WithoutContracts(IEnumerable<object?> models) =>
        models.OfType<ParsedEvent>().Select(parsed => (parsed.Event, parsed.Calls));

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
