using TypedEvents.Outbox.Testing;

namespace TypedEvents.Tests;

/// <summary>The contract tells an outbox that is broken in one respect from one that isn't: each case finds a fault, and each fault is found.</summary>
public sealed class OutboxContractTests
{
    /// <summary>A fault, and the promise that it breaks.</summary>
    private static readonly (string Fault, string Promise)[] Found =
    [
        ("opens once", "An outbox can be opened again with the same target"),
        ("says that it is durable, and isn't", "A durable outbox with events rejects another target"),
        ("says that it is durable, and isn't", "After a key was added the outbox opens with either"),
        ("says that it is durable, and isn't", "A durable outbox opened again has all that it had"),
        ("never looks for others' events", "The outbox says how often to look for the events of others"),
        ("reads in reverse", "Events are read in the order of appending within their partition"),
        ("appends blocks in reverse", "Several blocks are appended atomically in order"),
        ("loses the last block", "Several blocks are appended atomically in order"),
        ("says that it took one block of none", "Appending no blocks changes nothing"),
        ("has no limit", "Blocks are appended while there is room and the rest later"),
        ("takes nothing that is larger than its limit", "An empty outbox accepts one block of any size"),
        ("reads without the application's key", "The app key of an event is saved"),
        ("lists without the application's key", "The app key of an event is saved"),
        ("reads without the user", "The external id of a user is saved and counted while the event is pending"),
        ("counts no event whose user has to be registered", "The external id of a user is saved and counted while the event is pending"),
        ("keeps the blocks of an append", "The outbox copies appended blocks"),
        ("reads other bytes", "Any bytes are read back unchanged"),
        ("appends despite a cancellation", "A cancelled append adds no events"),
        ("says that the last position is one lower", "Positions tell the first pending and the last appended event"),
        ("finds users under another EUID", "Saved users are found"),
        ("returns no last statistics", "The final statistics account for every event"),
        ("gives two claims", "A partition has one claim at a time"),
        ("gives a claim back once only", "A claim can be released twice"),
        ("changes things under a claim that was given back", "A released claim changes nothing"),
        ("reads more events than asked for", "Reading continues after a position and tells whether there is more"),
        ("reads from the beginning", "Reading continues after a position and tells whether there is more"),
        ("says that there is no more", "Reading continues after a position and tells whether there is more"),
        ("reads more bytes than asked for", "Reading respects the size limit except for the first event"),
        ("reads another name", "A read event has its name and position"),
        ("settles no delivered event", "A delivered event is removed and counted once"),
        ("counts one more as delivered", "A delivered event is removed and counted once"),
        ("settles the first event only", "A removed event does not prevent settling the others"),
        ("dead-letters for another reason", "A rejected event is kept with its reason"),
        ("dead-letters nothing", "A rejected event is kept with its reason"),
        ("replays a dead letter that is settled", "A dead letter is not settled again"),
        ("lets every event expire", "Only events older than the limit expire"),
        ("lets events expire up to the first young one", "An event appended while the clock was ahead does not prevent later ones from expiring"),
        ("lets every event expire", "An event appended while the clock was ahead does not prevent older ones from expiring when that time has come"),
        ("lets no held event expire", "Held events expire too"),
        ("lets no event expire", "Many events expire at once"),
        ("lets events expire when the clock is set back", "Setting the clock back expires nothing"),
        ("holds nothing", "Events of a held name stay pending and are not read"),
        ("holds nothing", "Reading a page skips held events"),
        ("reads the first held event again", "Held events are read one by one"),
        ("reads no held event", "Held events are read one by one"),
        ("reads no held event", "Held events are settled like others"),
        ("releases nothing", "Released events are read at their old positions"),
        ("loses a name when it is held twice", "Holding and releasing are idempotent"),
        ("counts held events as the oldest pending", "The oldest pending position ignores held events"),
        ("begins a claim without the held names", "A claim has the names that were on hold when it started"),
        ("holds nothing", "Held events do not count against the limit of the others"),
        ("has no limit of dead letters", "Over the limit the oldest dead letters and held events are evicted"),
        ("has no limit of dead letters", "Events count against the dead letter limit as soon as their name is on hold"),
        ("ignores where a list begins", "Events are listed page by page in the order of their positions"),
        ("lists in reverse", "Events are listed page by page in the order of their positions"),
        ("ignores the kind of a query", "Each property of a query narrows it"),
        ("ignores the time of a query", "Each property of a query narrows it"),
        ("lists without the application's key", "A listed event has all of its properties"),
        ("goes by another clock", "A listed event has all of its properties"),
        ("lists what changes later", "A listed event stays readable after it was removed"),
        ("replays nothing", "Replayed events are appended with the same bytes and a new position"),
        ("replays nothing", "A replayed event expires like a new one"),
        ("replays the newest first", "Dead letters are replayed oldest first while there is room"),
        ("replays nothing", "A replayed event whose name is held is held"),
        ("purges one event at a time", "Many events can be replayed and purged in one call"),
        ("purges nothing", "Many events can be replayed and purged in one call"),
        ("replays pending events without an error", "Pending events cant be replayed"),
        ("purges nothing", "Purged events are permanently removed and counted"),
        ("purges nothing", "Purging makes room"),
        ("counts by partition without those held", "Pending events are counted by partition held ones too"),
        ("doesn't say since when events are pending", "The statistics say since when the oldest event is pending and how many are held"),
        ("counts no held events", "The statistics say since when the oldest event is pending and how many are held"),
        ("says that nothing lies elsewhere", "What is pending without a claim of this outbox lies elsewhere"),
        ("ignores the user of a query", "The events of one person are found replayed and purged alone"),
        ("never forgets a user", "A purge of one persons last event forgets their EUID"),
        ("doesn't name what expired", "Events that expire are named where somebody asks"),
        ("replays the newest first", "Any mix of changes ends as the model says"),
        ("loses a name when it is held twice", "Any mix of changes ends as the model says"),
        ("settles the first event only", "Concurrent appends settlements and reads lose no event"),
        ("reads in reverse", "Concurrent appends settlements and reads lose no event"),
    ];

