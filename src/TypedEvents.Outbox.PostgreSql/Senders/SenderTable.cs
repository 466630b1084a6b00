using Npgsql;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// The tables <c>senders</c> and <c>partitions</c>. A heartbeat and an eviction meet on the same row, so one of them sees the other; an id that is
/// gone never returns, so "not in senders" is final, whichever snapshot it was read from.
/// </summary>
internal sealed class SenderTable(Database database, EventSql sql)
{
    /// <summary>A heartbeat that takes longer is given up and sent again.</summary>
    private static readonly TimeSpan HeartbeatTimeout = TimeSpan.FromSeconds(5);

    private Command Renew(SenderLease lease) => new(
        $"UPDATE {sql.Q}.senders SET expires_at = clock_timestamp() + $2 WHERE sender = $1 RETURNING sender",
        Command.Of(lease.Sender),
        Command.Of(lease.Duration));

    /// <summary>How many partitions nobody sends.</summary>
    public Command CountFree => new(
        $"SELECT count(*) FROM {sql.Q}.partitions p LEFT JOIN {sql.Q}.senders s ON s.sender = p.sender WHERE s.sender IS NULL OR s.expires_at < clock_timestamp()");

    public async ValueTask RegisterAsync(SenderLease lease, CancellationToken cancellationToken)
    {
        (long, DateTimeOffset) sent = lease.Now;
        await database.RunAsync(
            new Command(
                $"INSERT INTO {sql.Q}.senders (sender, host, library, expires_at) VALUES ($1, $2, $3, clock_timestamp() + $4)",
                Command.Of(lease.Sender),
                Command.Of(Environment.MachineName),
                Command.Of(typeof(SenderTable).Assembly.GetName().Version?.ToString(3)),
                Command.Of(lease.Duration)),
            cancellationToken).ConfigureAwait(false);
        lease.NoteRenewed(sent);
    }

    /// <summary>Renews the lease, and looks at the other senders.</summary>
    public async ValueTask<SenderView> HeartbeatAsync(SenderLease lease, CancellationToken cancellationToken)
    {
        (long, DateTimeOffset) sent = lease.Now;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(HeartbeatTimeout);
        SenderView view = await database.RunAsync(
            [
                Renew(lease),
                new Command($"SELECT sender FROM {sql.Q}.senders WHERE expires_at >= clock_timestamp() ORDER BY registered_at, sender"),
                new Command($"SELECT partition, sender FROM {sql.Q}.partitions ORDER BY partition"),
            ],
            static async (reader, token) =>
            {
                bool isAlive = await reader.ReadAsync(token).ConfigureAwait(false);
                List<Guid> senders = [];
                await reader.NextResultAsync(token).ConfigureAwait(false);
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                {
                    senders.Add(reader.GetGuid(0));
                }

                var owners = new Guid?[Partition.Count];
                await reader.NextResultAsync(token).ConfigureAwait(false);
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                {
                    owners[reader.GetInt16(0)] = reader.IsDBNull(1) ? null : reader.GetGuid(1);
                }

                return new SenderView(isAlive, senders, owners);
            },
            HeartbeatTimeout,
            timeout.Token).ConfigureAwait(false);
        if (view.IsAlive)
        {
            lease.NoteRenewed(sent);
        }

        return view;
    }

