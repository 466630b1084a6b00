using System.Globalization;
using System.Text;

namespace TypedEvents.Stress;

/// <summary>Counts the requests that bad events among a hundred cause until all good events are delivered and all bad ones dead-lettered.</summary>
internal static class BadEvents
{
    private const int Events = 100;
    private const string NamePrefix = "name_";

    private static readonly TimeSpan EvidenceInterval = TimeSpan.FromMilliseconds(50);

    public static async Task RunAsync(Arguments arguments)
    {
        int runs = arguments.Number("runs", 10);
        foreach (int bad in (int[])[0, 1, 2, 5, 10, 50, 100])
        {
            List<int> requests = [];
            for (int run = 0; run < runs; run++)
            {
                requests.Add(await CountRequestsAsync(arguments, bad, new Random((bad * 1000) + run)));
            }

            ChildOutput.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{bad} {requests.Average():F1} {requests.Max()}"));
        }
    }

    private static async Task<int> CountRequestsAsync(Arguments arguments, int bad, Random random)
    {
        var outbox = new MemoryOutbox();
        await outbox.AppendAsync([MakeBlock([.. Enumerable.Range(0, Events).OrderBy(_ => random.Next()).Take(bad)])], CancellationToken.None);
        using var counter = new RequestCounter();
        using var client = new HttpClient(counter) { Timeout = Timeout.InfiniteTimeSpan };
        await using EventTracker tracker = ChildTracker.Create(arguments, outbox, client);
        FlushResult result = await tracker.FlushAsync();
        for (int evidence = 0; result.Outbox!.Delivered + result.Outbox!.DeadLetters < Events + evidence; evidence++)
        {
            // The last rejection gets its evidence when another event is accepted. With a hundred bad events the circuit is open, and random probes
            // have to find an acceptable event.
            await tracker.TrackAsync(new Euid(1), new Tick(1, 0, evidence, IsBad: false));
            await Task.Delay(EvidenceInterval);
            result = await tracker.FlushAsync();
        }

        return result.Outbox!.DeadLetters == bad
            ? counter.Requests
            : throw new InvalidOperationException($"{result.Outbox!.DeadLetters} dead letters, but {bad} events are bad.");
    }

    /// <summary>Each event has a different name: a name with five consecutive rejections would be put on hold.</summary>
    private static EventBlock MakeBlock(HashSet<int> bad)
    {
        var block = new EventBlock(Events * 256, appKey: null);
        for (int number = 0; number < Events; number++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{NamePrefix}{number}");
            string isBad = bad.Contains(number) ? "true" : "false";
            string json = string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"event_name":"{{name}}","euid":1,"itime":1,"random_id":"{{Guid.NewGuid()}}","properties":{"user":1,"process":0,"number":{{number}},"is_bad":"{{isBad}}"} }""");
            block.Add(1, new EventSchema(name), default, Encoding.UTF8.GetBytes(json), TimeProvider.System);
        }

        return block;
    }

    private sealed class RequestCounter() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        private int _requests;

        public int Requests => Volatile.Read(ref _requests);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // Requests that contain only events tracked as evidence don't count.
            string body = await request.Content!.ReadAsStringAsync(cancellationToken);
            if (body.Contains(NamePrefix, StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _requests);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
