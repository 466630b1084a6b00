using System.Net;

namespace TypedEvents.Tests;

/// <summary>What a server answers to events, and how long it takes.</summary>
/// <param name="now">The time.</param>
/// <param name="events">The events of the request.</param>
/// <returns>The response, or <see langword="null"/> where this rule has none and the next one is asked.</returns>
internal delegate ModelResponse? ModelRule(TimeSpan now, IReadOnlyList<ModelEvent> events);

/// <summary>A response, after which time it comes, and whether the server keeps the events.</summary>
internal sealed record ModelResponse(EngageResponse Response, TimeSpan Delay, bool Keeps)
{
    public static ModelResponse Accepted(TimeSpan delay) => new(new EngageResponse { Status = HttpStatusCode.OK, Code = 0 }, delay, true);

    public static ModelResponse Of(int status, int? code = null, TimeSpan delay = default) =>
        new(new EngageResponse { Status = (HttpStatusCode)status, Code = code }, delay, false);

    public static ModelResponse Later(int status, TimeSpan retryAfter) =>
        new(new EngageResponse { Status = (HttpStatusCode)status, RetryAfter = retryAfter }, default, false);

    public static ModelResponse RejectedCompression() =>
        new(new EngageResponse { Status = HttpStatusCode.UnsupportedMediaType, WasCompressed = true }, default, false);

    public static ModelResponse None(TransportError reason, TimeSpan delay = default, bool keeps = false) =>
        new(new EngageResponse { TransportError = reason }, delay, keeps);
}

/// <summary>A server in memory: it answers by the first rule that has a response, and otherwise takes all but bad events.</summary>
internal sealed class ModelServer(Random random)
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);

    public List<ModelRule> Rules { get; } = [];

    public int Requests { get; private set; }

    /// <summary>What it answers to registrations before anything else.</summary>
    public List<Func<TimeSpan, ModelResponse?>> RegistrationRules { get; } = [];

    /// <summary>External ids that it leaves out of its responses, as in a partial success.</summary>
    public HashSet<string> UnknownIds { get; } = [];

    /// <summary>External ids for which it rejects the whole request.</summary>
    public HashSet<string> RejectedIds { get; } = [];

    public int Registrations { get; private set; }

    /// <summary>How often each id was asked for.</summary>
    public Dictionary<string, int> Asked { get; } = [];

    public ModelResponse Register(TimeSpan now, IReadOnlyList<string> ids)
    {
        Registrations++;
        Assert.InRange(ids.Count, 1, 100);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        foreach (string id in ids)
        {
            Asked[id] = Asked.GetValueOrDefault(id) + 1;
        }

        foreach (Func<TimeSpan, ModelResponse?> rule in RegistrationRules)
        {
            if (rule(now) is { } response)
            {
                return response;
            }
        }

        TimeSpan delay = TimeSpan.FromMilliseconds(random.Next(1, 100));
        return ids.Any(RejectedIds.Contains)
            ? ModelResponse.Of(400, 90400, delay)
            : new ModelResponse(
                new EngageResponse
                {
                    Status = HttpStatusCode.OK,
                    Code = 0,
                    Users = [.. ids.Where(id => !UnknownIds.Contains(id)).Select(id => KeyValuePair.Create(id, ModelWorld.EuidOf(id)))],
                },
                delay,
                Keeps: true);
    }

    public ModelResponse Answer(TimeSpan now, IReadOnlyList<ModelEvent> events)
    {
        Requests++;
        foreach (ModelRule rule in Rules)
        {
            if (rule(now, events) is { } response)
            {
                return response.Delay > AttemptTimeout ? ModelResponse.None(TransportError.TimedOut, AttemptTimeout, response.Keeps) : response;
            }
        }

        TimeSpan delay = TimeSpan.FromMilliseconds(random.Next(1, 100));
        return events.Any(sent => sent.IsBad) ? ModelResponse.Of(400, 90400, delay) : ModelResponse.Accepted(delay);
    }
}
