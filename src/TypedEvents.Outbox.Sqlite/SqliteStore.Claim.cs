using System.Diagnostics;

namespace TypedEvents.Outbox.Sqlite;

/// <content>The claim, which covers all partitions: a lock on a file beside the database.</content>
internal sealed partial class SqliteStore
{
    private sealed class Claim(SqliteStore store, FileStream file, IReadOnlyCollection<string> heldNames) : IOutboxClaim
    {
        /// <summary>How long one question about all partitions answers a read of each.</summary>
        private static readonly TimeSpan ProbeLifetime = TimeSpan.FromMilliseconds(100);

        private readonly CancellationTokenSource _lost = new();

        /// <summary>By partition, the position after which the last read found nothing; -1 where it found something.</summary>
        private readonly long[] _endedAfter = NewPositions();

        /// <summary>By partition, whether the last probe, which found nothing pending, hasn't answered a read yet.</summary>
        private readonly bool[] _answers = new bool[Partition.Count];

        private long _probedAt;

        /// <summary>How many changes this process had made at the last probe.</summary>
        private long _probedAfterChanges = -1;

        private bool _hasPending;

        public IReadOnlyList<int> Partitions { get; } = [.. Enumerable.Range(0, Partition.Count)];

        public CancellationToken LostToken => _lost.Token;

        public CancellationToken RecalledToken => CancellationToken.None;

        /// <summary>The lock ends with this process, or with the lock file, which <see cref="LostToken"/> tells.</summary>
        public TimeSpan SureFor => TimeSpan.MaxValue;

        public IReadOnlyCollection<string> HeldNames => heldNames;

        public async ValueTask<OutboxReadResult> ReadAsync(
            OutboxReadRequest request,
            ICollection<OutboxEvent> destination,
            CancellationToken cancellationToken)
        {
            if (!request.IsPeek && _endedAfter[request.Partition] == request.After && await IsNothingPendingAsync(request.Partition, cancellationToken).ConfigureAwait(false))
            {
                return default;
            }

            int before = destination.Count;
            List<UnreadableEvent>? unreadable = null;
            bool hasMore = await store
                .ReadAsync(reader => reader.Read(request, destination, out unreadable), cancellationToken)
                .ConfigureAwait(false);
            await store.SetAsideAsync(this, unreadable, cancellationToken).ConfigureAwait(false);
            if (!request.IsPeek)
            {
                _endedAfter[request.Partition] = hasMore || destination.Count > before ? -1 : request.After;
            }

            return new OutboxReadResult { HasMore = hasMore };
        }

        /// <summary>
        /// Whether nothing is pending, asked for a partition whose last read found nothing. One question to the file answers the next read of each
        /// partition for a moment, unless this process has changed something since: a loop that polls reads them one after the other.
        /// </summary>
        private async ValueTask<bool> IsNothingPendingAsync(int partition, CancellationToken cancellationToken)
        {
            long changes = Volatile.Read(ref store._changes);
            bool isFresh = _probedAfterChanges == changes && Stopwatch.GetElapsedTime(_probedAt) <= ProbeLifetime;
            if (!isFresh || (!_hasPending && !_answers[partition]))
            {
                (_probedAfterChanges, _probedAt) = (changes, Stopwatch.GetTimestamp());
                OutboxPositions positions = await store.GetPositionsAsync(cancellationToken).ConfigureAwait(false);
                _hasPending = positions.OldestPending is not null;
                Array.Fill(_answers, !_hasPending);
            }

            bool isEmpty = _answers[partition];
            _answers[partition] = false;
            return isEmpty;
        }

        private static long[] NewPositions()
        {
            long[] positions = new long[Partition.Count];
            Array.Fill(positions, -1);
            return positions;
        }

        public async ValueTask<OutboxEvent?> ReadHeldAsync(string eventName, long after, CancellationToken cancellationToken)
        {
            List<UnreadableEvent>? unreadable = null;
            OutboxEvent? held = await store
                .ReadAsync(reader => reader.ReadHeld(eventName, after, out unreadable), cancellationToken)
                .ConfigureAwait(false);
            await store.SetAsideAsync(this, unreadable, cancellationToken).ConfigureAwait(false);
            return held;
        }

        public ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken) =>
            ChangeAsync(writer => writer.Events.SettleDelivered(events), cancellationToken);

        public ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken) =>
            ChangeAsync(writer => writer.Events.SettleDeadLetter(events, reason), cancellationToken);

        public ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken) =>
            ChangeAsync(writer => writer.Events.Hold(eventName), cancellationToken);

        public ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken) =>
            ChangeAsync(writer => writer.Events.Release(eventName), cancellationToken);

        public async ValueTask<bool> ExpireAsync(int partition, TimeSpan maxAge, ICollection<OutboxEvent>? expired, CancellationToken cancellationToken)
        {
            // Rounded up, so that no event expires early.
            long before = StoreClock.Now(store._options.TimeProvider) - (long)Math.Ceiling(maxAge.TotalMilliseconds);
            bool hasMore = true;
            while (hasMore)
            {
                List<OutboxEvent>? chunk = expired is null ? null : [];
                if (!await ChangeAsync(writer => hasMore = writer.Events.Expire(partition, before, ChunkEvents, chunk), cancellationToken).ConfigureAwait(false))
                {
                    return false;
                }

                chunk?.ForEach(expired!.Add);
            }

            return true;
        }

        /// <summary>Releases the claim, once a change in progress has ended.</summary>
        public async ValueTask DisposeAsync()
        {
            await store._writing.WaitAsync().ConfigureAwait(false);
            try
            {
                Release();
            }
            finally
            {
                store._writing.Release();
            }
        }

        /// <summary>Releases the claim because the outbox closes, and reports it as lost.</summary>
        public void Lose()
        {
            Release();

            // Not synchronously: the outbox's locks are held here, and a callback may call the outbox.
            _ = _lost.CancelAsync();
        }

        private void Release()
        {
            if (store._claim == this)
            {
                store._claim = null;
                store._identity = store._identity.Without(store._files.ClaimLock);
                file.Dispose();
            }
        }

        public async ValueTask<bool> ChangeAsync(Action<StoreWriter> change, CancellationToken cancellationToken)
        {
            await store._writing.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return store._claim == this && await store.ChangeInTurnAsync(
                    writer =>
                    {
                        change(writer);
                        return true;
                    },
                    isSettlement: true,
                    cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                store._writing.Release();
            }
        }
    }
}
