using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace TypedEvents.Tests;

/// <summary>
/// A run of the real delivery loop in virtual time: events, processes and a server, all on one thread, and what has to hold at every
/// instant. A failing run names its seed.
/// </summary>
internal sealed class ModelWorld : IDisposable
{
    /// <summary>Whose events are proof for those of the others.</summary>
    public const int ProofUser = 1_000_000;

    private readonly TimeSpan _origin;
    private readonly List<ModelProcess> _processes = [];
    private readonly HashSet<ModelEvent> _appended = [];
    private readonly List<(ModelProcess Process, PendingFlush Waiter, long Target)> _flushes = [];

    public ModelWorld(int seed)
    {
        Random = new Random(seed);
        Clock = new ModelClock(seed);
        Outbox = new ModelOutbox(Clock);
        _origin = Clock.Elapsed;
    }

    public Random Random { get; }

    public ModelClock Clock { get; }

    public ModelOutbox Outbox { get; }

    public List<ModelEvent> Events { get; } = [];

    /// <summary>The users from this number on are known by an external id only.</summary>
    public int FirstExternalId { get; set; } = int.MaxValue;

    /// <summary>How many users a process remembers, and registers at a time.</summary>
    public int UserCacheSize { get; set; } = 100_000;

    public EngageUser UserOf(ModelEvent sent) =>
        sent.User >= FirstExternalId && sent.User != ProofUser ? EngageUser.UserId($"user-{sent.User}") : new Euid(sent.User);

    public long EuidOf(ModelEvent sent) => UserOf(sent).ExternalId is { } id ? EuidOf(id).Value : sent.User;

    public static Euid EuidOf(string id) => new(1_000_000 + int.Parse(id[5..], System.Globalization.CultureInfo.InvariantCulture));

    public TimeSpan Now => Clock.Elapsed - _origin;

    /// <summary>When the delivery last read the clock.</summary>
    public TimeSpan LastReading => Clock.LastReading - _origin;

    /// <summary>Whether the processes learn of what is appended only when they look for it, as where another process appends.</summary>
    public bool AppendsElsewhere { get; set; }

    public bool HasOneProcess => _processes.Count == 1;

    public ModelProcess Begin(ModelServer server, DeliverySettings? settings = null, ILogger? logger = null)
    {
        var process = new ModelProcess(this, server, settings ?? DefaultSettings, logger ?? NullLogger.Instance);
        _processes.Add(process);
        return process;
    }

    public static DeliverySettings DefaultSettings { get; } = new(100, 256 * 1024, TimeSpan.FromSeconds(1));

    /// <summary>The process is gone from one instant to the next: the system gives its claim back.</summary>
    public void Kill(ModelProcess process)
    {
        _processes.Remove(process);
        _flushes.RemoveAll(flush => flush.Process == process);
        process.Dispose();
        Outbox.ForceClaimBack();
    }

    public ModelEvent Prepare(int user, string name)
    {
        var prepared = new ModelEvent(Events.Count, user, name);
        Events.Add(prepared);
        return prepared;
    }

    public void Append(int user, string name, string? appKey = null)
    {
        ModelEvent sent = Prepare(user, name);
        sent.AppKey = appKey;
        Append(sent);
    }

    public bool IsAppended(ModelEvent sent) => _appended.Contains(sent);

    public void Append(ModelEvent sent)
    {
        sent.AppendedAt = Now;
        _appended.Add(sent);
        EngageUser user = UserOf(sent);
        string euid = user.IsExternalId ? new string(' ', 19) : $"{sent.User}";
        string json = $$"""{"event_name":"{{sent.Name}}","euid":{{euid}},"properties":{"n":{{sent.Number}} } }""";
        EngageUser unknown = user.IsExternalId ? user : default;
        var block = new EventBlock(EventPage.BytesOf(json.Length, unknown) + EventPage.OverheadBytes, sent.AppKey);
        block.Add(Partition.Of(user), new EventSchema(sent.Name), unknown, Encoding.UTF8.GetBytes(json), Clock);
        Assert.Equal(1, Outbox.AppendAsync([block], CancellationToken.None).AsTask().Result);
        foreach (ModelProcess process in AppendsElsewhere ? [] : _processes)
        {
            process.Loop.Wake();
        }
    }

