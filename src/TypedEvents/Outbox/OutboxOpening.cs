using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox;

/// <summary>What an outbox has to know about the tracker that opens it.</summary>
public sealed record OutboxOpening
{
    /// <summary>The project and the address that the events are for.</summary>
    public required OutboxTarget Target { get; init; }

    /// <summary>
    /// How long one request of the tracker may take (<see cref="EventTrackerOptions.AttemptTimeout"/>): a lease has to be longer. Default: 10
    /// seconds.
    /// </summary>
    public TimeSpan AttemptTimeout { get; init; } = EngageApiOptions.DefaultTimeout;

    /// <summary>Where an outbox without a log of its own logs to. Default: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>The tracker's clock, for an outbox that waits and has no clock of its own. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// Makes the tracker's delivery look for pending events at once, for an outbox that learns of events that the tracker didn't append, such as
    /// from a transaction of the application. Any thread may call it. Default: <see langword="null"/>, if there is no tracker.
    /// </summary>
    public Action? Wake { get; init; }
}
