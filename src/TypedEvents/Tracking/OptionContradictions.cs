using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>Finds options that are valid individually, but where one makes another ineffective.</summary>
internal static class OptionContradictions
{
    public static void Log(EventTrackerOptions options, ILogger logger)
    {
        foreach (string contradiction in Find(options))
        {
            TypedEvents.Log.OptionsContradict(logger, contradiction);
        }
    }

    /// <summary>Describes each contradiction: the options, their values and the remedy.</summary>
    public static List<string> Find(EventTrackerOptions options)
    {
        List<string> contradictions = [];
        if (options.FlushTimeout < options.AttemptTimeout)
        {
            contradictions.Add($"FlushTimeout ({options.FlushTimeout}) is below AttemptTimeout ({options.AttemptTimeout}): a single request that hangs uses up a flush's time. Raise FlushTimeout, or lower AttemptTimeout.");
        }

        if (options.HttpClient is { } client && client.Timeout != Timeout.InfiniteTimeSpan && client.Timeout < options.AttemptTimeout)
        {
            contradictions.Add($"The Timeout of HttpClient ({client.Timeout}) is below AttemptTimeout ({options.AttemptTimeout}), which has no effect then. Raise the client's Timeout, or lower AttemptTimeout.");
        }

        if (options.MaxEventAge is { } maxAge && maxAge <= options.FlushInterval)
        {
            contradictions.Add($"MaxEventAge ({maxAge}) is not above FlushInterval ({options.FlushInterval}): events may expire while they are held back for a full batch. Lower FlushInterval, or raise MaxEventAge.");
        }

        return contradictions;
    }
}
