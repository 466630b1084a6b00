using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using TypedEvents.Cli;

namespace TypedEvents.Generators.Analyzers;

/// <summary>
/// The rules about changes of the tracking plan, with the ids that the tool <c>typedevents</c> has for them. What breaks readers of the events is a
/// warning, what is risky a suggestion, and what is safe is hidden: then only the code fix is offered.
/// </summary>
internal static class PlanRules
{
    private const string Format = "{0} {1}; if that is meant, accept it into the lock file: by the code fix, or with '{2}'";

    private static readonly string Page = RulePage.Of("plan-changes");

    public static readonly DiagnosticDescriptor ReasonIsMissing = new(
        "TEP002", "Change of the tracking plan was accepted without a reason", "{0} {1}", RulePage.PlanCategory, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Page);

    public static readonly DiagnosticDescriptor LockIsBroken = new(
        "TEP003", "Lock file of the tracking plan can't be read", "{0} can't be read, so changes of the tracking plan aren't reported: {1}", RulePage.PlanCategory, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor EventRemoved = new(
        "TEP101", "Event was removed", Format, RulePage.PlanCategory, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor EventRenamed = new(
        "TEP102", "Event was renamed", Format, RulePage.PlanCategory, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor EventReused = new(
        "TEP103", "Event comes back under a removed name with other properties", Format, RulePage.PlanCategory, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor EventAdded = new(
        "TEP104", "Event is new", Format, RulePage.PlanCategory, DiagnosticSeverity.Hidden, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor RequiredPropertyRemoved = new(
        "TEP201", "Property that was always sent was removed", Format, RulePage.PlanCategory, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor OptionalPropertyRemoved = new(
        "TEP202", "Optional property was removed", Format, RulePage.PlanCategory, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor PropertyRenamed = new(
        "TEP203", "Property was renamed", Format, RulePage.PlanCategory, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor PropertyReused = new(
        "TEP204", "Property comes back under a removed name with another type", Format, RulePage.PlanCategory, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor PropertyAdded = new(
        "TEP205", "Property is new", Format, RulePage.PlanCategory, DiagnosticSeverity.Hidden, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor PropertyNowOptional = new(
        "TEP206", "Property that was always sent may be missing", Format, RulePage.PlanCategory, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor PropertyNowRequired = new(
        "TEP207", "Optional property is now always sent", Format, RulePage.PlanCategory, DiagnosticSeverity.Hidden, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor TypeChanged = new(
        "TEP301", "Property has another type in the JSON payload", Format, RulePage.PlanCategory, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor FormatChanged = new(
        "TEP302", "Property has another format in the JSON payload", Format, RulePage.PlanCategory, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor ValueAdded = new(
        "TEP401", "Property may have a new value", Format, RulePage.PlanCategory, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor ValueRemoved = new(
        "TEP402", "Property no longer has a value", Format, RulePage.PlanCategory, DiagnosticSeverity.Hidden, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor ValueRenamed = new(
        "TEP403", "Value is sent under another name", Format, RulePage.PlanCategory, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor ValuesGivenUp = new(
        "TEP404", "Property no longer has a list of values", Format, RulePage.PlanCategory, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor ValuesSet = new(
        "TEP405", "Property now has a list of values", Format, RulePage.PlanCategory, DiagnosticSeverity.Hidden, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor RangeWidened = new(
        "TEP406", "Range of a property is wider", Format, RulePage.PlanCategory, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor RangeNarrowed = new(
        "TEP407", "Range of a property is narrower", Format, RulePage.PlanCategory, DiagnosticSeverity.Hidden, isEnabledByDefault: true, helpLinkUri: Page);

    private static readonly DiagnosticDescriptor PatternChanged = new(
        "TEP408", "Pattern of a property changed", Format, RulePage.PlanCategory, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: Page);

    /// <summary>The rules about changes, which a code fix accepts.</summary>
    public static readonly ImmutableArray<DiagnosticDescriptor> Changes = ImmutableArray.Create(
        EventRemoved, EventRenamed, EventReused, EventAdded,
        RequiredPropertyRemoved, OptionalPropertyRemoved, PropertyRenamed, PropertyReused, PropertyAdded, PropertyNowOptional,
        PropertyNowRequired, TypeChanged, FormatChanged, ValueAdded, ValueRemoved, ValueRenamed,
        ValuesGivenUp, ValuesSet, RangeWidened, RangeNarrowed, PatternChanged);

    public static readonly ImmutableArray<DiagnosticDescriptor> All = Changes.Insert(0, LockIsBroken).Insert(0, ReasonIsMissing);

    private static readonly ImmutableDictionary<string, DiagnosticDescriptor> ById = Changes.ToImmutableDictionary(rule => rule.Id);

    /// <summary>The rule of a finding; <see langword="null"/> for those that aren't reported here.</summary>
    public static DiagnosticDescriptor? Find(string id) => ById.TryGetValue(id, out DiagnosticDescriptor? rule) ? rule : null;

    /// <summary>The severity of a finding. Facts beside the change may have made it less than its rule usually is.</summary>
    public static DiagnosticSeverity SeverityOf(FindingLevel level) => level switch
    {
        FindingLevel.Breaking => DiagnosticSeverity.Warning,
        FindingLevel.Risky => DiagnosticSeverity.Info,
        _ => DiagnosticSeverity.Hidden,
    };

    /// <summary>The command that accepts a change.</summary>
    public static string CommandFor(Finding finding)
    {
        string name = finding.Event!;
        bool isPlain = name.All(static character => char.IsLetterOrDigit(character) || character is '_' or '-' or '.');
        string only = isPlain ? name : $"\"{name}\"";
        return $"typedevents plan accept --only {only}{(finding.Level == FindingLevel.Breaking ? " --because \"…\"" : "")}";
    }
}
