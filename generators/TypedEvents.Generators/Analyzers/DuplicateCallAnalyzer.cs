using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TypedEvents.Generators.Analyzers;

/// <summary>
/// Where the typed calls of two events have one name, a call is ambiguous, or, which is worse, a new event changes which one an untouched
/// call sends. Events of other assemblies count as well: that is what a source file in two projects comes to.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DuplicateCallAnalyzer() : EventAnalyzer(Rule)
{
    private const string Async = "Async";

    private static readonly DiagnosticDescriptor Rule = new(
        id: "TE0025",
        title: "Typed calls of two events have the same name",
        messageFormat: "'{0}' and {1} both have a typed call '{2}': where both are in scope, it is ambiguous or sends the other event, so {3}",
        category: RulePage.Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: RulePage.Of("TE0025"));

    private protected override void Inspect(SymbolAnalysisContext context, CompiledEvents events)
    {
        if (events.Find((INamedTypeSymbol)context.Symbol) is not { HasCalls: true } inspected)
        {
            return;
        }

        foreach ((string call, string shared) in NamesThatMeet(inspected.CallName))
        {
            foreach (InspectedEvent other in events.WithCall(call))
            {
                if (!SymbolEqualityComparer.Default.Equals(other.Type, inspected.Type))
                {
                    Report(context, inspected.Location, inspected.Type.ToDisplayString(), $"'{other.Type.ToDisplayString()}'", shared, "rename one of them");
                    return;
                }
            }

            foreach (INamedTypeSymbol other in events.CompiledClassesWithCall(call))
            {
                Report(
                    context,
                    inspected.Location,
                    inspected.Type.ToDisplayString(),
                    $"an event of the referenced assembly '{other.ContainingAssembly.Name}'",
                    shared,
                    "rename one of them, or, if both are compiled from one source file, declare it in one project that the other references");
                return;
            }
        }
    }

    /// <summary>The calls that share a name with this one: the same, and the asynchronous call of one with the other of the next.</summary>
    private static IEnumerable<(string Call, string Shared)> NamesThatMeet(string call)
    {
        yield return (call, call);
        yield return (call + Async, call + Async);
        if (call.EndsWith(Async, StringComparison.Ordinal))
        {
            yield return (call.Substring(0, call.Length - Async.Length), call);
        }
    }
}
