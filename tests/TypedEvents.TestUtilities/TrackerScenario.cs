using TypedEvents.Emulator;

namespace TypedEvents.TestUtilities;

/// <summary>
/// A tracker, the emulator that it reports to, and its log. A test tracks through the scenario, which counts the calls: so each flush and
/// stop, and at last the disposal, asserts both accounting invariants, that no call was lost, and that neither credentials nor events were logged.
/// </summary>
/// <remarks>
/// Without a clock the tracker uses the system's, with timeouts that no test reaches. With a <see cref="PacedClock"/>, flushing and stopping
/// let it run.
/// </remarks>
public sealed class TrackerScenario : IEventTracker, IAsyncDisposable
{
    private readonly TestSecrets _secrets = new();
    private readonly PacedClock? _clock;
    private long _tracked;

    private TrackerScenario(EngageLabEmulator emulator, PacedClock? clock, Action<EventTrackerOptions>? configure)
    {
        Emulator = emulator;
        _clock = clock;
        Tracker = EventTracker.Create(options =>
        {
            Trackers.Configure(options, emulator);
            options.LoggerFactory = Log;
            clock?.Drive(options);
            configure?.Invoke(options);
            options.LoggerFactory = _secrets.Watch(emulator, options.LoggerFactory);
        });
    }

    /// <summary>The user whose events they are where a test doesn't say.</summary>
    public static EngageUser DefaultUser => Trackers.Alice;

    public EngageLabEmulator Emulator { get; }

    /// <summary>For what only the tracker has. What is tracked with it directly isn't counted by the scenario.</summary>
    public EventTracker Tracker { get; }

    /// <summary>All that the tracker has logged, unless the options had another logger.</summary>
    public CapturingLogger Log { get; } = new();

    public PacedClock Clock => _clock ?? throw new InvalidOperationException("This scenario runs on the system's clock: start it with a PacedClock.");

    public IEventOutbox Outbox => Tracker.Outbox;

    public TrackerStatistics Statistics => Tracker.Statistics;

    /// <summary>Starts an emulator and a tracker that reports to it.</summary>
    /// <param name="configure">Changes the tracker's options; the clock is set already.</param>
    /// <param name="clock">The clock of the tracker; the scenario disposes it.</param>
    /// <param name="emulator">An emulator with other options than the usual; the scenario disposes it.</param>
    public static async Task<TrackerScenario> StartAsync(
        Action<EventTrackerOptions>? configure = null,
        PacedClock? clock = null,
        EngageLabEmulator? emulator = null)
    {
        emulator ??= await Trackers.StartEmulatorAsync();
        try
        {
            return new TrackerScenario(emulator, clock, configure);
        }
        catch
        {
            clock?.Dispose();
            await emulator.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tracks an event of <see cref="DefaultUser"/>.</summary>
    public TrackResult Track<TEvent>(TEvent value)
        where TEvent : IEngageEvent<TEvent> => Track(DefaultUser, value);

    /// <inheritdoc/>
    public TrackResult Track<TEvent>(EngageUser user, TEvent value, EventContext context = default)
        where TEvent : IEngageEvent<TEvent>
    {
        Interlocked.Increment(ref _tracked);
        return Tracker.Track(user, value, context);
    }

    /// <summary>Tracks an event of <see cref="DefaultUser"/>.</summary>
    public ValueTask<TrackResult> TrackAsync<TEvent>(TEvent value)
        where TEvent : IEngageEvent<TEvent> => TrackAsync(DefaultUser, value, default, Trackers.Cancellation);

    /// <inheritdoc/>
    /// <remarks>Without a token, the running test's is used, and so it is by <see cref="FlushAsync"/>.</remarks>
    public ValueTask<TrackResult> TrackAsync<TEvent>(EngageUser user, TEvent value, EventContext context = default, CancellationToken cancellationToken = default)
        where TEvent : IEngageEvent<TEvent>
    {
        Interlocked.Increment(ref _tracked);
        return Tracker.TrackAsync(user, value, context, cancellationToken.CanBeCanceled ? cancellationToken : Trackers.Cancellation);
    }

    /// <summary>Begins a flush; no clock runs.</summary>
    public Task<FlushResult> BeginFlush() => Tracker.FlushAsync(Trackers.Cancellation).AsTask();

    /// <summary>Flushes, with the clock running if it is a paced one.</summary>
    public async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Task<FlushResult> flush = cancellationToken.CanBeCanceled ? Tracker.FlushAsync(cancellationToken).AsTask() : BeginFlush();
        return Checked(_clock is null ? await flush : await _clock.RunUntilAsync(flush));
    }

    /// <summary>Begins to stop the tracker; no clock runs.</summary>
    public Task<FlushResult> BeginStop() => Tracker.StopAsync(Trackers.Cancellation).AsTask();

    /// <summary>Stops the tracker, with the clock running if it is a paced one.</summary>
    public async Task<FlushResult> StopAsync()
    {
        Task<FlushResult> stop = BeginStop();
        return Checked(_clock is null ? await stop : await _clock.RunUntilAsync(stop));
    }

    /// <summary>Stops the tracker without waiting for what is pending.</summary>
    public async Task<FlushResult> AbandonAsync() => Checked(await Tracker.StopAsync(new CancellationToken(canceled: true)));

    /// <summary>Lets the clock run until the emulator has accepted this number of events since its start.</summary>
    public Task RunUntilEventsAsync(int count) => Clock.RunUntilAsync(Emulator.WaitForEventsAsync(count, Trackers.Cancellation));

    /// <summary>Lets the clock run until the emulator has received this number of requests since its start.</summary>
    public Task RunUntilRequestsAsync(int count) => Clock.RunUntilAsync(Emulator.WaitForRequestsAsync(count, Trackers.Cancellation));

    /// <summary>Lets the clock run until the outbox's statistics are as a test expects.</summary>
    public Task RunUntilOutboxAsync(Predicate<OutboxStatistics> isExpected) =>
        Clock.RunUntilAsync(async () => isExpected(await GetOutboxStatisticsAsync()));

    public async ValueTask<OutboxStatistics> GetOutboxStatisticsAsync() => (await Outbox.GetStatisticsAsync(Trackers.Cancellation))!;

    public ValueTask<IReadOnlyList<StoredEvent>> ListDeadLettersAsync() => Outbox.ListAsync(OutboxQuery.DeadLetters, 100, Trackers.Cancellation);

    /// <summary>Stops the tracker at once, and asserts the invariants of its last statistics.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            FlushResult last = await Tracker.StopAsync(new CancellationToken(canceled: true));
            _ = Checked(last with { Tracker = Tracker.Statistics });
        }
        finally
        {
            _clock?.Dispose();
            await Emulator.DisposeAsync();
        }
    }

    private FlushResult Checked(FlushResult result)
    {
        _secrets.AssertNotLogged();
        Trackers.AssertAccountingInvariants(result, Interlocked.Read(ref _tracked));
        return result;
    }
}
