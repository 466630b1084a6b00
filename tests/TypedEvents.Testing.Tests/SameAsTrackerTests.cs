using Microsoft.Extensions.Logging.Abstractions;
using TypedEvents.Emulator;

namespace TypedEvents.Testing.Tests;

/// <summary>A recording tracker decides and writes as an <see cref="EventTracker"/> with the same options does.</summary>
public sealed class SameAsTrackerTests
{
    private static readonly EngageUser Somebody = new Euid(7);

    /// <summary>Options that decide about events, under a name.</summary>
    public static TheoryData<string> Settings => [.. Configurations.Keys];

    private static readonly Dictionary<string, Action<EventTrackerOptions>> Configurations = new()
    {
        ["defaults"] = static _ => { },
        ["short strings"] = static options => options.MaxStringBytes = 5,
        ["small events"] = static options => options.MaxEventBytes = 256,
        ["a filter"] = static options => options.Filter = static (user, name) => user == Somebody && name != "page_viewed",
        ["a filter that throws"] = static options => options.Filter = static (_, _) => throw new InvalidOperationException(),
        ["properties omitted"] = static options => options.ValidationFailures = ValidationFailurePolicy.OmitProperty,
        ["events rejected"] = static options => options.ValidationFailures = ValidationFailurePolicy.RejectEvent,
        ["exceptions"] = static options => options.ValidationFailures = ValidationFailurePolicy.Throw,
    };

    private static readonly Func<IEventTracker, TrackResult>[] Calls =
    [
        static tracker => tracker.TrackPageViewed(Somebody, "/a long path ä€😀"),
        static tracker => tracker.TrackPageViewed(new Euid(8), new string('x', 400)),
        static tracker => tracker.TrackSeatTaken(Somebody, 41, '"'),
        static tracker => tracker.TrackSeatTaken(Somebody, 40, 'A', new EventContext(RandomId: "given")),
        static tracker => tracker.TrackOrderPlaced(Somebody, Guid.Empty, 1m, "a note of more than twenty characters"),
        static tracker => tracker.TrackBroken(Somebody, 1),
        static tracker => tracker.TrackPageViewed(default, "/"),
        static tracker => tracker.TrackPageViewed(Somebody, "/", new EventContext(default(DateTimeOffset))),
        static tracker => tracker.Track<PageViewed>(Somebody, null!),
        static tracker => tracker.TrackPageViewed(EngageUser.AnonymousId("\uDC00"), "/"),
    ];

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Results_and_properties_are_the_same(string settings)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var options = new EventTrackerOptions();
        Configurations[settings](options);
        await using EventTracker real = EventTracker.Create(connected =>
        {
            Configurations[settings](connected);
            connected.LoggerFactory = NullLoggerFactory.Instance;
            (connected.BaseAddress, connected.AllowInsecureLoopback, connected.ApiKey, connected.ApiSecret) = (emulator.BaseAddress, true, "local", "local");
        });
        using var recording = new RecordingTracker(recorded =>
        {
            recorded.MaxStringBytes = options.MaxStringBytes;
            recorded.MaxEventBytes = options.MaxEventBytes;
            recorded.Filter = options.Filter;
            recorded.ValidationFailures = options.ValidationFailures;
        });

        Assert.Equal(Calls.Select(call => Outcome(call, real)), Calls.Select(call => Outcome(call, recording)));

        FlushResult flushed = await real.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(FlushOutcome.Settled, flushed.Outcome);
        Assert.Equal(
            emulator.Events.Select(received => $"{received.EventName} {received.Properties?.GetRawText()}").Order(),
            recording.Events.Where(recorded => recorded.Result == TrackResult.Accepted).Select(recorded => $"{recorded.EventName} {recorded.PropertiesJson}").Order());
        DroppedEvents dropped = (await recording.FlushAsync(TestContext.Current.CancellationToken)).Tracker.Dropped;
        Assert.Equal(flushed.Tracker.Dropped, dropped);
    }

    private static string Outcome(Func<IEventTracker, TrackResult> call, IEventTracker tracker)
    {
        try
        {
            return call(tracker).ToString();
        }
        catch (EventValidationException exception)
        {
            return exception.Message;
        }
    }
}