    public long Delivered => Statistics.Delivered;

    public long DeadLetters => Statistics.DeadLetters;

    /// <summary>Whether the outbox has noted all that arrived.</summary>
    public bool IsSettled =>
        Statistics.Delivered == Events.Count(sent => sent.TakenAt is not null);

    /// <summary>Lets time go by until a moment, or until something is so.</summary>
    public void Run(TimeSpan until, Func<bool>? isDone = null)
    {
        while (!(isDone?.Invoke() ?? false))
        {
            foreach (ModelProcess process in _processes)
            {
                process.Step();
            }

            AssertAccountingInvariants();
            AssertFlushed();
            TimeSpan next = _processes.Select(process => process.NextAt).Append(until).Min();
            if (Now >= until)
            {
                return;
            }

            Clock.Advance(next > Now ? next - Now : TimeSpan.FromTicks(1));
        }
    }

    public void NoteSent(ModelProcess sender, IReadOnlyList<ModelEvent> events)
    {
        HashSet<int> partitions = [.. events.Select(sent => Partition.Of(UserOf(sent)))];
        foreach (ModelProcess other in _processes)
        {
            Assert.DoesNotContain(other.InFlight, sent => partitions.Contains(Partition.Of(UserOf(sent))) && other != sender);
        }

        HashSet<int> users = [.. events.Select(sent => sent.User)];
        Assert.DoesNotContain(sender.InFlight, sent => users.Contains(sent.User));
    }

    public void NoteTaken(ModelProcess sender, IReadOnlyList<ModelEvent> events, bool isSample)
    {
        foreach (ModelEvent taken in events.Where(taken => taken.TakenAt is null))
        {
            taken.TakenAt = Now;
            if (isSample || taken.WasAlone || Outbox.IsQuarantined(taken))
            {
                continue;
            }

            foreach (ModelEvent bypassed in Events.Where(earlier => earlier.User == taken.User && earlier.Number < taken.Number && earlier.TakenAt is null))
            {
                Assert.True(
                    bypassed.WasAlone || Outbox.IsQuarantined(bypassed) || sender.Holds(bypassed.Name),
                    $"{taken} arrived before {bypassed} of the same user, which was never quarantined.");
            }
        }
    }

    /// <summary>What has to be so at the end: every good event arrived, every other one is a dead letter, with evidence.</summary>
    /// <param name="maxAge">After which time even a good one may be a dead letter.</param>
    public void AssertNothingIsLost(TimeSpan? maxAge = null)
    {
        IReadOnlyList<StoredEvent> dead = Outbox.ListAsync(OutboxQuery.DeadLetters, int.MaxValue, CancellationToken.None).AsTask().Result;
        HashSet<ModelEvent> expired = [];
        foreach (StoredEvent letter in dead)
        {
            ModelEvent deadLettered = ModelOutbox.EventOf(letter, Events);
            string what = $"Event {deadLettered.Number} ({deadLettered.Name}) became a dead letter: {letter.Reason}";
            switch (letter.Reason!.Kind)
            {
                case DeadLetterKind.Expired:
                    Assert.True(Now - deadLettered.AppendedAt >= maxAge, $"{what}, though it was young.");
                    expired.Add(deadLettered);
                    break;
                case DeadLetterKind.UserUnknown:
                    Assert.True(deadLettered.IsBad && UserOf(deadLettered).IsExternalId, $"{what}, and its user is known.");
                    break;
                default:
                    Assert.False(deadLettered.IsGood, $"{what}, and it is good.");
                    Assert.True(letter.Reason.Kind == DeadLetterKind.Undeliverable ? ModelEvidence.OfFailure(deadLettered) : ModelEvidence.OfRejection(deadLettered), $"{what}, without proof.");
                    break;
            }
        }

        string[] left = [.. Events.Where(sent => sent.IsGood && sent.TakenAt is null && !expired.Contains(sent)).Select(sent => $"{sent}{(Outbox.IsHeld(sent.Name) ? ", held" : "")}")];
        Assert.True(left.Length == 0, $"At {Now} these good events haven't arrived: {string.Join("; ", left.Take(5))}.");
        Assert.DoesNotContain(Events, sent => maxAge is not null && sent.TakenAt is { } taken && taken - sent.AppendedAt > maxAge + TimeSpan.FromMinutes(2));
        OutboxStatistics statistics = Statistics;
        Assert.Equal(Events.Count, statistics.Appended);
        Assert.Equal(Events.Count(sent => sent.IsGood && !expired.Contains(sent)), statistics.Delivered);
        Assert.Equal(0, statistics.Discarded.Total);
    }

