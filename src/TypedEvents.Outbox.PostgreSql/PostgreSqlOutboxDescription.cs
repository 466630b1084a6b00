using System.Globalization;
using System.Text;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// The state of a <see cref="PostgreSqlOutbox"/>, for support: <see cref="ToString"/> shows all of it. It contains no event data and no credentials.
/// </summary>
public sealed record PostgreSqlOutboxDescription
{
    /// <summary>The database and its host.</summary>
    public required string Place { get; init; }

    /// <summary>The schema of the tables.</summary>
    public required string Schema { get; init; }

    /// <summary>The server's version, as <c>server_version</c> shows it.</summary>
    public required string ServerVersion { get; init; }

    /// <summary>The version of the tables.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>The statistics.</summary>
    public required OutboxStatistics Statistics { get; init; }

    /// <summary>How many events are pending in each partition, held ones included.</summary>
    public required IReadOnlyList<long> PendingByPartition { get; init; }

    /// <summary>For how long the oldest event that isn't held has been pending, by the database's clock; <see langword="null"/>: there is none.</summary>
    public TimeSpan? OldestPendingAge { get; init; }

    /// <summary>The senders, in the order of their registration.</summary>
    public required IReadOnlyList<PostgreSqlSender> Senders { get; init; }

    /// <summary>The partitions that nobody sends.</summary>
    public required IReadOnlyList<int> FreePartitions { get; init; }

    /// <summary>
    /// The rows of the table <c>events</c> that are deleted and not yet vacuumed, as PostgreSQL estimates them. Many of them mean that a session
    /// keeps VACUUM from removing them (<see cref="OldestSnapshotAge"/>).
    /// </summary>
    public required long DeadRows { get; init; }

    /// <summary>The rows of the statistics' ledger that aren't folded yet.</summary>
    public required long LedgerRows { get; init; }

    /// <summary>
    /// For how long the oldest transaction that holds a snapshot has run; <see langword="null"/> if there is none, or the role may not see it.
    /// </summary>
    public TimeSpan? OldestSnapshotAge { get; init; }

    /// <summary>Why <see cref="OldestSnapshotAge"/> can't be read; <see langword="null"/> if it can.</summary>
    public string? OldestSnapshotUnavailableReason { get; init; }

    /// <summary>The description as text, in several lines.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Line($"Outbox in {Place}, schema {Schema} (version {SchemaVersion}), PostgreSQL {ServerVersion}");
        Line($"Appended {Statistics.Appended}, delivered {Statistics.Delivered}, pending {Statistics.Pending} ({Statistics.Held} held, {Statistics.PendingRegistration} to be registered), dead letters {Statistics.DeadLetters}, discarded {Statistics.Discarded.Total}");
        Line($"Oldest pending event: {Show(OldestPendingAge)}");
        Line($"Pending by partition: {string.Join(' ', PendingByPartition)}");
        Line($"Senders: {Senders.Count}");
        foreach (PostgreSqlSender sender in Senders)
        {
            Line($"  {sender.Id} on {sender.Host}, lease {Show(sender.LeaseRemaining)}, partitions {string.Join(' ', sender.Partitions)}");
        }

        Line($"Partitions without a sender: {(FreePartitions.Count == 0 ? "none" : string.Join(' ', FreePartitions))}");
        Line($"Dead rows of events: {DeadRows}; rows of the ledger: {LedgerRows}");
        Line($"Oldest snapshot: {OldestSnapshotUnavailableReason ?? Show(OldestSnapshotAge)}");
        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Show(TimeSpan? time) => time is { } shown ? $"{shown.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s" : "none";
}
