using TypedEvents.Outbox.Testing;

namespace TypedEvents.Tests;

/// <summary>Outboxes that keep the contract in every respect but one.</summary>
internal static class BrokenOutboxes
{
    private static readonly TimeSpan NoAge = TimeSpan.FromTicks(1);

    /// <summary>What each does wrong, and how it is made.</summary>
    public static IReadOnlyDictionary<string, Func<OutboxSpecification, IEventOutbox>> All { get; } = new Dictionary<string, Func<OutboxSpecification, IEventOutbox>>
    {
        ["opens once"] = Broken((inner, _) => new Outbox(inner) { Opens = 1 }),
        ["says that it is durable, and isn't"] = Broken((inner, _) => new Outbox(inner) { Durable = true }),
        ["never looks for others' events"] = Broken((inner, _) => new Outbox(inner) { Poll = TimeSpan.Zero }),
        ["loses the last block"] = Broken((inner, _) => new Outbox(inner) { Append = async (inner, blocks, token) => { await inner.AppendAsync([.. blocks.SkipLast(blocks.Count > 1 ? 1 : 0)], token); return blocks.Count; } }),
        ["appends blocks in reverse"] = Broken((inner, _) => new Outbox(inner) { Append = (inner, blocks, token) => inner.AppendAsync([.. blocks.Reverse()], token) }),
        ["says that it took one block of none"] = Broken((inner, _) => new Outbox(inner) { Append = async (inner, blocks, token) => Math.Max(1, await inner.AppendAsync(blocks, token)) }),
        ["appends despite a cancellation"] = Broken((inner, _) => new Outbox(inner) { Append = (inner, blocks, _) => inner.AppendAsync(blocks, CancellationToken.None) }),
        ["keeps the blocks of an append"] = specification => new Sharing(Memory(specification)),
        ["has no limit"] = specification => new MemoryOutbox(int.MaxValue, specification.MaxDeadLetterBytes, specification.TimeProvider),
        ["has no limit of dead letters"] = specification => new MemoryOutbox(specification.MaxBytes, int.MaxValue, specification.TimeProvider),
        ["takes nothing that is larger than its limit"] = Broken((inner, specification) => new Outbox(inner) { Append = async (inner, blocks, token) => blocks.Any(block => block.Length > specification.MaxBytes) ? 0 : await inner.AppendAsync(blocks, token) }),
        ["goes by another clock"] = specification => new MemoryOutbox(specification.MaxBytes, specification.MaxDeadLetterBytes, Trackers.FakeClock()),
        ["gives two claims"] = Broken((inner, _) => new Outbox(inner) { ClaimsTwice = true }),
        ["gives a claim back once only"] = Claims(inner => new Claim(inner) { DisposesOnce = true }),
        ["changes things under a claim that was given back"] = Claims(inner => new Claim(inner) { IsNeverReleased = true }),
        ["says that the last position is one lower"] = Broken((inner, _) => new Outbox(inner) { Positions = positions => positions with { LastAppended = positions.LastAppended - 1 } }),
        ["counts held events as the oldest pending"] = Broken((inner, _) => new Outbox(inner) { Positions = positions => positions with { OldestPending = positions.OldestHeld ?? positions.OldestPending } }),
        ["says that nothing lies elsewhere"] = Broken((inner, _) => new Outbox(inner) { Positions = positions => positions with { OldestPendingElsewhere = null } }),
        ["counts one more as delivered"] = Broken((inner, _) => new Outbox(inner) { Statistics = statistics => statistics with { Delivered = statistics.Delivered + 1, Appended = statistics.Appended + 1 } }),
        ["counts no held events"] = Broken((inner, _) => new Outbox(inner) { Statistics = statistics => statistics with { Held = 0 } }),
        ["doesn't say since when events are pending"] = Broken((inner, _) => new Outbox(inner) { Statistics = statistics => statistics with { OldestPendingAt = statistics.OldestPendingAt is null ? null : DateTimeOffset.UnixEpoch } }),
        ["counts no event whose user has to be registered"] = Broken((inner, _) => new Outbox(inner) { Statistics = statistics => statistics with { PendingRegistration = 0 } }),
        ["returns no last statistics"] = Broken((inner, _) => new Outbox(inner) { Closed = _ => new OutboxStatistics() }),
        ["counts by partition without those held"] = Broken((inner, _) => new Outbox(inner) { ByPartition = counts => [counts.Sum(), .. counts.Skip(1).Select(_ => 0L)] }),
        ["ignores where a list begins"] = Queries(query => query with { After = 0 }),
        ["ignores the kind of a query"] = Queries(query => query with { Kind = null }),
        ["ignores the time of a query"] = Queries(query => query with { AppendedBefore = null }),
        ["ignores the user of a query"] = Queries(query => query with { User = null }),
        ["lists in reverse"] = Broken((inner, _) => new Outbox(inner) { List = listed => [.. listed.Reverse()] }),
        ["lists without the application's key"] = Broken((inner, _) => new Outbox(inner) { List = listed => [.. listed.Select(stored => stored with { AppKey = null })] }),
        ["lists what changes later"] = specification => new Sharing(Memory(specification)) { SharesLists = true },
        ["replays nothing"] = Broken((inner, _) => new Outbox(inner) { Replay = (_, _) => ValueTask.FromResult(0L) }),
        ["replays pending events without an error"] = Broken((inner, _) => new Outbox(inner) { Replay = (inner, query) => query.State == StoredEventState.Pending ? ValueTask.FromResult(0L) : inner.ReplayAsync(query) }),
        ["replays the newest first"] = Broken((inner, _) => new Outbox(inner) { Replay = ReplayNewestAsync }),
        ["purges nothing"] = Broken((inner, _) => new Outbox(inner) { Purge = (inner, query) => inner.CountAsync(query) }),
        ["purges one event at a time"] = Broken((inner, _) => new Outbox(inner) { Purge = async (inner, query) => await inner.ListAsync(query, 1) is [var first] ? await inner.PurgeAsync(query with { After = first.Position - 1, UpTo = first.Position }) : 0 }),
        ["finds users under another EUID"] = Broken((inner, _) => new Outbox(inner) { Finds = users => [.. users.Select(user => new RegisteredUser(user, new Euid(1), DateTimeOffset.UnixEpoch))] }),
        ["never forgets a user"] = Broken((inner, _) => new Outbox(inner) { RemembersForever = true }),
        ["reads more events than asked for"] = Claims(inner => new Claim(inner) { Read = request => request with { MaxEvents = int.MaxValue } }),
        ["reads more bytes than asked for"] = Claims(inner => new Claim(inner) { Read = request => request with { MaxBytes = int.MaxValue } }),
        ["reads from the beginning"] = Claims(inner => new Claim(inner) { Read = request => request with { After = 0 } }),
        ["says that there is no more"] = Claims(inner => new Claim(inner) { HasNoMore = true }),
        ["reads in reverse"] = Claims(inner => new Claim(inner) { ReadsReverse = true }),
        ["reads without the application's key"] = Events(read => read with { AppKey = null }),
        ["reads without the user"] = Events(read => read with { User = default }),
        ["reads other bytes"] = Events(read => read with { Json = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(read.Json.Span)) }),
        ["reads another name"] = Events(read => read with { EventName = "other" }),
        ["settles the first event only"] = Claims(inner => new Claim(inner) { Settles = events => [.. events.Take(1)] }),
        ["settles no delivered event"] = Claims(inner => new Claim(inner) { Settles = _ => [] }),
        ["dead-letters for another reason"] = Claims(inner => new Claim(inner) { Reason = reason => reason with { Code = 1, Message = null } }),
        ["dead-letters nothing"] = Claims(inner => new Claim(inner) { DeadLetters = _ => [] }),
        ["replays a dead letter that is settled"] = Broken((inner, _) => new Outbox(inner) { Wrap = claim => new Claim(claim) { ReplaysIn = inner } }),
        ["lets every event expire"] = Claims(inner => new Claim(inner) { MaxAge = _ => NoAge }),
        ["lets no event expire"] = Claims(inner => new Claim(inner) { MaxAge = _ => TimeSpan.FromDays(10_000) }),
        ["lets no held event expire"] = Expiries((events, maxAge) => events.Where(one => one.Age > maxAge)),
        ["lets events expire up to the first young one"] = Expiries((events, maxAge) => events.TakeWhile(one => one.Age > maxAge)),
        ["lets events expire when the clock is set back"] = Expiries((events, maxAge) => events.Where(one => one.Age.Duration() > maxAge)),
        ["doesn't name what expired"] = Claims(inner => new Claim(inner) { NamesNoExpired = true }),
        ["holds nothing"] = Claims(inner => new Claim(inner) { HoldsNothing = true }),
        ["reads no held event"] = Claims(inner => new Claim(inner) { ReadsNoHeld = true }),
        ["reads the first held event again"] = Claims(inner => new Claim(inner) { ReadsFirstHeld = true }),
        ["releases nothing"] = Claims(inner => new Claim(inner) { ReleasesNothing = true }),
        ["begins a claim without the held names"] = Claims(inner => new Claim(inner) { HasNoHeldNames = true }),
        ["loses a name when it is held twice"] = Claims(inner => new Claim(inner) { TogglesHold = true }),
    };

    public static MemoryOutbox Memory(OutboxSpecification specification) =>
        new(specification.MaxBytes, specification.MaxDeadLetterBytes, specification.TimeProvider);

    /// <summary>All that an event takes in the memory outbox, which they are all made of.</summary>
    public static long SizeOf(StoredEvent stored, bool isHeld) => stored.State == StoredEventState.DeadLetter
        ? MemoryDeadLetter.SizeOf(stored.Json.Length, stored.User, stored.Reason)
        : MemoryStore.SizeOf(stored.Json.Length, stored.User) + (isHeld ? HeldNames.BytesPerEvent : 0);

    private static Func<OutboxSpecification, IEventOutbox> Broken(Func<IEventOutbox, OutboxSpecification, Outbox> make) =>
        specification => make(Memory(specification), specification);

    private static Func<OutboxSpecification, IEventOutbox> Claims(Func<IOutboxClaim, IOutboxClaim> wrap) => Broken((inner, _) => new Outbox(inner) { Wrap = wrap });

    private static Func<OutboxSpecification, IEventOutbox> Expiries(Func<IEnumerable<(OutboxEvent Event, TimeSpan Age)>, TimeSpan, IEnumerable<(OutboxEvent Event, TimeSpan Age)>> choose) =>
        Broken((inner, specification) => new Outbox(inner) { Wrap = claim => new Claim(claim) { Store = inner, Clock = specification.TimeProvider, Expire = choose } });

    private static Func<OutboxSpecification, IEventOutbox> Events(Func<OutboxEvent, OutboxEvent> change) => Claims(inner => new Claim(inner) { Event = change });

    private static Func<OutboxSpecification, IEventOutbox> Queries(Func<OutboxQuery, OutboxQuery> change) => Broken((inner, _) => new Outbox(inner) { Query = change });

    private static async ValueTask<long> ReplayNewestAsync(IEventOutbox inner, OutboxQuery query)
    {
        long replayed = 0;
        foreach (StoredEvent stored in (await inner.ListAsync(query, int.MaxValue)).Reverse())
        {
            replayed += await inner.ReplayAsync(query with { After = stored.Position - 1, UpTo = stored.Position });
        }

        return replayed == 0 ? await inner.ReplayAsync(query) : replayed;
    }

    private sealed class Outbox(IEventOutbox inner) : DelegatingOutbox(inner)
    {
        private readonly Dictionary<EngageUser, RegisteredUser> _users = [];
        private IOutboxClaim? _claim;

        public int Opens { get; set; } = int.MaxValue;
        public bool Durable { get; init; }
        public TimeSpan? Poll { get; init; }
        public bool ClaimsTwice { get; init; }
        public bool RemembersForever { get; init; }
        public Func<IEventOutbox, IReadOnlyList<EventBlock>, CancellationToken, ValueTask<int>>? Append { get; init; }
        public Func<IOutboxClaim, IOutboxClaim>? Wrap { get; init; }
        public Func<OutboxPositions, OutboxPositions>? Positions { get; init; }
        public Func<OutboxStatistics, OutboxStatistics>? Statistics { get; init; }
        public Func<OutboxStatistics?, OutboxStatistics?>? Closed { get; init; }
        public Func<IReadOnlyList<long>, IReadOnlyList<long>>? ByPartition { get; init; }
        public Func<OutboxQuery, OutboxQuery>? Query { get; init; }
        public Func<IReadOnlyList<StoredEvent>, IReadOnlyList<StoredEvent>>? List { get; init; }
        public Func<IEventOutbox, OutboxQuery, ValueTask<long>>? Replay { get; init; }
        public Func<IEventOutbox, OutboxQuery, ValueTask<long>>? Purge { get; init; }
        public Func<IReadOnlyList<EngageUser>, IReadOnlyList<RegisteredUser>>? Finds { get; init; }

        public override bool IsDurable => Durable || base.IsDurable;

        public override TimeSpan PollInterval => Poll ?? base.PollInterval;

        public override ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken) =>
            Opens-- > 0 ? base.OpenAsync(opening, cancellationToken) : throw new InvalidOperationException("It is open.");

        public override ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken) =>
            Append?.Invoke(Inner, blocks, cancellationToken) ?? base.AppendAsync(blocks, cancellationToken);

        public override async ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken)
        {
            IOutboxClaim? claim = await base.TryClaimAsync(cancellationToken) ?? (ClaimsTwice ? _claim : null);
            _claim = claim;
            return claim is null ? null : Wrap?.Invoke(claim) ?? claim;
        }

        public override async ValueTask<OutboxPositions> GetPositionsAsync(CancellationToken cancellationToken) =>
            await base.GetPositionsAsync(cancellationToken) is var positions && Positions is not null ? Positions(positions) : positions;

        public override async ValueTask<OutboxStatistics?> GetStatisticsAsync(CancellationToken cancellationToken) =>
            await base.GetStatisticsAsync(cancellationToken) is { } statistics && Statistics is not null ? Statistics(statistics) : await base.GetStatisticsAsync(cancellationToken);

        public override async ValueTask<OutboxStatistics?> CloseAsync() =>
            await base.CloseAsync() is var last && Closed is not null ? Closed(last) : last;

        public override async ValueTask<IReadOnlyList<long>?> CountPendingByPartitionAsync(CancellationToken cancellationToken) =>
            await base.CountPendingByPartitionAsync(cancellationToken) is { } counts && ByPartition is not null ? ByPartition(counts) : await base.CountPendingByPartitionAsync(cancellationToken);

        public override async ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken = default) =>
            await base.ListAsync(Query?.Invoke(query) ?? query, maxEvents, cancellationToken) is var listed && List is not null ? List(listed) : listed;

        public override ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken = default) =>
            base.CountAsync(Query?.Invoke(query) ?? query, cancellationToken);

        public override ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken = default) =>
            Replay?.Invoke(Inner, query) ?? base.ReplayAsync(Query?.Invoke(query) ?? query, cancellationToken);

        public override ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken = default) =>
            Purge?.Invoke(Inner, query) ?? base.PurgeAsync(Query?.Invoke(query) ?? query, cancellationToken);

        public override async ValueTask<IReadOnlyList<RegisteredUser>> FindUsersAsync(IReadOnlyList<EngageUser> users, CancellationToken cancellationToken) =>
            Finds is not null ? Finds(users)
            : RemembersForever ? [.. users.Where(_users.ContainsKey).Select(user => _users[user])]
            : await base.FindUsersAsync(users, cancellationToken);

        public override ValueTask SaveUsersAsync(IReadOnlyList<RegisteredUser> users, CancellationToken cancellationToken)
        {
            foreach (RegisteredUser user in users)
            {
                _users[user.User] = user;
            }

            return base.SaveUsersAsync(users, cancellationToken);
        }
    }

    private sealed class Claim(IOutboxClaim inner) : DelegatingClaim(inner)
    {
        private readonly HashSet<string> _held = [];
        private bool _isDisposed;

        public IEventOutbox? ReplaysIn { get; init; }
        public IEventOutbox? Store { get; init; }
        public TimeProvider? Clock { get; init; }
        public Func<IEnumerable<(OutboxEvent Event, TimeSpan Age)>, TimeSpan, IEnumerable<(OutboxEvent Event, TimeSpan Age)>>? Expire { get; init; }
        public bool DisposesOnce { get; init; }
        public bool IsNeverReleased { get; init; }
        public bool HasNoMore { get; init; }
        public bool ReadsReverse { get; init; }
        public bool NamesNoExpired { get; init; }
        public bool HoldsNothing { get; init; }
        public bool ReadsNoHeld { get; init; }
        public bool ReadsFirstHeld { get; init; }
        public bool ReleasesNothing { get; init; }
        public bool HasNoHeldNames { get; init; }
        public bool TogglesHold { get; init; }
        public Func<OutboxReadRequest, OutboxReadRequest>? Read { get; init; }
        public Func<OutboxEvent, OutboxEvent>? Event { get; init; }
        public Func<IReadOnlyList<OutboxEvent>, IReadOnlyList<OutboxEvent>>? Settles { get; init; }
        public Func<IReadOnlyList<OutboxEvent>, IReadOnlyList<OutboxEvent>>? DeadLetters { get; init; }
        public Func<DeadLetterReason, DeadLetterReason>? Reason { get; init; }
        public Func<TimeSpan, TimeSpan>? MaxAge { get; init; }

        public override IReadOnlyCollection<string> HeldNames => HasNoHeldNames ? [] : base.HeldNames;

        public override async ValueTask<OutboxReadResult> ReadAsync(OutboxReadRequest request, ICollection<OutboxEvent> destination, CancellationToken cancellationToken)
        {
            List<OutboxEvent> read = [];
            OutboxReadResult result = await base.ReadAsync(Read?.Invoke(request) ?? request, read, cancellationToken);
            if (ReadsReverse)
            {
                read.Reverse();
            }

            read.ForEach(one => destination.Add(Event?.Invoke(one) ?? one));
            return HasNoMore ? default : result;
        }

        public override async ValueTask<OutboxEvent?> ReadHeldAsync(string eventName, long after, CancellationToken cancellationToken) =>
            ReadsNoHeld ? null : await base.ReadHeldAsync(eventName, ReadsFirstHeld ? 0 : after, cancellationToken);

        public override async ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
        {
            foreach (OutboxEvent settled in ReplaysIn is null ? [] : events)
            {
                await ReplaysIn!.ReplayAsync(OutboxQuery.DeadLetters with { After = settled.Position - 1, UpTo = settled.Position }, cancellationToken);
            }

            return await base.SettleDeliveredAsync(Settles?.Invoke(events) ?? events, cancellationToken);
        }

        public override ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken) =>
            base.SettleDeadLetterAsync(DeadLetters?.Invoke(events) ?? events, Reason?.Invoke(reason) ?? reason, cancellationToken);

        public override ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken) =>
            HoldsNothing ? ValueTask.FromResult(true)
            : TogglesHold && !_held.Add(eventName) ? base.ReleaseAsync(eventName, cancellationToken)
            : base.HoldAsync(eventName, cancellationToken);

        public override ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken) =>
            ReleasesNothing ? ValueTask.FromResult(true) : base.ReleaseAsync(eventName, cancellationToken);

        public override async ValueTask<bool> ExpireAsync(int partition, TimeSpan maxAge, ICollection<OutboxEvent>? expired, CancellationToken cancellationToken)
        {
            if (Expire is null)
            {
                return await base.ExpireAsync(partition, MaxAge?.Invoke(maxAge) ?? maxAge, NamesNoExpired ? null : expired, cancellationToken);
            }

            List<OutboxEvent> read = [];
            await base.ReadAsync(new OutboxReadRequest(partition), read, cancellationToken);
            var appended = (await Store!.ListAsync(OutboxQuery.Pending, int.MaxValue, cancellationToken)).ToDictionary(stored => stored.Position, stored => stored.AppendedAt);
            List<OutboxEvent> old = [.. Expire(read.Select(one => (one, Clock!.GetUtcNow() - appended[one.Position])), maxAge).Select(one => one.Event)];
            old.ForEach(one => expired?.Add(one));
            return await base.SettleDeadLetterAsync(old, new DeadLetterReason(DeadLetterKind.Expired), cancellationToken);
        }

        public override ValueTask DisposeAsync()
        {
            ObjectDisposedException.ThrowIf(DisposesOnce && _isDisposed, this);
            _isDisposed = true;
            return IsNeverReleased ? ValueTask.CompletedTask : base.DisposeAsync();
        }
    }

    /// <summary>Returns the caller's own memory, or memory that the next list uses again.</summary>
    private sealed class Sharing(IEventOutbox inner) : DelegatingOutbox(inner)
    {
        private readonly List<ReadOnlyMemory<byte>> _appended = [];
        private readonly byte[] _buffer = new byte[1 << 20];

        public bool SharesLists { get; init; }

        public override async ValueTask<int> AppendAsync(IReadOnlyList<EventBlock> blocks, CancellationToken cancellationToken)
        {
            int taken = await base.AppendAsync(blocks, cancellationToken);
            foreach (EventBlock block in blocks.Take(taken))
            {
                _appended.AddRange(Enumerable.Range(0, block.Count).Select(i => block[i].Json));
            }

            return taken;
        }

        public override async ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken) =>
            await base.TryClaimAsync(cancellationToken) is { } claim
                ? SharesLists ? claim : new Claim(claim) { Event = read => read with { Json = _appended[(int)read.Position - 1] } }
                : null;

        public override async ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken = default)
        {
            IReadOnlyList<StoredEvent> listed = await base.ListAsync(query, maxEvents, cancellationToken);
            return SharesLists ? [.. listed.Select(Share)] : listed;

            StoredEvent Share(StoredEvent stored)
            {
                stored.Json.CopyTo(_buffer);
                return stored with { Json = _buffer.AsMemory(0, stored.Json.Length) };
            }
        }
    }
}
