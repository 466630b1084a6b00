using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.Tests;

/// <summary>
/// A run of the real delivery loop in virtual time: events, processes and a server, all on one thread, and what has to hold at every
/// instant. A failing run names its seed.
/// </summary>
internal sealed class ModelWorld : IDisposable
{
    private readonly long _origin;
    private readonly List<ModelProcess> _processes = [];

    public ModelWorld(int seed)
    {
        Random = new Random(seed);
        Clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Outbox = new ModelOutbox(Clock);
        _origin = Clock.GetTimestamp();
    }

    public Random Random { get; }

    public FakeTimeProvider Clock { get; }

    public ModelOutbox Outbox { get; }

    public List<ModelEvent> Events { get; } = [];

    /// <summary>The users from this number on are known by an own id only.</summary>
    public int FirstOwnId { get; set; } = int.MaxValue;

    public EngageUser UserOf(ModelEvent sent) =>
        sent.User >= FirstOwnId ? EngageUser.UserId($"user-{sent.User}") : new Euid(sent.User);

    public long EuidOf(ModelEvent sent) => UserOf(sent).OwnId is { } id ? EuidOf(id).Value : sent.User;

    public static Euid EuidOf(string id) => new(1_000_000 + int.Parse(id[5..], System.Globalization.CultureInfo.InvariantCulture));

    public TimeSpan Now => Clock.GetElapsedTime(_origin);

    public ModelProcess Begin(ModelServer server, DeliverySettings? settings = null)
    {
        var process = new ModelProcess(this, server, settings ?? DefaultSettings);
        _processes.Add(process);
        return process;
    }

    public static DeliverySettings DefaultSettings { get; } = new(100, 256 * 1024, TimeSpan.FromSeconds(1));

    /// <summary>The process is gone from one instant to the next: the system gives its claim back.</summary>
    public void Kill(ModelProcess process)
    {
        _processes.Remove(process);
        process.Dispose();
        Outbox.ForceClaimBack();
    }

    public ModelEvent Prepare(int user, string name)
    {
        var prepared = new ModelEvent(Events.Count, user, name);
        Events.Add(prepared);
        return prepared;
    }

    public void Append(int user, string name) => Append(Prepare(user, name));

    public void Append(ModelEvent sent)
    {
        EngageUser user = UserOf(sent);
        string euid = user.IsOwnId ? new string(' ', 19) : $"{sent.User}";
        string json = $$"""{"event_name":"{{sent.Name}}","euid":{{euid}},"properties":{"n":{{sent.Number}} } }""";
        var block = new EventBlock(json.Length + EventPage.OverheadBytes, null);
        block.Add(Partition.Of(user), new EventSchema(sent.Name), user.IsOwnId ? user : default, Encoding.UTF8.GetBytes(json), Clock);
        Assert.Equal(1, Outbox.AppendAsync([block], CancellationToken.None).AsTask().Result);
        foreach (ModelProcess process in _processes)
        {
            process.Loop.Wake();
        }
    }

    public long Delivered => Outbox.GetAccountAsync(CancellationToken.None).AsTask().Result.Delivered;

    public long DeadLetters => Outbox.GetAccountAsync(CancellationToken.None).AsTask().Result.DeadLetters;

    /// <summary>Whether the outbox has noted all that arrived.</summary>
    public bool IsSettled =>
        Outbox.GetAccountAsync(CancellationToken.None).AsTask().Result.Delivered == Events.Count(sent => sent.TakenAt is not null);

    /// <summary>Lets time go by until a moment, or until something is so.</summary>
    public void Run(TimeSpan until, Func<bool>? isDone = null)
    {
        while (!(isDone?.Invoke() ?? false))
        {
            foreach (ModelProcess process in _processes)
            {
                process.Step();
            }

            AssertAccounted();
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

    public void NoteTaken(IReadOnlyList<ModelEvent> events, bool isSample)
    {
        foreach (ModelEvent taken in events.Where(taken => taken.TakenAt is null))
        {
            taken.TakenAt = Now;
            if (isSample || taken.WasAlone || Outbox.IsAside(taken))
            {
                continue;
            }

            foreach (ModelEvent overtaken in Events.Where(earlier => earlier.User == taken.User && earlier.Number < taken.Number && earlier.TakenAt is null))
            {
                Assert.True(
                    overtaken.WasAlone || Outbox.IsAside(overtaken),
                    $"Event {taken.Number} overtook {overtaken.Number} of the same user, which never stepped aside.");
            }
        }
    }

    /// <summary>What has to be so at the end: every good event arrived, every other one is kept aside.</summary>
    public void AssertNothingIsLost()
    {
        IReadOnlyList<StoredEvent> dead = Outbox.ListAsync(OutboxQuery.DeadLetters, int.MaxValue, CancellationToken.None).AsTask().Result;
        foreach (StoredEvent letter in dead)
        {
            ModelEvent event_ = ModelOutbox.EventOf(letter, Events);
            Assert.False(event_.IsGood, $"Event {event_.Number} ({event_.Name}) is good, and became a dead letter: {letter.Reason}.");
        }

        Assert.DoesNotContain(Events, sent => sent.IsGood && sent.TakenAt is null);
        OutboxAccount account = Outbox.GetAccountAsync(CancellationToken.None).AsTask().Result;
        Assert.Equal(Events.Count, account.Appended);
        Assert.Equal(Events.Count(sent => sent.IsGood), account.Delivered);
        Assert.Equal(0, account.Discarded.Total);
    }

    public void AssertAccounted()
    {
        OutboxAccount account = Outbox.GetAccountAsync(CancellationToken.None).AsTask().Result;
        Assert.Equal(account.Appended, account.Delivered + account.Pending + account.DeadLetters + account.Discarded.Total);
    }

    public void Dispose() => _processes.ForEach(process => process.Dispose());
}
