using System.IO;
using System.Text.Json;
using TypedEvents;
using TypedEvents.Outbox;

/// <summary>
/// An outbox in a file that one process has alone. The changes of a call are lines of JSON, on the disk before the call returns. The state in
/// memory is what the lines add up to.
/// </summary>
public sealed class JsonLinesOutbox(string path, long maxBytes, long maxDeadLetterBytes, TimeProvider clock) : IEventOutbox
{
    private readonly object _lock = new();
    private readonly List<Line> _unwritten = [];
    private readonly SortedDictionary<long, Row> _rows = [];
    private readonly Dictionary<string, long> _removed = [];
    private readonly HashSet<string> _held = [];
    private readonly HashSet<string> _identities = [];
    private string? _address;
    private long _lastPosition;
    private FileStream? _file;
    private OutboxStatistics? _last;
    private Claim? _claim;

    /// <summary>One change: a row that is new or changed, one that is removed for a reason, a name that is held or released, or a target.</summary>
    private sealed record Line(string Change, string Text = "", long Position = 0, Row? Row = null);

    /// <summary>An event; with a reason it is a dead letter.</summary>
    private sealed record Row(long Position, int Partition, string Name, string? AppKey, string? IdentityName, string? ExternalId, byte[] Json)
    {
        public DateTimeOffset At { get; init; }
        public DeadLetterReason? Reason { get; init; }
        private EngageUser User => ExternalId is null ? default : EngageUser.FromIdentity(IdentityName!, ExternalId);

        public OutboxEvent ToEvent() => new() { Position = Position, Partition = Partition, EventName = Name, AppKey = AppKey, User = User, Json = Json };

        public StoredEvent ToStored() => new()
        {
            Position = Position, EventName = Name, AppKey = AppKey, User = User, Json = Json, AppendedAt = At,
            State = Reason is null ? StoredEventState.Pending : StoredEventState.DeadLetter, Reason = Reason,
        };
    }

    public bool IsDurable => true;
    public TimeSpan PollInterval => Timeout.InfiniteTimeSpan;
    public string? StatisticsUnavailableReason => null;
    public string? AppendOnlyReason => null;

    private DateTimeOffset Now => clock.GetUtcNow();
    private IEnumerable<Row> Pending => _rows.Values.Where(row => row.Reason is null);
    private IEnumerable<Row> Held => Pending.Where(row => _held.Contains(row.Name));
    private IEnumerable<Row> Waiting => Pending.Where(row => !_held.Contains(row.Name));

