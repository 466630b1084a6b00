namespace TypedEvents.Outbox.PostgreSql;

/// <summary>The right to send the events of some partitions, under a lease.</summary>
internal sealed class PostgreSqlClaim : IOutboxClaim
{
    /// <summary>The most events that one statement reads or expires.</summary>
    private const int MaxRows = 1000;

    /// <summary>How long what a probe found answers the reads of the other partitions.</summary>
    private static readonly TimeSpan ProbeLifetime = TimeSpan.FromMilliseconds(100);

    /// <summary>An age that no event can have: PostgreSQL's times end before.</summary>
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(365 * 1000);

    private readonly OutboxStore _store;
    private readonly SenderService _service;
    private readonly PartitionReader _reader;
    private readonly SettlementSql _settlements;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _recalled = new();
    private readonly Dictionary<int, PartitionReading> _readings = [];
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly HashSet<string> _held;
    private volatile bool _isOver;
    private long _probedAt;
    private double _averageBytes = 500;

    public PostgreSqlClaim(OutboxStore store, SenderService service, SenderLease lease, ClaimedPartitions claimed)
    {
        _store = store;
        _service = service;
        _reader = new PartitionReader(store.Sql);
        _settlements = new SettlementSql(store.Sql);
        _held = [.. claimed.HeldNames];
        Lease = lease;
        Partitions = claimed.Partitions;
        HeldNames = claimed.HeldNames;
        foreach (int partition in claimed.Partitions)
        {
            _readings[partition] = new PartitionReading(partition, claimed.Floors.GetValueOrDefault(partition));
        }
    }

    public SenderLease Lease { get; }

    public IReadOnlyList<int> Partitions { get; }

    public IReadOnlyCollection<string> HeldNames { get; }

    public CancellationToken LostToken => _lost.Token;

    public CancellationToken RecalledToken => _recalled.Token;

    public TimeSpan SureFor => _isOver ? TimeSpan.Zero : Lease.SureFor;

    /// <summary>Whether it was lost or given back: its members change nothing.</summary>
    public bool IsOver => _isOver;

    public bool IsLost => _lost.IsCancellationRequested;

    public bool IsRecalled => _recalled.IsCancellationRequested;

    /// <summary>Another process may send the events now.</summary>
    public void Lose()
    {
        _isOver = true;

        // Not synchronously: a callback may call the outbox.
        _ = _lost.CancelAsync();
    }

    /// <summary>Asks for the claim, such as to share the partitions with a process that has started.</summary>
    public void Recall() => _ = _recalled.CancelAsync();

    public async ValueTask<OutboxReadResult> ReadAsync(OutboxReadRequest request, ICollection<OutboxEvent> destination, CancellationToken cancellationToken)
    {
        if (_isOver)
        {
            return default;
        }

        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            PartitionReading reading = _readings[request.Partition];
            return !request.IsPeek && reading.HasEndedAfter(request.After) && await IsNothingNewAsync(reading, cancellationToken).ConfigureAwait(false)
                ? default
                : await ReadInTurnAsync(reading, request, destination, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _reading.Release();
        }
    }

