using System.Globalization;
using System.Text;

namespace TypedEvents.Cli;

/// <summary>What a run of an application is to show.</summary>
/// <param name="Expectations">The events that it is to send.</param>
/// <param name="Cover">The least part of the plan's events to be received, in percent; <see langword="null"/> if it doesn't matter.</param>
/// <param name="FailsOnInvalid">Whether each event is to fit the plan and to be accepted.</param>
internal sealed record RunDemands(IReadOnlyList<Expectation> Expectations, int? Cover, bool FailsOnInvalid);

/// <summary>What was received of an application.</summary>
internal sealed record RunFacts
{
    /// <summary>The number of accepted events by name, without repeats.</summary>
    public required IReadOnlyDictionary<string, long> Received { get; init; }

    /// <summary>The events that were rejected and never accepted.</summary>
    public IReadOnlyList<RejectedEvents> Rejected { get; init; } = [];

    /// <summary>The requests whose events couldn't be read.</summary>
    public IReadOnlyList<RejectedRequests> RejectedRequests { get; init; } = [];

    /// <summary>The events that break the plan.</summary>
    public IReadOnlyList<BrokenEvents> Broken { get; init; } = [];

    /// <summary>The names of the plan's events; <see langword="null"/> without a plan.</summary>
    public IReadOnlyCollection<string>? Planned { get; init; }

    public int Requests { get; init; }

    public int Users { get; init; }

    public long Repeats { get; init; }

    public long Conflicts { get; init; }

    public long Total => Received.Values.Sum();

    public int Covered => Planned?.Count(Received.ContainsKey) ?? 0;
}

/// <param name="Event">The name.</param>
/// <param name="Count">How many.</param>
/// <param name="Response">The status and the code of the last response, or that there was none.</param>
internal sealed record RejectedEvents(string Event, int Count, string Response);

/// <param name="Status">The status of the response.</param>
/// <param name="Count">How many.</param>
internal sealed record RejectedRequests(int Status, int Count);

/// <param name="Event">The name.</param>
/// <param name="Count">How many.</param>
/// <param name="Problems">What breaks the plan, with the property: the first few different ones. The values aren't in it.</param>
internal sealed record BrokenEvents(string Event, long Count, IReadOnlyList<string> Problems);

/// <summary>The end of <c>typedevents run</c>: a summary, and what isn't as it should be.</summary>
internal static class RunReport
{
    private const int MaxNames = 12;

