namespace TypedEvents;

/// <content>The one claim on all partitions.</content>
public sealed partial class MemoryOutbox
{
    private sealed class Claim(MemoryOutbox outbox, IReadOnlyCollection<string> heldNames) : IOutboxClaim
    {
        public IReadOnlyList<int> Partitions { get; } = Array.ConvertAll(outbox._partitions, partition => partition.Number);

        public CancellationToken LostToken => CancellationToken.None;

        public IReadOnlyCollection<string> HeldNames => heldNames;

        public ValueTask<bool> ReadAsync(
            int partition,
            long after,
            int maxEvents,
            int maxBytes,
            ICollection<OutboxEvent> destination,
            CancellationToken cancellationToken)
        {
            lock (outbox._lock)
            {
                return ValueTask.FromResult(outbox._partitions[partition].Read(after, maxEvents, maxBytes, outbox._held, destination));
            }
        }

        public ValueTask<OutboxEvent?> ReadHeldAsync(string eventName, long after, CancellationToken cancellationToken)
        {
            lock (outbox._lock)
            {
                return ValueTask.FromResult(
                    outbox._held.FirstAfter(eventName, after) is var (partition, position)
                        ? partition.Find(position)
                        : null);
            }
        }

        public ValueTask<bool> SettleDeliveredAsync(IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken) =>
            ChangeAsync(() =>
            {
                for (int i = 0; i < events.Count; i++)
                {
                    if (outbox.TryRemovePending(events[i], isDelivered: true))
                    {
                        outbox._delivered++;
                    }
                }
            });

        public ValueTask<bool> SettleDeadLetterAsync(IReadOnlyList<OutboxEvent> events, DeadLetterReason reason, CancellationToken cancellationToken) =>
            ChangeAsync(() =>
            {
                foreach (OutboxEvent rejected in events)
                {
                    if (outbox._partitions[rejected.Partition].Find(rejected.Position) is { } pending)
                    {
                        outbox.MakeDeadLetter(pending, reason);
                    }
                }
            });

        public ValueTask<bool> HoldAsync(string eventName, CancellationToken cancellationToken) =>
            ChangeAsync(() =>
            {
                if (!outbox._held.TryHold(eventName))
                {
                    return;
                }

                foreach (OutboxEvent pending in outbox.PendingOf(eventName))
                {
                    outbox._held.Add(eventName, outbox._partitions[pending.Partition], pending.Position);
                    outbox._heldBytes += SizeOf(pending.Json.Length, pending.User);
                    outbox._heldEvents++;
                }
            });

        public ValueTask<bool> ReleaseAsync(string eventName, CancellationToken cancellationToken) =>
            ChangeAsync(() =>
            {
                if (!outbox._held.Release(eventName))
                {
                    return;
                }

                foreach (OutboxEvent pending in outbox.PendingOf(eventName))
                {
                    outbox._heldBytes -= SizeOf(pending.Json.Length, pending.User);
                    outbox._heldEvents--;
                }
            });

        public ValueTask<bool> ExpireAsync(int partition, TimeSpan maxAge, CancellationToken cancellationToken) =>
            ChangeAsync(() =>
            {
                DateTimeOffset now = outbox._clock.GetUtcNow();
                if (!outbox._times.HasOlder(maxAge, now))
                {
                    return;
                }

                // All of them: where the clock was set back meanwhile, a young one stands before an old one.
                foreach (OutboxEvent pending in outbox._partitions[partition].Events)
                {
                    if (outbox._times.IsOlder(pending.Position, maxAge, now))
                    {
                        outbox.MakeDeadLetter(pending, new DeadLetterReason(DeadLetterKind.Expired));
                    }
                }
            });

        public ValueTask DisposeAsync()
        {
            lock (outbox._lock)
            {
                if (outbox._claim == this)
                {
                    outbox._claim = null;
                }
            }

            return ValueTask.CompletedTask;
        }

        private ValueTask<bool> ChangeAsync(Action change)
        {
            lock (outbox._lock)
            {
                if (outbox._claim != this)
                {
                    return ValueTask.FromResult(false);
                }

                change();
                outbox.EvictOverCap();
                return ValueTask.FromResult(true);
            }
        }
    }
}
