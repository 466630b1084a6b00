using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// The meter <c>TypedEvents.Outbox.PostgreSql</c>: what the tracker's own metrics don't say of an outbox that several processes share. The sender
/// reads the figures every 30 seconds while somebody listens; a collection reports the last ones, and asks no database.
/// </summary>
internal static class OutboxMeter
{
    private const string Prefix = "typedevents.outbox.postgresql.";

    private static readonly ConcurrentDictionary<OutboxStore, bool> Stores = new();
    private static readonly Meter Meter = new(PostgreSqlOutbox.MeterName);
    private static readonly Instrument[] Instruments =
    [
        Meter.CreateObservableGauge(Prefix + "pending", () => Observe(ByPartition), "{event}", "Pending events of a partition, held ones included."),
        Meter.CreateObservableGauge(Prefix + "senders", () => Observe(static described => described.Senders.Count), "{process}", "Processes that are registered to send."),
        Meter.CreateObservableGauge(Prefix + "free_partitions", () => Observe(static described => described.FreePartitions.Count), "{partition}", "Partitions that no process sends."),
        Meter.CreateObservableGauge(Prefix + "claimed_partitions", ObserveClaimed, "{partition}", "Partitions that this process sends."),
        Meter.CreateObservableGauge(Prefix + "dead_rows", () => Observe(static described => described.DeadRows), "{row}", "Deleted rows of the table events that aren't vacuumed yet."),
        Meter.CreateObservableGauge(Prefix + "ledger_rows", () => Observe(static described => described.LedgerRows), "{row}", "Rows of the statistics' ledger that aren't folded yet."),
        Meter.CreateObservableGauge(Prefix + "oldest_snapshot_age", ObserveSnapshots, "s", "For how long the oldest transaction that holds a snapshot has run, where the role may see it."),
    ];

    /// <summary>Whether anybody listens to the figures that have to be read.</summary>
    public static bool IsObserved => Array.Exists(Instruments, static instrument => instrument.Enabled);

    public static void Add(OutboxStore store) => Stores.TryAdd(store, true);

    public static void Remove(OutboxStore store) => Stores.TryRemove(store, out _);

    private static List<Measurement<long>> Observe(Func<PostgreSqlOutboxDescription, long> figure) =>
        Observe(described => [new Measurement<long>(figure(described), Schema(described))]);

    private static List<Measurement<long>> Observe(Func<PostgreSqlOutboxDescription, IEnumerable<Measurement<long>>> figures)
    {
        List<Measurement<long>> measurements = [];
        foreach (OutboxStore store in Stores.Keys)
        {
            if (store.LastDescription is { } described)
            {
                measurements.AddRange(figures(described));
            }
        }

        return measurements;
    }

    private static IEnumerable<Measurement<long>> ByPartition(PostgreSqlOutboxDescription described) => described.PendingByPartition.Select(
        (pending, partition) => new Measurement<long>(pending, Schema(described), new("typedevents.outbox.partition", partition.ToString(CultureInfo.InvariantCulture))));

    private static List<Measurement<long>> ObserveClaimed() =>
        [.. Stores.Keys.Select(store => new Measurement<long>(store.Senders.ClaimedPartitions.Count, new KeyValuePair<string, object?>("typedevents.outbox.schema", store.SchemaName)))];

    private static List<Measurement<double>> ObserveSnapshots()
    {
        List<Measurement<double>> measurements = [];
        foreach (OutboxStore store in Stores.Keys)
        {
            if (store.LastDescription is { OldestSnapshotAge: { } age } described)
            {
                measurements.Add(new Measurement<double>(age.TotalSeconds, Schema(described)));
            }
        }

        return measurements;
    }

    private static KeyValuePair<string, object?> Schema(PostgreSqlOutboxDescription described) => new("typedevents.outbox.schema", described.Schema);
}
