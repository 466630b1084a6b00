using System.Globalization;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>Options of a <see cref="PostgreSqlOutbox"/>. Processes that share the outbox should have the same options.</summary>
public sealed class PostgreSqlOutboxOptions
{
    /// <summary>The minimum of <see cref="MaxBytes"/> and <see cref="MaxDeadLetterBytes"/>: 64 KiB.</summary>
    public const int MinBytes = 64 * 1024;

    /// <summary>The most bytes of the name of a schema in UTF-8: 63, PostgreSQL's limit for every name.</summary>
    internal const int MaxSchemaBytes = 63;

    /// <summary>
    /// The schema that holds the outbox's tables: 1 to 63 bytes in UTF-8, without U+0000. Its case is kept. Default: <c>typed_events</c>.
    /// </summary>
    public string Schema { get; set; } = PostgreSqlOutbox.DefaultSchema;

    /// <summary>
    /// Whether an opening creates the schema and its tables if they are missing, and upgrades those of an earlier version. If a database
    /// administrator does that with <see cref="PostgreSqlOutbox.GetScript"/>, set it to <see langword="false"/>. Default:
    /// <see langword="true"/>.
    /// </summary>
    public bool CreateSchema { get; set; } = true;

    /// <summary>
    /// How long a process that ended without notice, or can't reach the database, keeps its share of the events before others send them: 6
    /// seconds to 10 minutes, and at least <see cref="EventTrackerOptions.AttemptTimeout"/> + 5 seconds, which is checked when a tracker opens
    /// the outbox. Only the database's clock measures it. Default: 20 seconds.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// The maximum size of pending events, in bytes of their JSON, not counting events whose name is on hold: at least 64 KiB. A row takes
    /// about 250 bytes more in the table and its indexes. The limit is soft: each process judges it by figures that are up to 1 second old.
    /// When it is reached, events stay in the tracker's buffer. Default: 1 GiB.
    /// </summary>
    public long MaxBytes { get; set; } = 1024 * 1024 * 1024;

    /// <summary>
    /// The maximum size of dead letters and of events whose name is on hold together, in bytes of their JSON: at least 64 KiB. When it is
    /// exceeded, the oldest are removed and counted as evicted. Default: 256 MiB.
    /// </summary>
    public long MaxDeadLetterBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// The maximum number of users whose EUIDs are saved: 0 or more. When it is exceeded, those registered first are removed. Default: 1,000,000.
    /// </summary>
    public int MaxUsers { get; set; } = 1_000_000;

    /// <summary>
    /// The interval at which a process looks for events that others appended, and for partitions that nobody sends: 10 ms to 1 h. After a
    /// minute without events it is at least 5 seconds. Default: 1 second.
    /// </summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether the outbox's appends use the database's <c>synchronous_commit</c> even where that is <c>off</c>: a crash of the server then
    /// loses events that <c>TrackAsync</c> reported as accepted. Default: <see langword="false"/>, which sets it to <c>on</c> for the append.
    /// Events in a transaction of the application are always committed as that is.
    /// </summary>
    public bool AllowAsynchronousCommit { get; set; }

    /// <summary>
    /// The logger factory for the outbox's messages. Default: <see langword="null"/>, which logs to the
    /// <see cref="EventTrackerOptions.LoggerFactory"/> of the tracker that opens the outbox.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>In tests, the clock that stands for the database's where events get their time. Leases never use it.</summary>
    internal TimeProvider? EventClock { get; set; }

    /// <summary>The process's own clock, which says how long a lease is sure. Tests replace it.</summary>
    internal TimeProvider LeaseClock { get; set; } = TimeProvider.System;

    internal PostgreSqlOutboxOptions Copy() => (PostgreSqlOutboxOptions)MemberwiseClone();

    /// <exception cref="ArgumentException">An option is out of range. The message names the option and its range.</exception>
    internal void Validate()
    {
        ThrowUnless(IsSchemaName(Schema), nameof(Schema), "1 to 63 bytes in UTF-8, without U+0000", Schema is null ? "null" : $"'{Schema}'");
        ThrowUnless(LeaseDuration >= TimeSpan.FromSeconds(6) && LeaseDuration <= TimeSpan.FromMinutes(10), nameof(LeaseDuration), "between 6 s and 10 min", LeaseDuration);
        ThrowUnless(MaxBytes >= MinBytes, nameof(MaxBytes), "at least 65,536 (64 KiB)", MaxBytes);
        ThrowUnless(MaxDeadLetterBytes >= MinBytes, nameof(MaxDeadLetterBytes), "at least 65,536 (64 KiB)", MaxDeadLetterBytes);
        ThrowUnless(MaxUsers >= 0, nameof(MaxUsers), "0 or more", MaxUsers);
        ThrowUnless(PollInterval >= TimeSpan.FromMilliseconds(10) && PollInterval <= TimeSpan.FromHours(1), nameof(PollInterval), "between 10 ms and 1 h", PollInterval);
    }

    internal static bool IsSchemaName(string? name) =>
        !string.IsNullOrEmpty(name) && !name.Contains('\0', StringComparison.Ordinal) && System.Text.Encoding.UTF8.GetByteCount(name) <= MaxSchemaBytes;

    private static void ThrowUnless(bool isValid, string option, string legal, object value)
    {
        if (!isValid)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"PostgreSqlOutboxOptions.{option} must be {legal}, but was {value}."));
        }
    }
}
