using System.Globalization;

namespace TypedEvents.Stress;

/// <summary>
/// Tracks and delivers until it is asked to stop or is killed, while its date jumps. It checks both accounting invariants repeatedly; a
/// violation ends it with an error.
/// </summary>
internal static class Soaker
{
    private const int DaysOfJump = 400;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan TimeBetweenLooks = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan TimeBetweenJumps = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(Arguments arguments)
    {
        int process = arguments.Number("process", 0);
        var clock = new JumpingClock(ChildTracker.CreateClock(arguments));
        EventTracker tracker = ChildTracker.Create(arguments, clock);
        using var ending = new CancellationTokenSource();
        Task others = Task.WhenAll(LookAsync(tracker, ending.Token), JumpAsync(clock, new Random(arguments.Number("seed", 0)), ending.Token));
        Task tracking = Producer.TrackAsync(tracker, process, goesOn: _ => !ChildInput.Stopped.IsCompleted, paceOf: _ => Pace, hasBad: true);
        await await Task.WhenAny(tracking, others);
        await tracking;
        await ending.CancelAsync();
        await others;
        FlushResult last = await tracker.StopAsync();
        ChildInvariants.Check(last);
        ChildOutput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ended {last.Tracker.Tracked} {last.Tracker.Appended} {last.Tracker.Dropped.Total}"));
    }

    private static async Task LookAsync(EventTracker tracker, CancellationToken cancellationToken)
    {
        while (await WaitAsync(TimeBetweenLooks, cancellationToken))
        {
            ChildInvariants.Check(tracker.Statistics);
            ChildInvariants.Check((await tracker.Outbox.GetStatisticsAsync(CancellationToken.None))!);
        }
    }

    private static async Task JumpAsync(JumpingClock clock, Random random, CancellationToken cancellationToken)
    {
        while (await WaitAsync(TimeBetweenJumps, cancellationToken))
        {
            clock.Jump(TimeSpan.FromDays(random.Next(-DaysOfJump, DaysOfJump + 1)));
        }
    }

    private static async Task<bool> WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        await Task.WhenAny(Task.Delay(time, cancellationToken));
        return !cancellationToken.IsCancellationRequested;
    }
}
