using System.Text;

namespace TypedEvents.Outbox.Testing;

/// <summary>The simplest possible outbox: a list of events, and each rule in one line.</summary>
/// <param name="maxBytes">The maximum size of pending events, in bytes.</param>
/// <param name="maxDeadLetterBytes">The maximum size of dead letters and held events, in bytes.</param>
/// <param name="sizeOf">What an event counts for, and whether it is held.</param>
internal sealed class OutboxModel(long maxBytes, long maxDeadLetterBytes, Func<StoredEvent, bool, long> sizeOf)
{
    private readonly HashSet<string> _held = [];
    private long _evicted;
    private long _purged;
    private long _appended;
    private long _delivered;

    /// <summary>The events, in the order of their positions.</summary>
    public List<Item> Items { get; } = [];

    public IEnumerable<Item> Pending => Items.Where(item => item.Reason is null);

    public IEnumerable<Item> Waiting => Pending.Where(item => !_held.Contains(item.Name));

    public IEnumerable<Item> Held => Pending.Where(item => _held.Contains(item.Name));

    public IEnumerable<Item> DeadLetters => Items.Where(item => item.Reason is not null);

    public OutboxStatistics Statistics => new()
    {
        Appended = _appended,
        Delivered = _delivered,
        Pending = Pending.Count(),
        PendingRegistration = Pending.Count(item => item.User.IsExternalId),
        Held = Held.Count(),
        DeadLetters = DeadLetters.Count(),
        Discarded = new DiscardedEvents { Evicted = _evicted, Purged = _purged },
    };

    public int Append(IReadOnlyList<Item[]> blocks)
    {
        int taken = 0;
        while (taken < blocks.Count && HasRoomFor(blocks[taken].Sum(item => SizeOf(item))))
        {
            Items.AddRange(blocks[taken]);
            _appended += blocks[taken].Length;
            taken++;
        }

        EvictOverCap();
        return taken;
    }

    public void Deliver(IReadOnlyCollection<string> texts) => _delivered += Items.RemoveAll(item => item.Reason is null && texts.Contains(item.Json));

    public void Reject(IReadOnlyCollection<string> texts, DeadLetterReason reason)
    {
        foreach (Item item in Pending.Where(item => texts.Contains(item.Json)).ToList())
        {
            item.Reason = reason;
        }

        EvictOverCap();
    }

    public void Expire(int partition, DateTimeOffset before)
    {
        foreach (Item item in Pending.Where(item => item.Partition == partition && item.AppendedAt < before).ToList())
        {
            item.Reason = new DeadLetterReason(DeadLetterKind.Expired);
        }

        EvictOverCap();
    }

    public void Hold(string name)
    {
        _held.Add(name);
        EvictOverCap();
    }

    public void Release(string name) => _held.Remove(name);

    public long Replay(Func<Item, bool> fits, DateTimeOffset now)
    {
        long replayed = 0;
        foreach (Item item in DeadLetters.Where(fits).ToList())
        {
            if (!_held.Contains(item.Name) && !HasRoomFor(sizeOf(item.ToStored() with { State = StoredEventState.Pending, Reason = null }, false)))
            {
                break;
            }

            Items.Remove(item);
            Items.Add(item);
            item.Reason = null;
            item.AppendedAt = now;
            replayed++;
        }

        EvictOverCap();
        return replayed;
    }

    public long Purge(Func<Item, bool> fits)
    {
        int purged = Items.RemoveAll(item => fits(item));
        _purged += purged;
        return purged;
    }

    private bool HasRoomFor(long bytes) => !Waiting.Any() || Waiting.Sum(item => SizeOf(item)) + bytes <= maxBytes;

    private void EvictOverCap()
    {
        while (Held.Sum(item => SizeOf(item, isHeld: true)) + DeadLetters.Sum(item => SizeOf(item)) > maxDeadLetterBytes)
        {
            Items.Remove(Items.First(item => item.Reason is not null || _held.Contains(item.Name)));
            _evicted++;
        }
    }

    private long SizeOf(Item item, bool isHeld = false) => sizeOf(item.ToStored(), isHeld);

    /// <summary>An event. No two have the same JSON.</summary>
    public sealed class Item
    {
        public required int Partition { get; init; }

        public required string Json { get; init; }

        public required string Name { get; init; }

        public required EngageUser User { get; init; }

        public required DateTimeOffset AppendedAt { get; set; }

        public DeadLetterReason? Reason { get; set; }

        public StoredEvent ToStored() => new()
        {
            Position = 1,
            State = Reason is null ? StoredEventState.Pending : StoredEventState.DeadLetter,
            EventName = Name,
            User = User,
            Json = Encoding.UTF8.GetBytes(Json),
            AppendedAt = AppendedAt,
            Reason = Reason,
        };
    }
}
