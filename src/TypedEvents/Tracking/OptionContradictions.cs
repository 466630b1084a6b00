using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>Options that are legal each by itself, and together keep one of them from its effect.</summary>
internal static class OptionContradictions
{
    public static void Log(EventTrackerOptions options, ILogger logger)
    {
        foreach (string contradiction in Find(options))
        {
            TypedEvents.Log.OptionsContradict(logger, contradiction);
        }
    }

    /// <summary>What is contradictory, in words that name the options, their values and the remedy.</summary>
    public static IEnumerable<string> Find(EventTrackerOptions options)
    {
        if (options.FlushTimeout < options.AttemptTimeout)
        {
            yield return $"FlushTimeout ({options.FlushTimeout}) is below AttemptTimeout ({options.AttemptTimeout}): one request that hangs takes all of a flush's time. Raise FlushTimeout, or lower AttemptTimeout.";
        }

        if (options.HttpClient is { } client && client.Timeout != Timeout.InfiniteTimeSpan && client.Timeout < options.AttemptTimeout)
        {
            yield return $"The Timeout of the given HttpClient ({client.Timeout}) is below AttemptTimeout ({options.AttemptTimeout}), which has no effect then. Raise the client's Timeout, or lower AttemptTimeout.";
        }

        if (options.MaxEventAge <= options.FlushInterval)
        {
            yield return $"MaxEventAge ({options.MaxEventAge}) is not above FlushInterval ({options.FlushInterval}): events may expire while they wait for a full batch. Lower FlushInterval, or raise MaxEventAge.";
        }
    }
}