    public async ValueTask<OutboxEvent?> ReadHeldAsync(string eventName, long after, CancellationToken cancellationToken)
    {
        if (_isOver)
        {
            return null;
        }

        return await _store.Database.RunAsync<OutboxEvent?>(
            [EventSql.Plan, _settlements.ReadHeld(Partitions, eventName, after)],
            async (reader, token) =>
            {
                await reader.NextResultAsync(token).ConfigureAwait(false);
                return await reader.ReadAsync(token).ConfigureAwait(false) ? _store.Rows.Read(reader, 0) : null;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
    {
        if (_isOver || events.Count == 0)
        {
            return !_isOver;
        }

        (long partitions, long count, long bytes) = await _store.Database.RunAsync(
            [EventSql.Plan, _settlements.Deliver(Lease.Sender, events)],
            static async (reader, token) =>
            {
                await reader.NextResultAsync(token).ConfigureAwait(false);
                await reader.ReadAsync(token).ConfigureAwait(false);
                return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
            },
            cancellationToken).ConfigureAwait(false);
        _store.Limits.Note(-count, -bytes);
        return IsStillOurs(partitions, events.Select(item => item.Partition).Distinct().Count());
    }

    public async ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken)
    {
        if (_isOver || events.Count == 0)
        {
            return !_isOver;
        }

        (long partitions, _) = await DeadLetterAsync(_settlements.DeadLetter(Lease.Sender, events, reason), cancellationToken).ConfigureAwait(false);
        await _store.EnforceCapAsync(cancellationToken).ConfigureAwait(false);
        return IsStillOurs(partitions, events.Select(item => item.Partition).Distinct().Count());
    }

    public async ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken)
    {
        if (_isOver || !await ChangeHoldAsync(_settlements.Hold(Lease.Sender, Partitions, eventName), cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        lock (_held)
        {
            _held.Add(eventName);
        }

        _store.Limits.Invalidate();
        await _store.EnforceCapAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    public async ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken)
    {
        if (_isOver || !await ChangeHoldAsync(_settlements.Release(Lease.Sender, Partitions, eventName), cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        lock (_held)
        {
            _held.Remove(eventName);
        }

        _store.Limits.Invalidate();
        foreach (PartitionReading reading in _readings.Values)
        {
            reading.NoteReleased();
        }

        return true;
    }

    public async ValueTask<bool> ExpireAsync(int partition, TimeSpan maxAge, ICollection<OutboxEvent>? expired, CancellationToken cancellationToken)
    {
        if (_isOver || maxAge > LongestAge)
        {
            return !_isOver;
        }

        long after = _readings[partition].Floor?.Position ?? 0;
        while (true)
        {
            (int count, long last, List<long> old) = await FindExpiredAsync(partition, after, maxAge, cancellationToken).ConfigureAwait(false);
            if (old.Count > 0)
            {
                (long partitions, List<OutboxEvent> gone) = await DeadLetterAsync(
                    _settlements.DeadLetter(Lease.Sender, partition, old, new DeadLetterReason(DeadLetterKind.Expired)),
                    cancellationToken).ConfigureAwait(false);
                if (!IsStillOurs(partitions, 1))
                {
                    return false;
                }

                gone.ForEach(item => expired?.Add(item));
                await _store.EnforceCapAsync(cancellationToken).ConfigureAwait(false);
            }

            if (count < MaxRows || old.Count == 0)
            {
                return true;
            }

            after = last;
        }
    }

    /// <summary>
    /// Stores where the pending events of each partition begin, so that whoever takes them over doesn't read past what was delivered before.
    /// </summary>
    public async ValueTask StoreFloorsAsync(CancellationToken cancellationToken)
    {
        List<OutboxEvent> first = [];
        foreach (int partition in Partitions)
        {
            await ReadAsync(new OutboxReadRequest(partition) { MaxEvents = 1, IsPeek = true }, first, cancellationToken).ConfigureAwait(false);
        }

        List<(int Partition, PartitionFloor Floor)> floors = [];
        foreach (PartitionReading reading in _readings.Values)
        {
            if (reading.Floor is { } floor)
            {
                floors.Add((reading.Partition, floor));
            }
        }

        if (!_isOver && floors.Count > 0)
        {
            await _store.Database.RunAsync(_service.Table.StoreFloors(Lease.Sender, floors), cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isOver)
        {
            _isOver = true;
            await _service.GiveBackAsync(this).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Whether a partition that was read to its end has nothing new. One statement looks at all idle partitions, and answers their reads for a
    /// moment, unless this process appended something since.
    /// </summary>
    private async ValueTask<bool> IsNothingNewAsync(PartitionReading reading, CancellationToken cancellationToken)
    {
        long version = _store.Version;
        if (reading.ProbedEmptyAt == version && _store.Clock.GetElapsedTime(_probedAt) < ProbeLifetime)
        {
            reading.ProbedEmptyAt = -1;
            return true;
        }

        List<PartitionReading> idle = [.. _readings.Values.Where(one => one.IsIdle)];
        _probedAt = _store.Clock.GetTimestamp();
        bool looksForFree = _store.IsFreeLookDue();
        List<Command> commands = [EventSql.Plan, _reader.Probe(idle, Lease.Sender)];
        if (looksForFree)
        {
            commands.Add(_service.Table.CountFree);
        }

        (List<(int Partition, string Snapshot, bool IsAlive, bool IsNew)> found, long free) = await _store.Database.RunAsync(
            commands,
            async (reader, token) =>
            {
                List<(int, string, bool, bool)> rows = [];
                await reader.NextResultAsync(token).ConfigureAwait(false);
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                {
                    rows.Add((reader.GetInt32(0), reader.GetString(1), reader.GetBoolean(2), reader.GetBoolean(3)));
                }

                return (rows, looksForFree ? await ReadFreeAsync(reader, token).ConfigureAwait(false) : 0);
            },
            cancellationToken).ConfigureAwait(false);
        NoteFree(free);
        foreach ((int partition, string snapshot, bool isAlive, bool isNew) in found)
        {
            if (!isAlive)
            {
                _service.Lose(this);
                return true;
            }

            PartitionReading one = _readings[partition];
            one.ProbedEmptyAt = -1;
            if (!isNew)
            {
                one.NoteEmpty(snapshot);
                one.ProbedEmptyAt = version;
            }
        }

        bool isNothingNew = reading.ProbedEmptyAt == version;
        reading.ProbedEmptyAt = -1;
        return isNothingNew;
    }

    private async ValueTask<OutboxReadResult> ReadInTurnAsync(
        PartitionReading reading,
        OutboxReadRequest request,
        ICollection<OutboxEvent> destination,
        CancellationToken cancellationToken)
    {
        long last = request.After;
        long bytes = 0;
        int count = 0;
        bool isFirst = true;

        // Behind the cursor nothing was handed out yet, so a read that begins there doesn't change it.
        bool isPeek = request.IsPeek || (request.After > reading.Cursor && reading.Snapshot is not null);
        while (true)
        {
            int wanted = (int)Math.Min(Math.Min(request.MaxEvents - (long)count, MaxRows), 16 + (long)((request.MaxBytes - bytes) / _averageBytes * 1.25));
            string[] held = GetHeld();
            bool usesFloor = isFirst && request.After == 0 && reading.Floor is not null;
            long after = usesFloor ? reading.Floor!.Position : last;
            PartitionPage page = await ReadPageAsync(
                usesFloor
                    ? _reader.Read(reading.Partition, after, reading.Floor!.Snapshot, reading.Floor.Position, held, wanted + 1, Lease.Sender)
                    : _reader.Read(reading.Partition, after, reading.Snapshot, Math.Min(last, reading.Cursor), held, wanted + 1, Lease.Sender),
                cancellationToken).ConfigureAwait(false);
            if (!page.IsAlive)
            {
                _service.Lose(this);
                return default;
            }

            if (page.LatePosition is { } late)
            {
                if (usesFloor)
                {
                    // Something was committed below the floor: the read begins at the beginning.
                    reading.Floor = null;
                    continue;
                }

                if (!isFirst)
                {
                    // The next read finds it again.
                    return new OutboxReadResult { HasMore = true };
                }

                reading.NoteLate(late, page.Snapshot);
                return new OutboxReadResult { LatePosition = late };
            }

            if (isFirst && request.After == 0 && held.Length == 0)
            {
                NoteFloor(reading, page);
            }

            isFirst = false;
            foreach (OutboxEvent item in page.Events)
            {
                if (count == request.MaxEvents || (item.Json.Length > request.MaxBytes - bytes && destination.Count > 0))
                {
                    NoteRead(reading, isPeek, last, page.Snapshot);
                    return new OutboxReadResult { HasMore = true };
                }

                bytes += item.Json.Length;
                _averageBytes += (item.Json.Length - _averageBytes) / 64;
                destination.Add(item);
                last = item.Position;
                count++;
            }

            if (page.Events.Count <= wanted)
            {
                if (!isPeek)
                {
                    reading.NoteEnd(last, page.Top ?? 0, page.Snapshot);
                }

                return default;
            }

            NoteRead(reading, isPeek, last, page.Snapshot);
        }
    }

    private static void NoteRead(PartitionReading reading, bool isPeek, long last, string snapshot)
    {
        if (!isPeek)
        {
            reading.NoteRead(last, snapshot);
        }
    }

    /// <summary>What a read from the beginning found first is the partition's oldest event in its snapshot.</summary>
    private static void NoteFloor(PartitionReading reading, PartitionPage page)
    {
        long floor = page.Events.Count > 0 ? page.Events[0].Position - 1 : Math.Max(reading.Cursor, reading.Floor?.Position ?? 0);
        if (floor > 0)
        {
            reading.Floor = new PartitionFloor(floor, page.Snapshot);
        }
    }

    private async ValueTask<PartitionPage> ReadPageAsync(Command read, CancellationToken cancellationToken)
    {
        bool looksForFree = _store.IsFreeLookDue();
        (PartitionPage page, long free) = await _store.Database.RunAsync(
            looksForFree ? [EventSql.Plan, read, _service.Table.CountFree] : [EventSql.Plan, read],
            async (reader, token) =>
            {
                await reader.NextResultAsync(token).ConfigureAwait(false);
                PartitionPage page = await PartitionReader.ReadPageAsync(reader, _store.Rows, token).ConfigureAwait(false);
                return (page, looksForFree ? await ReadFreeAsync(reader, token).ConfigureAwait(false) : 0);
            },
            cancellationToken).ConfigureAwait(false);
        NoteFree(free);
        if (page.Events.Count > 0)
        {
            _store.NoteActive();
        }

        return page;
    }

    private static async ValueTask<long> ReadFreeAsync(Npgsql.NpgsqlDataReader reader, CancellationToken token)
    {
        await reader.NextResultAsync(token).ConfigureAwait(false);
        await reader.ReadAsync(token).ConfigureAwait(false);
        return reader.GetInt64(0);
    }

    private void NoteFree(long free)
    {
        if (free > 0)
        {
            _service.NoteFree();
        }
    }

    private async ValueTask<bool> ChangeHoldAsync(Command change, CancellationToken cancellationToken)
    {
        long partitions = await _store.Database.RunAsync(
            [EventSql.Plan, change],
            static async (reader, token) =>
            {
                await reader.NextResultAsync(token).ConfigureAwait(false);
                await reader.ReadAsync(token).ConfigureAwait(false);
                return reader.GetInt64(0);
            },
            cancellationToken).ConfigureAwait(false);
        return IsStillOurs(partitions, Partitions.Count);
    }

    private async ValueTask<(long Partitions, List<OutboxEvent> Gone)> DeadLetterAsync(Command command, CancellationToken cancellationToken)
    {
        (long, List<OutboxEvent>) result = await _store.Database.RunAsync(
            [EventSql.Plan, command],
            async (reader, token) =>
            {
                await reader.NextResultAsync(token).ConfigureAwait(false);
                long partitions = 0;
                List<OutboxEvent> gone = [];
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                {
                    partitions = reader.GetInt64(0);
                    if (!reader.IsDBNull(1))
                    {
                        gone.Add(_store.Rows.Read(reader, 1));
                    }
                }

                return (partitions, gone);
            },
            cancellationToken).ConfigureAwait(false);
        _store.Limits.Invalidate();
        return result;
    }

    private ValueTask<(int Count, long Last, List<long> Old)> FindExpiredAsync(int partition, long after, TimeSpan maxAge, CancellationToken cancellationToken) =>
        _store.Database.RunAsync(
            [EventSql.Plan, _settlements.FindExpired(partition, after, MaxRows, maxAge)],
            static async (reader, token) =>
            {
                await reader.NextResultAsync(token).ConfigureAwait(false);
                int count = 0;
                long last = 0;
                List<long> old = [];
                while (await reader.ReadAsync(token).ConfigureAwait(false))
                {
                    count++;
                    last = reader.GetInt64(0);
                    if (reader.GetBoolean(1))
                    {
                        old.Add(last);
                    }
                }

                return (count, last, old);
            },
            cancellationToken);

    /// <summary>The fence found fewer partitions than were asked for: the claim is lost.</summary>
    private bool IsStillOurs(long found, int asked)
    {
        if (found < asked)
        {
            _service.Lose(this);
            return false;
        }

        return true;
    }

    private string[] GetHeld()
    {
        lock (_held)
        {
            return [.. _held];
        }
    }
}
