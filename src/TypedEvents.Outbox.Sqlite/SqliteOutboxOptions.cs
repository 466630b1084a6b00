using System.Globalization;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>Options of a <see cref="SqliteOutbox"/>. Each process that uses the file has its own options.</summary>
public sealed class SqliteOutboxOptions
{
    /// <summary>The minimum of <see cref="MaxBytes"/> and <see cref="MaxDeadLetterBytes"/>: 64 KiB.</summary>
    public const int MinBytes = 64 * 1024;

    /// <summary>
    /// The maximum size of pending events in the file, in bytes, not counting events whose name is on hold: at least 64 KiB. An event counts with
    /// its JSON, its name, its <c>app_key</c>, its user's external id, and 64 bytes for the row and its index. When the limit is reached, events
    /// stay in the tracker's buffer. The file is somewhat larger, because SQLite leaves free space in its pages. Default: 256 MiB.
    /// </summary>
    public long MaxBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// The maximum size of dead letters and of events whose name is on hold together, in bytes, counted as for <see cref="MaxBytes"/> plus a dead
    /// letter's message: at least 64 KiB. When it is exceeded, the oldest are removed and counted as evicted. Default: 64 MiB.
    /// </summary>
    public long MaxDeadLetterBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// The maximum number of users whose EUIDs are saved: 0 or more. When it is exceeded, those registered first are removed. Default: 100,000.
    /// </summary>
    public int MaxUsers { get; set; } = 100_000;

    /// <summary>The interval at which the outbox checks for events that other processes appended: 10 ms to 1 h. Default: 1 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The clock for the time at which an event was appended. Default: <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// The logger factory for the outbox's messages, such as that a corrupt database was moved, that the file isn't in its place, or that this
    /// process can't send. Default: <see langword="null"/>, which logs to the <see cref="EventTrackerOptions.LoggerFactory"/> of the tracker that
    /// opens the outbox; without a tracker, <see cref="SqliteOutbox.CorruptDatabasePath"/>, <see cref="SqliteOutbox.DamagedCopyPath"/> and
    /// <see cref="SqliteOutbox.IsAppendOnly"/> tell some of it.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    internal static readonly TimeSpan DefaultOpeningPatience = TimeSpan.FromSeconds(10);

    /// <summary>How long an opening waits for another process. Tests shorten it.</summary>
    internal TimeSpan OpeningPatience { get; set; } = DefaultOpeningPatience;

    internal SqliteOutboxOptions Copy() => (SqliteOutboxOptions)MemberwiseClone();

    /// <exception cref="ArgumentException">An option is out of range. The message names the option and its range.</exception>
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
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"SqliteOutboxOptions.{option} must be {legal}, but was {value}."));
        }
    }
}
