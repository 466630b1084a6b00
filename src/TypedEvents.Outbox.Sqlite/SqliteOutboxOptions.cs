using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>What a <see cref="SqliteOutbox"/> can be told. Each process that uses the file has its own.</summary>
public sealed class SqliteOutboxOptions
{
    /// <summary>The least value of <see cref="MaxBytes"/> and <see cref="MaxDeadLetterBytes"/>: 64 KiB.</summary>
    public const int MinBytes = 64 * 1024;

    /// <summary>
    /// How many bytes of JSON wait for delivery at most, held ones not counted: at least 64 KiB. Then events stay in the tracker's
    /// buffer. The file is larger, by the events' names and SQLite's own needs. Default: 256 MiB.
    /// </summary>
    public long MaxBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// How many bytes of JSON are kept of dead letters and held events together: at least 64 KiB; the oldest are removed and counted
    /// as evicted. Default: 64 MiB.
    /// </summary>
    public long MaxDeadLetterBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How many users' EUIDs are remembered, 0 or more; those that were registered first are forgotten first. Default: 100,000.</summary>
    public int MaxUsers { get; set; } = 100_000;

    /// <summary>How often to look for events that other processes appended: 10 ms to 1 h. Default: 1 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The clock that says when the outbox got an event. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// Where to log that a corrupt database was moved aside, or that this process can't send. Default: nowhere;
    /// <see cref="SqliteOutbox.CorruptDatabasePath"/> and <see cref="SqliteOutbox.IsAppendOnly"/> say the same.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    internal SqliteOutboxOptions Copy() => (SqliteOutboxOptions)MemberwiseClone();

    /// <exception cref="ArgumentException">An option has no legal value: the message names it and what is legal.</exception>
    internal void Validate()
    {
        ThrowIfLess(MaxBytes, MinBytes, nameof(MaxBytes), "at least 65,536 (64 KiB)");
        ThrowIfLess(MaxDeadLetterBytes, MinBytes, nameof(MaxDeadLetterBytes), "at least 65,536 (64 KiB)");
        ThrowIfLess(MaxUsers, 0, nameof(MaxUsers), "0 or more");
        if (PollInterval < TimeSpan.FromMilliseconds(10) || PollInterval > TimeSpan.FromHours(1))
        {
            throw new ArgumentException($"SqliteOutboxOptions.{nameof(PollInterval)} must be between 10 ms and 1 h, but was {PollInterval}.");
        }

        if (TimeProvider is null)
        {
            throw new ArgumentException($"SqliteOutboxOptions.{nameof(TimeProvider)} must not be null; leave it unset for the system clock.");
        }
    }

    private static void ThrowIfLess(long value, long min, string option, string legal)
    {
        if (value < min)
        {
            throw new ArgumentException($"SqliteOutboxOptions.{option} must be {legal}, but was {value}.");
        }
    }
}
