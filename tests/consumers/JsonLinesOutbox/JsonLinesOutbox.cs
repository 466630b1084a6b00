using System.IO;
using System.Text.Json;
using TypedEvents;
using TypedEvents.Outbox;

/// <summary>
/// An outbox in a file of one process. Each change is a line of JSON, written and flushed before it is acknowledged; the state in memory is what
/// the lines add up to.
/// </summary>
public sealed class JsonLinesOutbox(string path, long maxBytes, long maxDeadLetterBytes, TimeProvider clock) : IEventOutbox
{
    private readonly object _lock = new();
    private readonly List<Line> _unwritten = [];
    private readonly SortedDictionary<long, Line> _events = [];
    private readonly HashSet<string> _held = [];
    private readonly HashSet<string> _identities = [];
    private readonly Dictionary<EngageUser, RegisteredUser> _users = [];
    private string? _address;
    private long _lastPosition, _appended, _delivered, _evicted, _purged;
    private FileStream? _file;
    private OutboxStatistics? _last;
    private Claim? _claim;

    /// <summary>One change. An event is the line that appended it; a dead letter has a kind.</summary>
    private sealed record Line(string Op, long Position = 0, string? Name = null)
    {
        public int Partition { get; init; }
        public string? AppKey { get; init; }
        public string? IdentityName { get; init; }
        public string? ExternalId { get; init; }
        public byte[] Json { get; init; } = [];
        public DateTimeOffset At { get; init; }
        public DeadLetterKind? Kind { get; init; }
        public int? Code { get; init; }
        public string? Message { get; init; }
        public long Number { get; init; }

        public EngageUser User() => ExternalId is null ? default : EngageUser.FromIdentity(IdentityName!, ExternalId);

        public OutboxEvent ToEvent() => new() { Position = Position, Partition = Partition, EventName = Name!, AppKey = AppKey, User = User(), Json = Json };

        public StoredEvent ToStored() => new()
        {
            Position = Position, EventName = Name!, AppKey = AppKey, User = User(), Json = Json, AppendedAt = At,
            State = Kind is null ? StoredEventState.Pending : StoredEventState.DeadLetter,
            Reason = Kind is { } kind ? new DeadLetterReason(kind, Code, Message) : null,
        };
    }

    public bool IsDurable => true;
    public TimeSpan PollInterval => Timeout.InfiniteTimeSpan;
    public string? StatisticsUnavailableReason => null;
    public string? AppendOnlyReason => null;

    private DateTimeOffset Now => clock.GetUtcNow();
    private IEnumerable<Line> Pending => _events.Values.Where(line => line.Kind is null);
    private IEnumerable<Line> Waiting => Pending.Where(line => !_held.Contains(line.Name!));
    private IEnumerable<Line> Aside => _events.Values.Where(line => line.Kind is not null || _held.Contains(line.Name!));