    /// <summary>
    /// Takes free partitions, and returns all that the sender has. Its first statement locks the sender's own row to the end, so that it can't be
    /// evicted meanwhile; the second evicts senders whose lease is over; the third compares and sets.
    /// </summary>
    /// <param name="lease">The sender.</param>
    /// <param name="room">The largest number of partitions to take.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>What the sender has; <see langword="null"/> where its registration is gone.</returns>
    public async ValueTask<ClaimedPartitions?> ClaimAsync(SenderLease lease, int room, CancellationToken cancellationToken)
    {
        (long, DateTimeOffset) sent = lease.Now;
        ClaimedPartitions? claimed = await database.RunAsync(
            [
                Renew(lease),
                new Command($"""
                    WITH dead AS MATERIALIZED (SELECT sender FROM {sql.Q}.senders WHERE expires_at < clock_timestamp() FOR UPDATE SKIP LOCKED)
                    DELETE FROM {sql.Q}.senders s USING dead WHERE s.sender = dead.sender
                    """),
                new Command(
                    $"""
                    WITH cand AS MATERIALIZED (
                      SELECT p.partition, p.sender FROM {sql.Q}.partitions p
                      WHERE p.sender IS NULL OR NOT EXISTS (SELECT FROM {sql.Q}.senders s WHERE s.sender = p.sender)
                      ORDER BY random() LIMIT $2),
                    locked AS MATERIALIZED (
                      SELECT p.partition FROM {sql.Q}.partitions p JOIN cand c ON c.partition = p.partition
                      WHERE p.sender IS NOT DISTINCT FROM c.sender ORDER BY p.partition FOR NO KEY UPDATE OF p SKIP LOCKED)
                    UPDATE {sql.Q}.partitions p SET sender = $1 FROM locked l
                    WHERE p.partition = l.partition AND EXISTS (SELECT FROM {sql.Q}.senders WHERE sender = $1)
                    """,
                    Command.Of(lease.Sender),
                    Command.Of((long)Math.Max(0, room))),

                // A claim has one set of held names, which its partitions may have brought from different senders.
                new Command(
                    $"""
                    INSERT INTO {sql.Q}.held_names (partition, name)
                    SELECT p.partition, n.name FROM {sql.Q}.partitions p
                    CROSS JOIN (SELECT DISTINCT h.name FROM {sql.Q}.held_names h JOIN {sql.Q}.partitions q ON q.partition = h.partition WHERE q.sender = $1) n
                    WHERE p.sender = $1
                    ON CONFLICT DO NOTHING
                    """,
                    Command.Of(lease.Sender)),

                // A logical copy doesn't carry the sequence: a position that exists must not be given again.
                new Command($"""
                    SELECT setval('{sql.Q.Replace("'", "''", StringComparison.Ordinal)}.{Schema.Sequence}', m.position)
                    FROM (
                      SELECT greatest(
                        (SELECT max(e.position) FROM generate_series(0, {Partition.Count - 1}) AS p
                         CROSS JOIN LATERAL (SELECT position FROM {sql.Q}.events WHERE partition = p::smallint ORDER BY position DESC LIMIT 1) e),
                        (SELECT position FROM {sql.Q}.dead_letters ORDER BY position DESC LIMIT 1)) AS position) m
                    WHERE m.position > (SELECT last_value FROM {sql.Q}.{Schema.Sequence})
                    """),
                new Command($"SELECT partition FROM {sql.Q}.partitions WHERE sender = $1 ORDER BY partition", Command.Of(lease.Sender)),
                new Command($"SELECT DISTINCT h.name FROM {sql.Q}.held_names h JOIN {sql.Q}.partitions q ON q.partition = h.partition WHERE q.sender = $1 ORDER BY 1", Command.Of(lease.Sender)),

                // A dump may carry floors to another server, whose transaction ids are behind: nothing would be late there.
                new Command(
                    $"""
                    SELECT f.partition, f.floor, f.snapshot FROM {sql.Q}.floors f JOIN {sql.Q}.partitions q ON q.partition = f.partition
                    WHERE q.sender = $1 AND pg_snapshot_xmax(f.snapshot::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())
                    """,
                    Command.Of(lease.Sender)),
            ],
            ReadClaimAsync,
            cancellationToken).ConfigureAwait(false);
        if (claimed is not null)
        {
            lease.NoteRenewed(sent);
        }

        return claimed;
    }

    /// <summary>Gives partitions back. It locks them in one order: a bare UPDATE deadlocks with settlements.</summary>
    public Command GiveBack(Guid sender, IReadOnlyList<int> partitions) => new(
        $"""
        WITH l AS MATERIALIZED (SELECT partition FROM {sql.Q}.partitions WHERE sender = $1 AND partition = ANY($2) ORDER BY partition FOR NO KEY UPDATE)
        UPDATE {sql.Q}.partitions p SET sender = NULL FROM l WHERE p.partition = l.partition
        """,
        Command.Of(sender),
        Command.Of([.. partitions.Select(partition => (short)partition)]));

    /// <summary>Stores floors of partitions that are still the sender's: only under the registration under which they were read.</summary>
    public Command StoreFloors(Guid sender, IReadOnlyList<(int Partition, PartitionFloor Floor)> floors) => new(
        $"""
        INSERT INTO {sql.Q}.floors (partition, floor, snapshot)
        SELECT f.partition, f.floor, f.snapshot FROM unnest($2::smallint[], $3::bigint[], $4::text[]) AS f(partition, floor, snapshot)
        JOIN {sql.Q}.partitions p ON p.partition = f.partition
        WHERE p.sender = $1 AND EXISTS (SELECT FROM {sql.Q}.senders WHERE sender = $1)
        ON CONFLICT (partition) DO UPDATE SET floor = excluded.floor, snapshot = excluded.snapshot
        """,
        Command.Of(sender),
        Command.Of([.. floors.Select(floor => (short)floor.Partition)]),
        Command.Of([.. floors.Select(floor => floor.Floor.Position)]),
        Command.Of((string?[])[.. floors.Select(floor => floor.Floor.Snapshot)]));

    /// <summary>Ends a registration: the partitions are free at once.</summary>
    public Command Unregister(Guid sender) => new($"DELETE FROM {sql.Q}.senders WHERE sender = $1", Command.Of(sender));

    private static async ValueTask<ClaimedPartitions?> ReadClaimAsync(NpgsqlDataReader reader, CancellationToken token)
    {
        if (!await reader.ReadAsync(token).ConfigureAwait(false))
        {
            return null;
        }

        // The next result is that of setval.
        await reader.NextResultAsync(token).ConfigureAwait(false);
        await reader.NextResultAsync(token).ConfigureAwait(false);
        List<int> partitions = [];
        while (await reader.ReadAsync(token).ConfigureAwait(false))
        {
            partitions.Add(reader.GetInt16(0));
        }

        await reader.NextResultAsync(token).ConfigureAwait(false);
        List<string> heldNames = [];
        while (await reader.ReadAsync(token).ConfigureAwait(false))
        {
            heldNames.Add(reader.GetString(0));
        }

        await reader.NextResultAsync(token).ConfigureAwait(false);
        Dictionary<int, PartitionFloor> floors = [];
        while (await reader.ReadAsync(token).ConfigureAwait(false))
        {
            floors[reader.GetInt16(0)] = new PartitionFloor(reader.GetInt64(1), reader.GetString(2));
        }

        return new ClaimedPartitions(partitions, heldNames, floors);
    }
}
