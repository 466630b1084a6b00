using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>What the host's part logs. Its event ids begin at 200, beyond those of the trackers and the outboxes.</summary>
internal static partial class Log
{
    /// <summary>The category of these entries.</summary>
    public const string Category = "TypedEvents.Hosting";

    [LoggerMessage(200, LogLevel.Warning, "The outbox of tracker '{TrackerName}' wasn't open after {Timeout}. The application starts without it; the tracker goes on opening it and buffers events until then. Check the database or the disk.")]
    public static partial void StartedBeforeOutbox(ILogger logger, string trackerName, TimeSpan timeout);

    [LoggerMessage(201, LogLevel.Warning, "Tracker '{TrackerName}' is disabled: no credentials are configured. Each event is counted as Disabled, and none is sent. Set {ApiKeySetting} and {ApiSecretSetting}, or run the package TypedEvents.Emulator, a local stand-in for EngageLab that accepts any credentials, and set BaseAddress to its address and AllowInsecureLoopback to true. In Production the start fails instead.")]
    public static partial void NotConfigured(ILogger logger, string trackerName, string apiKeySetting, string apiSecretSetting);

    [LoggerMessage(202, LogLevel.Warning, "Settings of tracker '{TrackerName}' are unknown and have no effect: {Keys}. Check their spelling.")]
    public static partial void UnknownSettings(ILogger logger, string trackerName, string keys);

    [LoggerMessage(203, LogLevel.Warning, "The ShutdownTimeout of tracker '{TrackerName}' ({Timeout}) isn't below the host's ({HostTimeout}), so the host may end before the last events are sent. Lower it, or raise HostOptions.ShutdownTimeout.")]
    public static partial void TimeoutNotBelowHosts(ILogger logger, string trackerName, TimeSpan timeout, TimeSpan hostTimeout);

    [LoggerMessage(204, LogLevel.Information, "Tracker '{TrackerName}' uses the credentials that its configuration has now.")]
    public static partial void CredentialsReloaded(ILogger logger, string trackerName);

    [LoggerMessage(205, LogLevel.Error, "The credentials that the configuration of tracker '{TrackerName}' has now are invalid, so it goes on using the earlier ones. {Problem}")]
    public static partial void CredentialsRejected(ILogger logger, string trackerName, string problem);

    [LoggerMessage(206, LogLevel.Warning, "The configuration of tracker '{TrackerName}' has changed, which has no effect before a restart: {Keys}. Only credentials are used at once.")]
    public static partial void NeedsRestart(ILogger logger, string trackerName, string keys);

    [LoggerMessage(207, LogLevel.Error, "The changed configuration of tracker '{TrackerName}' couldn't be read. It goes on with what it has.")]
    public static partial void ReloadFailed(ILogger logger, string trackerName, Exception exception);
}