    public static TheoryData<string, string> FoundByCase =>
    [
        .. from found in Found
           from item in OutboxContract.Cases
           where PromiseOf(item) == found.Promise

           // Mixes of changes that needn't contain the one that shows this fault.
           where (found.Fault, item.Name) is not ("loses a name when it is held twice",
               "Any mix of changes ends as the model says (seed 1)" or "Any mix of changes ends as the model says (seed 6)")
           select new TheoryDataRow<string, string>(found.Fault, item.Name),
    ];

    [Theory]
    [MemberData(nameof(FoundByCase))]
    public async Task A_case_fails_for_an_outbox_that_breaks_its_promise(string fault, string name)
    {
        OutboxContractCase item = OutboxContract.Cases.Single(item => item.Name == name);
        Exception? failure = await Record.ExceptionAsync(() =>
            item.RunAsync(new Factory(BrokenOutboxes.All[fault]), TestContext.Current.CancellationToken));
        Assert.NotNull(failure);
        Assert.NotEmpty(failure.Message);
    }

    [Fact]
    public void Each_case_finds_a_fault() =>
        Assert.Equal(
            OutboxContract.Cases.Select(PromiseOf).Distinct().Order(StringComparer.Ordinal),
            Found.Select(found => found.Promise).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Each_fault_is_found() =>
        Assert.Equal(BrokenOutboxes.All.Keys.Order(StringComparer.Ordinal), Found.Select(found => found.Fault).Distinct().Order(StringComparer.Ordinal));

    private static string PromiseOf(OutboxContractCase item) => item.Name.Split(" (")[0];

    private sealed class Factory(Func<OutboxSpecification, IEventOutbox> make) : OutboxFactory
    {
        public override ValueTask<IEventOutbox> CreateAsync(OutboxSpecification specification, CancellationToken cancellationToken) => new(make(specification));

        public override long SizeOf(StoredEvent stored, bool isHeld) => BrokenOutboxes.SizeOf(stored, isHeld);
    }
}
