using System.Text;

namespace TypedEvents.Cli.Tests;

/// <summary>Plans from JSON, as short as a test needs them.</summary>
internal static class Plans
{
    /// <summary>A plan of one event, <c>trial_started</c>.</summary>
    /// <param name="properties">The members of its <c>properties</c> in JSON.</param>
    /// <param name="more">Further members of the event.</param>
    public static TrackingPlan OfOneEvent(string properties, string more = "") =>
        Of($$"""{ "trial_started": { {{more}} "properties": { {{properties}} } } }""");

    /// <summary>A plan of events.</summary>
    /// <param name="events">The <c>events</c> in JSON.</param>
    /// <param name="removed">The <c>removed</c> in JSON.</param>
    public static TrackingPlan Of(string events, string removed = "{}") => Parse($$"""{ "plan": 1, "events": {{events}}, "removed": {{removed}} }""");

    public static TrackingPlan Parse(string json, string name = "plan.json") => PlanReader.Parse(Encoding.UTF8.GetBytes(json), name);

    /// <summary>A finding in one line, without its message.</summary>
    public static string Line(Finding finding) => $"{finding.Id} {finding.Level.ToString().ToLowerInvariant()} {finding.Subject}".TrimEnd();
}
