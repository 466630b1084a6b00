using System.Globalization;

namespace TypedEvents.Torture;

/// <summary>
/// Tracks events of several users at once, delivers them, and says which ones were acknowledged: a line for each, written when
/// <c>TrackAsync</c> has returned <c>Accepted</c>. Then it goes on delivering until it is killed.
/// </summary>
internal static class Producer
{
    /// <summary>How many calls of one user are under way at once: a call that returned before another one began goes before it.</summary>
    private const int CallsAtOnce = 4;

    private const int OneBadIn = 97;

    public static async Task RunAsync(Arguments arguments)
    {
        await using EventTracker tracker = ChildTracker.Create(arguments);
        int process = arguments.Number("process", 0);
        int events = arguments.Number("events", 50);
        var pace = TimeSpan.FromMilliseconds(arguments.Number("pace", 0));
        bool hasBad = arguments.Flag("bad");
        await Task.WhenAll(Enumerable.Range(1, TortureUser.Count).Select(user => Task.Run(() => TrackAsync(tracker, user, process, events, pace, hasBad))));
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>Delivers all that is left, and says the account. What the server refuses needs proof: another event that it takes.</summary>
    public static async Task DrainAsync(Arguments arguments)
    {
        await using EventTracker tracker = ChildTracker.Create(arguments);
        int process = arguments.Number("process", 0);
        for (int number = 0; ; number++)
        {
            FlushResult result = await tracker.FlushAsync();
            if (result.Outbox.Pending == 0)
            {
                break;
            }

            tracker.Track(new Euid(TortureUser.Count + 1), new Tick(TortureUser.Count + 1, process, number, IsBad: false));
        }

        await tracker.StopAsync();
    }

    private static async Task TrackAsync(EventTracker tracker, int user, int process, int events, TimeSpan pace, bool hasBad)
    {
        Queue<(int Number, string? RandomId, Task<TrackResult> Call)> calls = [];
        for (int number = 0; number < events; number++)
        {
            // Half of the ids are the library's.
            string? id = number % 2 == 0 ? Guid.NewGuid().ToString() : null;
            var tick = new Tick(user, process, number, hasBad && number % OneBadIn == OneBadIn / 2);
            calls.Enqueue((number, id, tracker.TrackAsync(TortureUser.Of(user, process), tick, new EventContext(RandomId: id)).AsTask()));
            if (calls.Count == CallsAtOnce)
            {
                await AcknowledgeAsync(calls.Dequeue(), user, process);
            }

            if (pace > TimeSpan.Zero)
            {
                await Task.Delay(pace);
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
            ChildOutput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{user} {process} {call.Number} {call.RandomId ?? "-"}"));
        }
    }
}
