using System.Globalization;

namespace TypedEvents.Emulator;

/// <summary>Turns the buttons of the page into behaviors.</summary>
internal sealed class Misbehavior(BehaviorScript script, Rejections rejections)
{
    public static readonly string[] Kinds = ["respond", "slow", "drip", "cut", "cut-halfway", "lose-response", "hang", "reject", "normal"];

    private const int MaxCount = 1000;
    private const int MaxMilliseconds = 600_000;

    private volatile bool _rejects;

    public BehaviorStateJson State => new(script.Queued, script.HasDefault || _rejects);

    /// <summary>Does as the page asks.</summary>
    /// <returns>What is wrong with it, or <see langword="null"/>.</returns>
    public string? Apply(BehaviorJson? asked)
    {
        if (asked?.Kind is not { } kind || !Kinds.Contains(kind, StringComparer.Ordinal))
        {
            return $"kind must be one of {string.Join(", ", Kinds)}.";
        }

        if (asked.Count is < 1 or > MaxCount)
        {
            return string.Create(CultureInfo.InvariantCulture, $"count must be between 1 and {MaxCount}, but was {asked.Count}.");
        }

        if (asked.Milliseconds is < 0 or > MaxMilliseconds)
        {
            return string.Create(CultureInfo.InvariantCulture, $"milliseconds must be between 0 and {MaxMilliseconds}, but was {asked.Milliseconds}.");
        }

        if (asked.Status is < 200 or > 599 or 204 or 205 or 304)
        {
            return string.Create(CultureInfo.InvariantCulture, $"status must be between 200 and 599 and allow a body, but was {asked.Status}.");
        }

        if (asked.RetryAfter < 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"retryAfter must not be negative, but was {asked.RetryAfter}.");
        }

        TimeSpan delay = TimeSpan.FromMilliseconds(asked.Milliseconds);
        switch (kind)
        {
            case "normal":
                script.Reset();
                rejections.RejectEvents(null, Rejected);
                _rejects = false;
                break;
            case "reject":
                if (string.IsNullOrEmpty(asked.Event))
                {
                    return "event must name the event to reject.";
                }

                string name = asked.Event;
                rejections.RejectEvents(received => received.EventName == name, Rejected);
                _rejects = true;
                break;
            default:
                script.Enqueue(
                    kind switch
                    {
                        "slow" => EmulatorBehavior.Normal.After(delay),
                        "drip" => EmulatorBehavior.Normal.Drip(delay),
                        "cut" => EmulatorBehavior.Cut,
                        "cut-halfway" => EmulatorBehavior.Normal.CutHalfway(),
                        "lose-response" => EmulatorBehavior.LoseResponse,
                        "hang" => EmulatorBehavior.Hang,
                        _ => Respond(asked),
                    },
                    asked.Count);
                break;
        }

        return null;
    }

    private static Response Rejected => Response.Of(400, EmulatorCodes.Rejected, "");

    private static EmulatorBehavior Respond(BehaviorJson asked)
    {
        var respond = EmulatorBehavior.Respond(asked.Status, 90000 + asked.Status);
        return asked.RetryAfter == 0
            ? respond
            : respond.WithHeader("Retry-After", asked.RetryAfter.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
