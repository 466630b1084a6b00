using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedEvents.Cli;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>
/// Compares the events of a project with the lock file of the tracking plan, where that is an additional file, as <c>typedevents plan check</c>
/// compares the build. A change is reported at the line that makes it, and what was removed at its line of the lock file.
/// </summary>
/// <remarks>Each is reported with its own file, and not at the end of the compilation: an editor then shows it while it is typed, with the code fix.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PlanChangeAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The property of a diagnostic that holds the event's name.</summary>
    internal const string EventKey = "event";

    /// <summary>The file is read again when it changes, and not with each keystroke elsewhere.</summary>
    private static readonly SourceTextValueProvider<LockedPlan> Locks = new(static text => new LockedPlan(text));

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => PlanRules.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(static start =>
        {
            if (LockedPlan.FindIn(start.Options.AdditionalFiles) is { } file
                && CompiledEvents.TryFind(start.Compilation) is { } events
                && file.GetText(start.CancellationToken) is { } text
                && start.TryGetValue(text, Locks, out LockedPlan? locked))
            {
                Register(start, file, locked, events);
            }
        });
    }

    private static void Register(CompilationStartAnalysisContext start, AdditionalText file, LockedPlan locked, CompiledEvents events)
    {
        if (locked.Plan is not { } plan)
        {
            RegisterInLock(start, file, context => context.ReportDiagnostic(Diagnostic.Create(
                PlanRules.LockIsBroken, locked.LocationOf(file.Path, locked.ErrorLocation), LockFile.Name, SymbolWords.Printable(locked.Error!))));
            return;
        }

        var settings = new ConfiguredLevels(start.Options.AnalyzerConfigOptionsProvider.GetOptions(file));
        var compiled = new CompiledPlan(start.Compilation, events, plan, settings);
        RegisterInLock(start, file, context => ReportInLock(context, locked, compiled));
        start.RegisterSymbolAction(
            symbol =>
            {
                if (events.Find((INamedTypeSymbol)symbol.Symbol) is { } inspected)
                {
                    ReportInSource(symbol, inspected, file.Path, locked, compiled);
                }
            },
            SymbolKind.NamedType);
    }

    private static void RegisterInLock(CompilationStartAnalysisContext start, AdditionalText file, Action<AdditionalFileAnalysisContext> report) =>
        start.RegisterAdditionalFileAction(context =>
        {
            if (context.AdditionalFile.Path == file.Path)
            {
                report(context);
            }
        });

    private static void ReportInLock(AdditionalFileAnalysisContext context, LockedPlan locked, CompiledPlan compiled)
    {
        string path = context.AdditionalFile.Path;
        foreach (Finding finding in compiled.Removals())
        {
            Report(finding, locked.LocationOf(path, finding.Location), before: null, context.ReportDiagnostic);
        }

        foreach (Finding finding in compiled.MissingReasons())
        {
            context.ReportDiagnostic(Diagnostic.Create(
                PlanRules.ReasonIsMissing, locked.LocationOf(path, finding.Location), SymbolWords.Printable(finding.Subject), SymbolWords.Printable(finding.Message.TrimEnd('.'))));
        }
    }

    private static void ReportInSource(SymbolAnalysisContext context, InspectedEvent inspected, string path, LockedPlan locked, CompiledPlan compiled)
    {
        foreach (Finding finding in compiled.ChangesOf(inspected))
        {
            Location? before = locked.Plan!.Locations.Find(finding.Event!, finding.Property) is { } place ? locked.LocationOf(path, place) : null;
            Report(finding, LocationOf(inspected, finding), before, context.ReportDiagnostic);
        }
    }

    private static Location LocationOf(InspectedEvent inspected, Finding finding)
    {
        string? name = finding.Id == "TEP203" ? finding.After : finding.Property;
        foreach (SentProperty sent in inspected.Findings.Sent)
        {
            if (sent.WireName == name)
            {
                return inspected.LocationOf(sent.Property, sent.Through);
            }
        }

        return inspected.NameLocation;
    }

    private static void Report(Finding finding, Location location, Location? before, Action<Diagnostic> report)
    {
        if (PlanRules.Find(finding.Id) is { } rule)
        {
            report(Diagnostic.Create(
                rule,
                location,
                PlanRules.SeverityOf(finding.Level),
                before is null ? null : [before],
                ImmutableDictionary<string, string?>.Empty.Add(EventKey, finding.Event),
                SymbolWords.Printable(finding.Subject),
                SymbolWords.Printable(finding.Message.TrimEnd('.')),
                SymbolWords.Printable(PlanRules.CommandFor(finding))));
        }
    }
}