    public ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken) => Identify(opening.Target, isNew: false);
    public ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken) => Identify(target, isNew: true);

    public ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Change(() => blocks.TakeWhile(block => HasRoomFor(block.Length) && Append(block)).Count());
    }

    public ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) =>
        Read<IOutboxClaim?>(() => _claim is null ? _claim = new Claim(this, [.. _held]) : null);

    public ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken) => Read(() => new OutboxPositions
    {
        LastAppended = _lastPosition,
        OldestPending = Waiting.FirstOrDefault()?.Position,
        OldestPendingElsewhere = _claim is null ? Waiting.FirstOrDefault()?.Position : null,
        OldestHeld = Held.FirstOrDefault()?.Position,
    });

    public ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken) => Read<OutboxStatistics?>(() => _last ?? GetStatistics());

    public ValueTask<IReadOnlyList<long>?> CountPendingByPartitionAsync(CancellationToken cancellationToken) =>
        Read<IReadOnlyList<long>?>(() => [.. Enumerable.Range(0, Partition.Count).Select(partition => Pending.LongCount(row => row.Partition == partition))]);

    public ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEvents, 1);
        return Read<IReadOnlyList<StoredEvent>>(() => [.. Find(query).Take(maxEvents).Select(row => row.ToStored())]);
    }

    public ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken = default) => Read(() => (long)Find(query).Count);

    public ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken = default) => query.State == StoredEventState.Pending
        ? throw new ArgumentException("Only dead letters can be replayed.", nameof(query))
        : Change(() => Find(query).TakeWhile(row => (_held.Contains(row.Name) || HasRoomFor(row.Json.Length)) && Remove(row, "replayed")
            && Put(row with { Position = _lastPosition + 1, At = Now, Reason = null })).LongCount());

    public ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken = default) =>
        Change(() => Find(query).LongCount(row => Remove(row, "purged")));

    // It remembers no EUIDs: after a restart the tracker registers the users again.
    public ValueTask<IReadOnlyList<RegisteredUser>> FindUsersAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken) => new([]);
    public ValueTask SaveUsersAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken) => default;

    public ValueTask<OutboxStatistics?> CloseAsync()
    {
        lock (_lock)
        {
            (_last, _claim) = (_last ?? (_file is null ? null : GetStatistics()), null);
            _file?.Dispose();
            return new(_last);
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private OutboxStatistics GetStatistics() => new()
    {
        Appended = _rows.Count + _removed.Sum(removed => removed.Key == "replayed" ? 0 : removed.Value),
        Delivered = _removed.GetValueOrDefault("delivered"),
        Pending = Pending.Count(),
        PendingRegistration = Pending.Count(row => row.ExternalId is not null),
        Held = Held.Count(),
        OldestPendingAt = Waiting.FirstOrDefault()?.At,
        DeadLetters = _rows.Count - Pending.Count(),
        Discarded = new DiscardedEvents { Evicted = _removed.GetValueOrDefault("evicted"), Purged = _removed.GetValueOrDefault("purged") },
    };

    private ValueTask Identify(OutboxTarget target, bool isNew) => new(Change(() =>
    {
        string[] identities = [target.Project, target.ApiKeyHash ?? target.Project];
        if (_address is not null && (_address != target.Address || !(isNew || identities.Any(_identities.Contains))))
        {
            throw new OutboxUnusableException($"'{path}' is for {string.Join(" or ", _identities)} at {_address}, and this tracker is for {target}. Use a file of its own.");
        }

        return Do(new Line("address", target.Address)) && identities.All(identity => _identities.Contains(identity) || Do(new Line("identity", identity)));
    }).AsTask());

    private List<Row> Find(OutboxQuery query) => [.. _rows.Values.Where(row => query.Matches(row.ToStored()))];

    private bool HasRoomFor(long bytes) => !Waiting.Any() || Waiting.Sum(row => (long)row.Json.Length) + bytes <= maxBytes;

    private bool Append(EventBlock block)
    {
        for (int i = 0; i < block.Count; i++)
        {
            BufferedEvent item = block[i];
            Put(new Row(_lastPosition + 1, item.Partition, item.EventName, block.AppKey, item.User.IdentityName, item.User.ExternalId, item.Json.ToArray()) { At = Now });
        }

        return true;
    }

    private bool Put(Row row) => Do(new Line("put", Row: row));
    private bool Remove(Row row, string reason) => Do(new Line("remove", reason, row.Position));

    private bool Do(Line line)
    {
        Apply(line);
        _unwritten.Add(line);
        return true;
    }

    private void Apply(Line line)
    {
        switch (line.Change)
        {
            case "put": (_rows[line.Row!.Position], _lastPosition) = (line.Row, Math.Max(_lastPosition, line.Row.Position)); break;
            case "remove": _removed[line.Text] = _removed.GetValueOrDefault(line.Text) + (_rows.Remove(line.Position) ? 1 : 0); break;
            case "hold": _held.Add(line.Text); break;
            case "release": _held.Remove(line.Text); break;
            case "address": _address = line.Text; break;
            case "identity": _identities.Add(line.Text); break;
        }
    }

    private ValueTask<T> Read<T>(Func<T> read)
    {
        lock (_lock)
        {
            Load();
            return new(read());
        }
    }

    /// <summary>Makes the changes of a call: all of them, on the disk, or none.</summary>
    private ValueTask<T> Change<T>(Func<T> change)
    {
        lock (_lock)
        {
            Load();
            ObjectDisposedException.ThrowIf(_last is not null, this);
            try
            {
                T result = change();
                while (_rows.Values.Where(row => row.Reason is not null || _held.Contains(row.Name)).ToList() is var aside && aside.Sum(row => (long)row.Json.Length) > maxDeadLetterBytes)
                {
                    Remove(aside[0], "evicted");
                }

                _file!.Write(_unwritten.SelectMany(line => (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(line), (byte)'\n']).ToArray());
                _file.Flush(flushToDisk: true);
                return new(result);
            }
            catch
            {
                // The memory may be ahead of the disk: the next call reads again what the disk has.
                _file!.Dispose();
                _file = null;
                throw;
            }
            finally
            {
                _unwritten.Clear();
            }
        }
    }

    /// <summary>Opens the file for this process alone. A last line that a crash cut short was never acknowledged.</summary>
    private void Load()
    {
        if (_file is not null || _last is not null)
        {
            return;
        }

        (_lastPosition, _address) = (0, null);
        _rows.Clear();
        _removed.Clear();
        _held.Clear();
        _identities.Clear();
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        int start = 0;
        for (int end; (end = Array.IndexOf(bytes, (byte)'\n', start)) >= 0; start = end + 1)
        {
            Apply(JsonSerializer.Deserialize<Line>(bytes.AsSpan(start, end - start))!);
        }

        file.SetLength(start);
        file.Seek(0, SeekOrigin.End);
        _file = file;
    }

    /// <summary>The claim on all partitions: this process has the file alone.</summary>
    private sealed class Claim(JsonLinesOutbox outbox, IReadOnlyCollection<string> heldNames) : IOutboxClaim
    {
        public IReadOnlyList<int> Partitions { get; } = [.. Enumerable.Range(0, Partition.Count)];
        public IReadOnlyCollection<string> HeldNames => heldNames;
        public CancellationToken LostToken => CancellationToken.None;
        public CancellationToken RecalledToken => CancellationToken.None;
        public TimeSpan SureFor => TimeSpan.MaxValue;

        public ValueTask<OutboxReadResult> ReadAsync(OutboxReadRequest request, ICollection<OutboxEvent> destination, CancellationToken cancellationToken) => outbox.Read(() =>
        {
            int events = 0, bytes = 0;
            foreach (Row row in outbox.Waiting.Where(row => row.Partition == request.Partition && row.Position > request.After))
            {
                if (events++ == request.MaxEvents || (row.Json.Length > request.MaxBytes - bytes && destination.Count > 0))
                {
                    return new OutboxReadResult { HasMore = true };
                }

                bytes += row.Json.Length;
                destination.Add(row.ToEvent());
            }

            return default;
        });

        public ValueTask<OutboxEvent?> ReadHeldAsync(string eventName, long after, CancellationToken cancellationToken) =>
            outbox.Read(() => outbox.Held.FirstOrDefault(row => row.Name == eventName && row.Position > after)?.ToEvent());

        public ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken) =>
            ChangeAsync(() => PendingOf(events).All(row => outbox.Remove(row, "delivered")));

        public ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken) =>
            ChangeAsync(() => PendingOf(events).All(row => outbox.Put(row with { Reason = reason })));

        public ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken) => ChangeAsync(() => outbox.Do(new Line("hold", eventName)));

        public ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken) => ChangeAsync(() => outbox.Do(new Line("release", eventName)));

        public ValueTask<bool> ExpireAsync(int partition, TimeSpan maxAge, ICollection<OutboxEvent>? expired, CancellationToken cancellationToken) => ChangeAsync(() =>
        {
            foreach (Row row in outbox.Pending.Where(row => row.Partition == partition && outbox.Now - row.At > maxAge).ToList())
            {
                outbox.Put(row with { Reason = new DeadLetterReason(DeadLetterKind.Expired) });
                expired?.Add(row.ToEvent());
            }

            return true;
        });

        public ValueTask DisposeAsync()
        {
            lock (outbox._lock)
            {
                outbox._claim = outbox._claim == this ? null : outbox._claim;
                return default;
            }
        }

        private List<Row> PendingOf(IReadOnlyList<OutboxEvent> events) =>
            [.. events.Select(item => outbox._rows.GetValueOrDefault(item.Position)).OfType<Row>().Where(row => row.Reason is null).Distinct()];

        private ValueTask<bool> ChangeAsync(Func<bool> change)
        {
            lock (outbox._lock)
            {
                return outbox._claim == this ? outbox.Change(() => change() || true) : new(false);
            }
        }
    }
}
