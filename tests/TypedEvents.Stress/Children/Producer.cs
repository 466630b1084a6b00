namespace TypedEvents.Stress;

/// <summary>
/// Tracks events of several users at once, delivers them, and says which ones were acknowledged: a line for each, written when
/// <c>TrackAsync</c> has returned <c>Accepted</c>. Then it goes on delivering until it is killed.
/// </summary>
internal static class Producer
{
    /// <summary>How many calls of one user are under way at once: a call that returned before another one began goes before it.</summary>
    private const int CallsAtOnce = 4;

    private const int OneBadIn = 97;

    /// <summary>Between two events of a user, once all that it was to track is tracked and its step hasn't come yet.</summary>
    private static readonly TimeSpan PaceUntilKilled = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(Arguments arguments)
    {
        await using EventTracker tracker = ChildTracker.Create(arguments);
        int process = arguments.Number("process", 0);
        int events = arguments.Number("events", 50);
        bool goesOn = arguments.Text("step") is { } step && step != nameof(KillStep.None);
        var pace = TimeSpan.FromMilliseconds(arguments.Number("pace", 0));
        await TrackAsync(
            tracker,
            process,
            goesOn: number => goesOn || number < events,
            paceOf: number => number < events ? pace : PaceUntilKilled,
            hasBad: arguments.Flag("bad"));
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>Tracks for all users at once, for each as long as it goes on, and says what was acknowledged.</summary>
    public static Task TrackAsync(EventTracker tracker, int process, Func<int, bool> goesOn, Func<int, TimeSpan> paceOf, bool hasBad) =>
        Task.WhenAll(Enumerable.Range(1, StressUser.Count).Select(user => Task.Run(() => TrackAsync(tracker, user, process, goesOn, paceOf, hasBad))));

    /// <summary>Delivers all that is left, and says the statistics. What the server rejects needs proof: another event that it takes.</summary>
    public static async Task DrainAsync(Arguments arguments)
    {
        await using EventTracker tracker = ChildTracker.Create(arguments);
        int process = arguments.Number("process", 0);
        for (int number = 0; ; number++)
        {
            FlushResult result = await tracker.FlushAsync();
            ChildInvariants.Check(result);
            if (result.Outbox.Pending == 0)
            {
                break;
            }

            tracker.Track(new Euid(StressUser.Count + 1), new Tick(StressUser.Count + 1, process, number, IsBad: false));
            await Task.Delay(PaceUntilKilled);
        }

        await tracker.StopAsync();
    }

    private static async Task TrackAsync(EventTracker tracker, int user, int process, Func<int, bool> goesOn, Func<int, TimeSpan> paceOf, bool hasBad)
    {
        Queue<(int Number, string? RandomId, Task<TrackResult> Call)> calls = [];
        for (int number = 0; goesOn(number); number++)
        {
            // Half of the ids are the library's.
            string? id = number % 2 == 0 ? Guid.NewGuid().ToString() : null;
            var tick = new Tick(user, process, number, hasBad && number % OneBadIn == OneBadIn / 2);
            calls.Enqueue((number, id, tracker.TrackAsync(StressUser.Of(user, process), tick, new EventContext(RandomId: id)).AsTask()));
            if (calls.Count == CallsAtOnce)
            {
                await AcknowledgeAsync(calls.Dequeue(), user, process);
            }

            TimeSpan pause = paceOf(number);
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause);
            }
        }

        while (calls.TryDequeue(out var call))
        {
            await AcknowledgeAsync(call, user, process);
        }
    }

    private static async Task AcknowledgeAsync((int Number, string? RandomId, Task<TrackResult> Call) call, int user, int process)
    {
        if (await call.Call == TrackResult.Accepted)
        {
            ChildOutput.WriteLine(ChildLine.Acknowledged(new TickId(user, process, call.Number), call.RandomId));
        }
    }
}