    /// <summary>What was received, for people.</summary>
    public static string Summary(RunFacts facts)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"typedevents: {Events(facts.Total)} of {Count(facts.Users, "user")} in {Count(facts.Requests, "request")}");
        if (facts.Repeats > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"; {Events(facts.Repeats)} arrived again and counted once");
        }

        text.Append(".\n");
        int width = facts.Received.Keys.Select(name => name.Length).DefaultIfEmpty().Max();
        foreach ((string name, long count) in facts.Received.OrderBy(received => received.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {name.PadRight(width)}  {count,6:N0}\n");
        }

        if (facts.Planned is { } planned)
        {
            text.Append(CultureInfo.InvariantCulture, $"typedevents: {Coverage(facts)}.");
            text.Append(facts.Covered < planned.Count ? $" Never received: {Missing(facts)}.\n" : "\n");
        }

        foreach (BrokenEvents broken in facts.Broken)
        {
            text.Append(CultureInfo.InvariantCulture, $"typedevents: {Named(broken.Count, broken.Event)} {(broken.Count == 1 ? "breaks" : "break")} the plan: {string.Join("; ", broken.Problems)}.\n");
        }

        foreach (RejectedEvents rejected in facts.Rejected)
        {
            text.Append(CultureInfo.InvariantCulture, $"typedevents: {Named(rejected.Count, rejected.Event)} {(rejected.Count == 1 ? "was" : "were")} rejected and not accepted later: {rejected.Response}.\n");
        }

        foreach (RejectedRequests rejected in facts.RejectedRequests)
        {
            text.Append(CultureInfo.InvariantCulture, $"typedevents: {Described(rejected)}: status {rejected.Status}.\n");
        }

        if (facts.Conflicts > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"typedevents: {Events(facts.Conflicts)} arrived again with other bytes under the same random_id.\n");
        }

        return text.ToString();
    }

    /// <summary>What isn't as it should be, a sentence for each.</summary>
    public static IReadOnlyList<string> Unmet(RunDemands demands, RunFacts facts)
    {
        List<string> unmet = [];
        foreach (Expectation expectation in demands.Expectations)
        {
            long received = facts.Received.GetValueOrDefault(expectation.EventName);
            if (!expectation.IsMet(received))
            {
                unmet.Add(Sentence(expectation, received, facts));
            }
        }

        if (demands.Cover is { } cover && facts.Planned is { } planned && facts.Covered * 100L < (long)cover * planned.Count)
        {
            unmet.Add($"Expected {cover}% of the plan's events, but {Coverage(facts)}. Never received: {Missing(facts)}.");
        }

        if (demands.FailsOnInvalid && Invalid(facts) is { Length: > 0 } invalid)
        {
            unmet.Add($"Expected valid events, but {invalid}.");
        }

        return unmet;
    }

    private static string Sentence(Expectation expectation, long received, RunFacts facts)
    {
        string name = expectation.EventName;
        string expected = expectation.Count switch
        {
            null => $"Expected {name}, but it wasn't received",
            0 => $"Expected no {name}, but it was received {Times(received)}",
            { } count => $"Expected {name} {Times(count)}, but it was received {Times(received)}",
        };
        if (received > 0)
        {
            return $"{expected}.";
        }

        if (facts.Rejected.FirstOrDefault(rejected => rejected.Event == name) is { } sent)
        {
            return $"{expected}: {(sent.Count == 1 ? "1 was" : $"{sent.Count} were")} rejected, {sent.Response}.";
        }

        string[] others = [.. facts.Received.OrderByDescending(other => other.Value).ThenBy(other => other.Key, StringComparer.Ordinal).Select(other => $"{other.Key} ({other.Value.ToString("N0", CultureInfo.InvariantCulture)})")];
        string instead = others.Length > 0
            ? $"Received instead: {Names(others)}."
            : facts.Requests > 0
                ? $"No event was accepted in {Count(facts.Requests, "request")}{string.Concat(facts.RejectedRequests.Select(rejected => string.Create(CultureInfo.InvariantCulture, $"; {Described(rejected)}, status {rejected.Status}")))}."
                : "No request arrived: the application must read TypedEvents__BaseAddress or ENGAGELAB_BASE_ADDRESS, and dispose its tracker before it ends.";
        string unknown = facts.Planned is { } planned && !planned.Contains(name) ? $" {name} isn't in the plan." : "";
        return $"{expected}. {instead}{unknown}";
    }

    /// <summary>What is wrong with events, in one sentence without its end.</summary>
    private static string Invalid(RunFacts facts) => string.Join("; ", new[]
    {
        facts.Broken.Select(broken => $"{Named(broken.Count, broken.Event)} {(broken.Count == 1 ? "breaks" : "break")} the plan ({string.Join("; ", broken.Problems)})"),
        facts.Rejected.Select(rejected => $"{Named(rejected.Count, rejected.Event)} {(rejected.Count == 1 ? "was" : "were")} rejected ({rejected.Response})"),
        facts.RejectedRequests.Select(rejected => string.Create(CultureInfo.InvariantCulture, $"{Described(rejected)} (status {rejected.Status})")),
        facts.Conflicts > 0 ? [$"{Events(facts.Conflicts)} arrived again with other bytes"] : [],
    }.SelectMany(parts => parts));

    private static string Coverage(RunFacts facts)
    {
        int planned = facts.Planned!.Count;
        return $"{facts.Covered} of {Count(planned, "event")} of the plan {(facts.Covered == 1 ? "was" : "were")} received{(planned == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({facts.Covered * 100L / planned}%)"))}";
    }

    private static string Missing(RunFacts facts) => Names([.. facts.Planned!.Where(name => !facts.Received.ContainsKey(name)).Order(StringComparer.Ordinal)]);

    private static string Names(string[] names) => names.Length <= MaxNames
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(MaxNames))} and {names.Length - MaxNames} more";

    private static string Times(long count) => count switch
    {
        1 => "once",
        _ => $"{count.ToString("N0", CultureInfo.InvariantCulture)} times",
    };

    private static string Described(RejectedRequests rejected) =>
        $"{Count(rejected.Count, "request")} {(rejected.Count == 1 ? "was" : "were")} rejected as a whole";

    private static string Events(long count) => Count(count, "event");

    private static string Named(long count, string eventName) => Count(count, $"{eventName} event");

    private static string Count(long count, string noun) => $"{count.ToString("N0", CultureInfo.InvariantCulture)} {noun}{(count == 1 ? "" : "s")}";
}