    /// <summary>Whether all good events arrived, or got too old.</summary>
    public bool AreGoodDone()
    {
        HashSet<int>? dead = null;
        foreach (ModelEvent sent in Events)
        {
            if (sent.IsGood && sent.TakenAt is null)
            {
                dead ??= [.. Outbox.ListAsync(OutboxQuery.DeadLetters, int.MaxValue, CancellationToken.None).AsTask().Result.Select(letter => ModelOutbox.EventOf(letter, Events).Number)];
                if (!dead.Contains(sent.Number))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>What can't be delivered and is neither a dead letter nor pending under a name that is held.</summary>
    public List<ModelEvent> BadNotQuarantined()
    {
        HashSet<int> dead = [.. Outbox.ListAsync(OutboxQuery.DeadLetters, int.MaxValue, CancellationToken.None).AsTask().Result.Select(letter => ModelOutbox.EventOf(letter, Events).Number)];
        return [.. Events.Where(sent => !sent.IsGood && !dead.Contains(sent.Number) && !Outbox.IsHeld(sent.Name))];
    }

    /// <summary>How many dead letters there are of a kind.</summary>
    public int CountDead(DeadLetterKind kind) =>
        Outbox.ListAsync(OutboxQuery.DeadLetters, int.MaxValue, CancellationToken.None).AsTask().Result.Count(letter => letter.Reason!.Kind == kind);

    public void AssertAccountingInvariants()
    {
        OutboxStatistics statistics = Statistics;
        Assert.Equal(statistics.Appended, statistics.Delivered + statistics.Pending + statistics.DeadLetters + statistics.Discarded.Total);
    }

    /// <summary>Waits for all that was appended before, as a flush does. What it says then has to be true.</summary>
    public void Flush(ModelProcess process)
    {
        PendingFlush waiter = process.Loop.BeginFlush();
        long target = Positions.LastAppended;
        process.Loop.SetTarget(waiter, target);
        _flushes.Add((process, waiter, target));
    }

    public int FlushesLeft => _flushes.Count;

    private OutboxStatistics Statistics => Outbox.GetStatisticsAsync(CancellationToken.None).AsTask().Result!;

    private OutboxPositions Positions => Outbox.GetPositionsAsync(CancellationToken.None).AsTask().Result;

    private void AssertFlushed()
    {
        foreach ((ModelProcess process, PendingFlush waiter, long target) in _flushes.Where(flush => flush.Waiter.Outcome.IsCompleted).ToList())
        {
            process.Loop.EndFlush(waiter);
            _flushes.RemoveAll(flush => flush.Waiter == waiter);
            bool isLeft = Positions.OldestPending <= target || Positions.OldestHeld <= target;
            Assert.Equal(isLeft ? FlushOutcome.Blocked : FlushOutcome.Settled, waiter.Outcome.Result);
        }
    }

    public void Dispose() => _processes.ForEach(process => process.Dispose());
}
