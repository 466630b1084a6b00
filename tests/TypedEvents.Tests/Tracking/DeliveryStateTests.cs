using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>What <c>EventTracker.Delivery</c> says while delivery is paused and when it works.</summary>
public sealed class DeliveryStateTests
{
    [Fact]
    public async Task A_tracker_that_has_sent_nothing_is_not_paused()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        await scenario.Tracker.StartAsync(Trackers.Cancellation);
        DeliveryState state = scenario.Tracker.Delivery;
        Assert.Equal(new DeliveryState { At = state.At, IsOutboxOpen = true }, state);
        Assert.False(scenario.Tracker.Delivery.IsPaused);
    }

    [Fact]
    public async Task An_acceptance_is_dated()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        DateTimeOffset before = scenario.Clock.Time.GetUtcNow();
        scenario.Track(new PageViewed("/"));
        await scenario.FlushAsync();
        Assert.InRange(scenario.Tracker.Delivery.LastAcceptedAt!.Value, before, scenario.Clock.Time.GetUtcNow());
        Assert.False(scenario.Tracker.Delivery.IsPaused);
    }

    [Theory]
    [InlineData("configuration", PauseReason.Configuration)]
    [InlineData("failures", PauseReason.Failures)]
    [InlineData("rejections", PauseReason.Rejections)]
    public async Task A_pause_says_why_since_when_and_until_when_and_ends(string fault, PauseReason reason)
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        DateTimeOffset before = scenario.Clock.Time.GetUtcNow();
        switch (fault)
        {
            case "configuration":
                scenario.Emulator.RespondWith(EmulatorBehavior.Respond(401, EmulatorCodes.AuthenticationFailed, "wrong"));
                break;
            case "failures":
                scenario.Emulator.RespondWith(EmulatorBehavior.Respond(503));
                break;
            default:
                scenario.Emulator.RejectEvents(_ => true);
                break;
        }

        for (int i = 0; i < 40; i++)
        {
            scenario.Track(new PageViewed("/"));
        }

        await scenario.Clock.RunUntilAsync(() => ValueTask.FromResult(scenario.Tracker.Delivery.IsPaused));
        DeliveryState paused = scenario.Tracker.Delivery;
        Assert.Equal(reason, paused.Reason);
        Assert.InRange(paused.PausedSince!.Value, before, scenario.Clock.Time.GetUtcNow());
        Assert.True(paused.NextAttemptAt > paused.PausedSince);
        Assert.Contains(scenario.Emulator.BaseAddress.Authority, paused.Problem, StringComparison.Ordinal);
        Assert.Null(paused.LastAcceptedAt);

        scenario.Emulator.RespondNormally();
        scenario.Emulator.RejectEvents(_ => false);
        await scenario.RunUntilOutboxAsync(statistics => statistics.Pending == 0);
        await scenario.Clock.RunUntilAsync(() => ValueTask.FromResult(!scenario.Tracker.Delivery.IsPaused));
        DeliveryState recovered = scenario.Tracker.Delivery;
        Assert.Equal((null, null, null, null), (recovered.Reason, recovered.PausedSince, recovered.NextAttemptAt, recovered.Problem));
        Assert.NotNull(recovered.LastAcceptedAt);
    }

    [Theory]
    [InlineData(503, false)]
    [InlineData(401, true)]
    public async Task A_pause_ends_when_another_process_delivers_unless_the_configuration_is_wrong_here(int status, bool isPaused)
    {
        var outbox = new SharedOutbox();
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.Outbox = outbox, new PacedClock());
        scenario.Emulator.RespondWith(EmulatorBehavior.Respond(status));
        scenario.Track(new PageViewed("/"));
        await scenario.Clock.RunUntilAsync(() => ValueTask.FromResult(scenario.Tracker.Delivery.IsPaused));

        outbox.GiveToAnother();
        await scenario.Clock.RunUntilAsync(() => ValueTask.FromResult(outbox.Rejections > 1));

        Assert.Equal(isPaused, scenario.Tracker.Delivery.IsPaused);
    }

    [Fact]
    public async Task A_rejected_registration_is_a_pause_too()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        scenario.Emulator.RespondWith(request => request.Path.Contains("register", StringComparison.Ordinal) ? EmulatorBehavior.Respond(401) : EmulatorBehavior.Normal);
        scenario.Track(EngageUser.UserId("user"), new PageViewed("/"));
        await scenario.Clock.RunUntilAsync(() => ValueTask.FromResult(scenario.Tracker.Delivery.IsPaused));
        Assert.Contains("register", scenario.Tracker.Delivery.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outbox_that_cannot_be_opened_is_a_problem_and_no_pause()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.Outbox = new UnopenedOutbox(), new PacedClock());
        await scenario.Clock.RunUntilAsync(() => ValueTask.FromResult(scenario.Tracker.Delivery.Problem is not null));
        Assert.False(scenario.Tracker.Delivery.IsPaused);
        Assert.Contains("The database is down", scenario.Tracker.Delivery.Problem, StringComparison.Ordinal);
        Assert.Equal((false, scenario.Tracker.Delivery.Problem), (scenario.Tracker.Delivery.IsOutboxOpen, scenario.Tracker.Delivery.OutboxProblem));

        // The end of the scenario asserts the invariants, for which the outbox has to be open.
        ((UnopenedOutbox)scenario.Outbox).IsDown = false;
        await scenario.Tracker.StartAsync(Trackers.Cancellation);
    }

    private sealed class UnopenedOutbox() : DelegatingOutbox(new MemoryOutbox())
    {
        public bool IsDown { get; set; } = true;

        public override ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken) =>
            IsDown ? throw new IOException("The database is down.") : base.OpenAsync(opening, cancellationToken);
    }

    /// <summary>An outbox whose claim another process takes.</summary>
    private sealed class SharedOutbox() : DelegatingOutbox(new MemoryOutbox())
    {
        private readonly CancellationTokenSource _lost = new();
        private int _rejections;

        /// <summary>How often a claim was asked for that the other process has.</summary>
        public int Rejections => Volatile.Read(ref _rejections);

        public void GiveToAnother() => _lost.Cancel();

        public override async ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken)
        {
            if (_lost.IsCancellationRequested)
            {
                Interlocked.Increment(ref _rejections);
                return null;
            }

            return await base.TryClaimAsync(cancellationToken) is { } claim ? new Claim(claim, _lost.Token) : null;
        }

        private sealed class Claim(IOutboxClaim inner, CancellationToken lost) : DelegatingClaim(inner)
        {
            public override CancellationToken LostToken => lost;
        }
    }
}