    public ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken)
    {
        OutboxTarget target = opening.Target;
        Change(() =>
        {
            if (_address is not null && (_address != target.Address || !(_identities.Contains(target.Project) || _identities.Contains(target.ApiKeyHash ?? ""))))
            {
                throw new OutboxUnusableException($"'{path}' is for {string.Join(" or ", _identities)} at {_address}, and this tracker is for {target}. Use a file of its own.");
            }

            return Identify(target);
        });
        return ValueTask.CompletedTask;
    }

    public ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken)
    {
        Change(() => _address is null || _address == target.Address ? Identify(target) : throw new OutboxUnusableException($"'{path}' is for {_address}."));
        return ValueTask.CompletedTask;
    }

    public ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Changed(() =>
        {
            int taken = 0;
            while (taken < blocks.Count && HasRoomFor(blocks[taken].Length))
            {
                EventBlock block = blocks[taken++];
                for (int i = 0; i < block.Count; i++)
                {
                    BufferedEvent item = block[i];
                    Do(new Line("append", _lastPosition + 1, item.EventName)
                    {
                        Partition = item.Partition, AppKey = block.AppKey, IdentityName = item.User.IdentityName, ExternalId = item.User.ExternalId,
                        Json = item.Json.ToArray(), At = Now,
                    });
                }
            }

            return taken;
        });
    }

    public ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) =>
        Read(() => _claim is null ? _claim = new Claim(this, [.. _held]) : (IOutboxClaim?)null);

    public ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken) => Read(() => new OutboxPositions
    {
        LastAppended = _lastPosition,
        OldestPending = Waiting.FirstOrDefault()?.Position,
        OldestPendingElsewhere = _claim is null ? Waiting.FirstOrDefault()?.Position : null,
        OldestHeld = Pending.FirstOrDefault(line => _held.Contains(line.Name!))?.Position,
    });

    public ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken) =>
        _last is { } last ? new(last) : Read<OutboxStatistics?>(() => GetStatistics());

    public ValueTask<IReadOnlyList<long>?> CountPendingByPartitionAsync(CancellationToken cancellationToken) =>
        Read<IReadOnlyList<long>?>(() => [.. Enumerable.Range(0, Partition.Count).Select(partition => Pending.LongCount(line => line.Partition == partition))]);

    public ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEvents, 1);
        return Read<IReadOnlyList<StoredEvent>>(() => [.. Find(query).Take(maxEvents)]);
    }

    public ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken = default) => Read(() => (long)Find(query).Count);

    public ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken = default) => query.State == StoredEventState.Pending
        ? throw new ArgumentException("Only dead letters can be replayed.", nameof(query))
        : Changed(() => Find(query).TakeWhile(stored => (_held.Contains(stored.EventName) || HasRoomFor(stored.Json.Length))
            && Do(new Line("replay", stored.Position) { Number = _lastPosition + 1, At = Now })).LongCount());

    public ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken = default) =>
        Changed(() => Find(query).LongCount(stored => Do(new Line("purge", stored.Position))));

    public ValueTask<IReadOnlyList<RegisteredUser>> FindUsersAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<RegisteredUser>>(() => [.. users.Where(_users.ContainsKey).Select(user => _users[user])]);

    public ValueTask SaveUsersAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken)
    {
        Change(() => users.All(user => Do(new Line("user") { IdentityName = user.User.IdentityName, ExternalId = user.User.ExternalId, Number = user.Euid.Value, At = user.RegisteredAt })));
        return ValueTask.CompletedTask;
    }

    public ValueTask<OutboxStatistics?> CloseAsync()
    {
        lock (_lock)
        {
            if (_last is null)
            {
                Load();
                (_last, _claim) = (GetStatistics(), null);
                _file!.Dispose();
            }

            return new(_last);
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private OutboxStatistics GetStatistics() => new()
    {
        Appended = _appended,
        Delivered = _delivered,
        Pending = Pending.Count(),
        PendingRegistration = Pending.Count(line => line.ExternalId is not null),
        Held = Pending.Count(line => _held.Contains(line.Name!)),
        OldestPendingAt = Waiting.FirstOrDefault()?.At,
        DeadLetters = _events.Values.Count(line => line.Kind is not null),
        Discarded = new DiscardedEvents { Evicted = _evicted, Purged = _purged },
    };

    private List<StoredEvent> Find(OutboxQuery query) => [.. _events.Values.Select(line => line.ToStored()).Where(query.Matches)];

    private bool HasRoomFor(long bytes) => !Waiting.Any() || Waiting.Sum(line => (long)line.Json.Length) + bytes <= maxBytes;

    private bool Identify(OutboxTarget target) => ((string?[])[target.Project, target.ApiKeyHash])
        .All(identity => identity is null || (_address is not null && _identities.Contains(identity)) || Do(new Line("target", Name: identity) { Message = target.Address }));

    private bool MakeDeadLetter(long position, DeadLetterReason reason) => _events.GetValueOrDefault(position) is { Kind: null }
        && Do(new Line("dead", position) { Kind = reason.Kind, Code = reason.Code, Message = reason.Message });

    /// <summary>Makes a change in memory; the line is written when all of the call's changes are made.</summary>
    private bool Do(Line line)
    {
        Apply(line);
        _unwritten.Add(line);
        return true;
    }

    private void Apply(Line line)
    {
        switch (line.Op)
        {
            case "append": (_events[line.Position], _lastPosition, _appended) = (line, line.Position, _appended + 1); break;
            case "delivered": _delivered += _events.Remove(line.Position) ? 1 : 0; break;
            case "dead": _events[line.Position] = _events[line.Position] with { Kind = line.Kind, Code = line.Code, Message = line.Message }; break;
            case "evict": _evicted += _events.Remove(line.Position) ? 1 : 0; break;
            case "purge": _purged += _events.Remove(line.Position) ? 1 : 0; break;
            case "hold": _held.Add(line.Name!); break;
            case "release": _held.Remove(line.Name!); break;
            case "target": _address = line.Message; _identities.Add(line.Name!); break;
            case "user": _users[line.User()] = new RegisteredUser(line.User(), new Euid(line.Number), line.At); break;
            case "replay":
                _events.Remove(line.Position, out Line? dead);
                _events[_lastPosition = line.Number] = dead! with { Position = line.Number, At = line.At, Kind = null, Code = null, Message = null };
                break;
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

    private ValueTask<T> Changed<T>(Func<T> change) => new(Change(change));

    /// <summary>Makes the changes of one call: all of them, on the disk, or none.</summary>
    private T Change<T>(Func<T> change)
    {
        lock (_lock)
        {
            Load();
            try
            {
                T result = change();
                while (Aside.Sum(line => (long)line.Json.Length) > maxDeadLetterBytes)
                {
                    Do(new Line("evict", Aside.First().Position));
                }

                _file!.Write(_unwritten.SelectMany(line => (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(line), (byte)'\n']).ToArray());
                _file.Flush(flushToDisk: true);
                return result;
            }
            catch
            {
                // The memory may be ahead of the disk: what the disk has is read again by the next call.
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
        ObjectDisposedException.ThrowIf(_last is not null, this);
        if (_file is not null)
        {
            return;
        }

        _events.Clear();
        _held.Clear();
        (_lastPosition, _appended, _delivered, _evicted, _purged, _address) = (0, 0, 0, 0, 0, null);
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
            int events = request.MaxEvents;
            int bytes = request.MaxBytes;
            foreach (Line line in outbox.Waiting.Where(line => line.Partition == request.Partition && line.Position > request.After))
            {
                if (events-- == 0 || (line.Json.Length > bytes && destination.Count > 0))
                {
                    return new OutboxReadResult { HasMore = true };
                }

                bytes -= line.Json.Length;
                destination.Add(line.ToEvent());
            }

            return default;
        });

        public ValueTask<OutboxEvent?> ReadHeldAsync(string eventName, long after, CancellationToken cancellationToken) => outbox.Read(() =>
            outbox.Pending.FirstOrDefault(line => line.Name == eventName && line.Position > after && outbox._held.Contains(eventName))?.ToEvent());

        public ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken) =>
            ChangeAsync(() => events.Count(item => outbox._events.GetValueOrDefault(item.Position) is { Kind: null } && outbox.Do(new Line("delivered", item.Position))));

        public ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken) =>
            ChangeAsync(() => events.Count(item => outbox.MakeDeadLetter(item.Position, reason)));

        public ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken) =>
            ChangeAsync(() => outbox.Do(new Line("hold", Name: eventName)));

        public ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken) =>
            ChangeAsync(() => outbox.Do(new Line("release", Name: eventName)));

        public ValueTask<bool> ExpireAsync(int partition, TimeSpan maxAge, ICollection<OutboxEvent>? expired, CancellationToken cancellationToken) => ChangeAsync(() =>
        {
            DateTimeOffset now = outbox.Now;
            foreach (Line line in outbox.Pending.Where(line => line.Partition == partition && now - line.At > maxAge).ToList())
            {
                outbox.MakeDeadLetter(line.Position, new DeadLetterReason(DeadLetterKind.Expired));
                expired?.Add(line.ToEvent());
            }

            return true;
        });

        public ValueTask DisposeAsync()
        {
            lock (outbox._lock)
            {
                outbox._claim = outbox._claim == this ? null : outbox._claim;
            }

            return ValueTask.CompletedTask;
        }

        private ValueTask<bool> ChangeAsync<T>(Func<T> change)
        {
            lock (outbox._lock)
            {
                if (outbox._claim != this)
                {
                    return new(false);
                }

                outbox.Change(change);
                return new(true);
            }
        }
    }
}
