using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>
/// The compiler says that a tracker has no such method; this says why the generator made none for the event, or under which name it did.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MissingCallAnalyzer : DiagnosticAnalyzer
{
    private const string Async = "Async";

    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0028",
        title: "Typed call does not exist",
        messageFormat: "'{0}' does not exist: {1}",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0028"));

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rule);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(static start =>
        {
            if (CompiledEvents.TryFind(start.Compilation) is { } events)
            {
                start.RegisterOperationAction(operation => Inspect(operation, events), OperationKind.Invalid);
            }
        });
    }

    private static void Inspect(OperationAnalysisContext context, CompiledEvents events)
    {
        if (TrackerCall.TryRead(context.Operation) is not { } call || call.Methods(context.Operation.SemanticModel!).Any())
        {
            return;
        }

        string name = call.Name.Identifier.ValueText;
        string eventName = name.Substring(TrackerCall.Prefix.Length);
        (string Explanation, string? Name)? found = Explain(call, eventName, "", events);
        if (found is null && eventName.EndsWith(Async, StringComparison.Ordinal))
        {
            found = Explain(call, eventName.Substring(0, eventName.Length - Async.Length), Async, events);
        }

        if (found is { } known)
        {
            var hint = new FixHint(Name: known.Name);
            context.ReportDiagnostic(Diagnostic.Create(Rule, call.Name.GetLocation(), hint.Places, hint.Properties, name, known.Explanation));
        }
    }

    /// <summary>Returns the reason why an event has no typed call; <see langword="null"/> if another rule explains it.</summary>
    private static (string Explanation, string? Name)? Explain(TrackerCall call, string eventName, string suffix, CompiledEvents events)
    {
        // TrackCheckoutStarted may lack only a using directive; TrackStarted may mean Checkout.Started.
        InspectedEvent[] meant = [.. events.WithCall(TrackerCall.Prefix + eventName), .. events.WithTypeName(eventName)];
        meant = [.. meant.Where(inspected => inspected.Findings.Flaws.Count == 0 && inspected.IsImplemented)];
        if (meant.Length == 0)
        {
            return null;
        }

        InspectedEvent first = meant[0];
        string type = first.Type.ToDisplayString();
        if (TrackMethodsParser.FindObstacle(first.Type) is { } obstacle)
        {
            return ($"the event '{type}' has no typed calls because {obstacle}: use Track({(call.NamesUser ? "user, " : "")}new {first.Type.Name}(…))", null);
        }

        if (first.CallName == TrackerCall.Prefix + eventName)
        {
            return first.Type.ContainingNamespace.IsGlobalNamespace
                ? null
                : ($"it is declared in '{first.Type.ContainingNamespace.ToDisplayString()}': add a using for that namespace", null);
        }

        string calls = string.Join(" or ", meant.Select(inspected => $"'{inspected.CallName}{suffix}'").Distinct());
        return ($"the typed call of a nested event has the names of the types around it: use {calls}", first.CallName + suffix);
    }
}
