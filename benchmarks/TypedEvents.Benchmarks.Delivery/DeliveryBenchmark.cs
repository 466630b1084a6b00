using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime;
using System.Text;
using Microsoft.ApplicationInsights;
using Microsoft.ApplicationInsights.Channel;
using Microsoft.ApplicationInsights.Extensibility;

namespace TypedEvents.Benchmarks.Delivery;

/// <summary>
/// Measures the CPU time of this process, user and kernel, to deliver an event, from the call to the response, in batches of 100. It is
/// compared with the floor: the <c>Track</c> calls, and a loop that posts the same bytes. Without a network, both requests are accepted at once in
/// this process: what is left is the library's own. Other libraries are measured for orientation.
/// </summary>
internal static class DeliveryBenchmark
{
    private const int EventsPerRound = 20_000;
    private const int Batch = 100;
    private const int CalmRounds = 20;
    private const int MaxWarmUpRounds = 150;

    private static readonly Euid User = new(10_000_091_198);

    public static void Run(BenchmarkOptions options)
    {
        using var server = new ServerProcess();
        var accepting = new AcceptingHandler();
        using var client = new HttpClient(accepting);
        var report = new Report("delivery", options);
        var chart = new BarChart("Microseconds of CPU time for one delivered event", "µs");
        using var floor = new DeliveryFloor(server.Port, EventsPerRound, Batch);
        using var floorWithoutNetwork = new DeliveryFloor(server.Port, EventsPerRound, Batch, client);
        var first = new Way("floor", floor.RunAsync);
        var firstWithoutNetwork = new Way("floor, without a network", floorWithoutNetwork.RunAsync);
        Way[] ways =
        [
            first,
            new("floor: Track calls", floor.TrackAsync, first),
            new("floor: posting ready bytes", floor.PostAsync, first),
            new("TypedEvents", TypedEvents(server.Port), first),
            new("HttpClient.PostAsJsonAsync, source-generated", PostAsJson(server.Port), first),
            new("Microsoft.ApplicationInsights 2.23", ApplicationInsights(server.Port), first),
            firstWithoutNetwork,
            new("TypedEvents, without a network", TypedEvents(server.Port, client), firstWithoutNetwork),
        ];
        if (options.Only is var (name, times))
        {
            RunOnly(ways.First(way => way.Name == name), times);
            return;
        }

        ways = [.. ways.Where(way => way.Floor is null || options.Includes(way.Name))];
        int rounds = options.IsQuick ? 8 : 30;
        foreach (Way way in ways)
        {
            way.Times = new double[rounds];
        }

        WarmUp(ways);
        for (int round = 0; round < rounds; round++)
        {
            foreach (Way way in ways)
            {
                long before = server.Requests + accepting.Requests;
                long heap = GC.GetTotalAllocatedBytes(precise: true);
                TimeSpan start = Environment.CpuUsage.TotalTime;
                way.Round().GetAwaiter().GetResult();
                TimeSpan took = Environment.CpuUsage.TotalTime - start;
                way.Times[round] = took.TotalNanoseconds / EventsPerRound;
                way.Allocated += GC.GetTotalAllocatedBytes(precise: true) - heap;
                way.Requests += server.Requests + accepting.Requests - before;
            }
        }

        report.Line(Machine.Describe());
        report.Line("");
        report.Line("| way | µs for one event | ratio to the floor | ± | ratio of the fastest rounds | events in a request | B for one event |");
        report.Line("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (Way way in ways)
        {
            Measurement one = Interleaved.Summarize(way.Times, (way.Floor ?? way).Times, 0);
            double batch = way.Requests == 0 ? 0 : (double)EventsPerRound * rounds / way.Requests;
            report.Line($"| {way.Name} | {one.Nanoseconds / 1000:F2} | {one.Ratio:F3} | {one.Spread:F3} | {one.LeastRatio:F3} | {batch:F0} | {way.Allocated / (EventsPerRound * (long)rounds)} |");
            chart.Add("8 properties, batches of 100", way.Name, one.Nanoseconds / 1000, way.Name == "TypedEvents");
        }

        report.Picture("Microseconds of CPU time for one delivered event, by way", chart);
        report.End();
    }

    /// <summary>Runs only one way, for tools that count: 20,000 events each time.</summary>
    private static void RunOnly(Way way, int times)
    {
        for (int i = 0; i < times; i++)
        {
            way.Round().GetAwaiter().GetResult();
        }
    }

    /// <summary>
    /// Runs rounds until the JIT has finished: a method that is called once a round gets its last compilation after 60 rounds, and the
    /// compilation's CPU time would count as the round's.
    /// </summary>
    private static void WarmUp(Way[] ways)
    {
        long compiled = 0;
        for (int round = 0, calm = 0; round < MaxWarmUpRounds && calm < CalmRounds; round++)
        {
            foreach (Way way in ways)
            {
                way.Round().GetAwaiter().GetResult();

                // The runtime recompiles frequently called methods once no new method was called for 100 ms.
                Thread.Sleep(150);
            }

            calm = JitInfo.GetCompiledMethodCount() == compiled ? calm + 1 : 0;
            compiled = JitInfo.GetCompiledMethodCount();
        }
    }

    private static Func<Task> TypedEvents(int port, HttpClient? client = null)
    {
        EventTracker tracker = EventTracker.Create(options =>
        {
            options.BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
            options.AllowInsecureLoopback = true;
            options.ApiKey = "key";
            options.ApiSecret = "secret";
            options.HttpClient = client;
            options.MaxBatchEvents = Batch;
            options.BufferBytes = 64 * 1024 * 1024;

            // No rate limit, like the others: a pause between requests makes idle pool threads spin, which costs CPU time.
            options.RequestsPerSecond = 10_000;
        });
        return async () =>
        {
            for (int i = 0; i < EventsPerRound; i++)
            {
                if (tracker.Track(User, Order.Of(i)) != TrackResult.Accepted)
                {
                    throw new InvalidOperationException("The buffer is full.");
                }
            }

            FlushResult result = await tracker.FlushAsync();
            if (result.Outcome != FlushOutcome.Settled)
            {
                throw new InvalidOperationException($"Not everything was delivered: {result.Problem}");
            }
        };
    }

    private static Func<Task> PostAsJson(int port)
    {
        var client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("key:secret")));
        return async () =>
        {
            var events = new List<ReportEvent>(Batch);
            for (int i = 0; i < EventsPerRound; i++)
            {
                events.Add(new ReportEvent("order_placed", User.Value, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), Guid.NewGuid(), Order.Of(i)));
                if (events.Count == Batch)
                {
                    using HttpResponseMessage response = await client.PostAsJsonAsync("v1/event/report", new ReportBody(events), ReportContext.Default.ReportBody);
                    response.EnsureSuccessStatusCode();
                    events.Clear();
                }
            }
        };
    }

    private static Func<Task> ApplicationInsights(int port)
    {
        // As many telemetry items in a transmission as the others have events in a batch.
        var channel = new InMemoryChannel
        {
            EndpointAddress = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/v2/track"),
            MaxTelemetryBufferCapacity = Batch,
            BacklogSize = 1_000_000,
        };
        var configuration = new TelemetryConfiguration
        {
            TelemetryChannel = channel,
            ConnectionString = string.Create(CultureInfo.InvariantCulture, $"InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=http://127.0.0.1:{port}/"),
        };
        var client = new TelemetryClient(configuration);
        return () =>
        {
            for (int i = 0; i < EventsPerRound; i++)
            {
                Order order = Order.Of(i);
                client.TrackEvent("order_placed", new Dictionary<string, string>
                {
                    ["order_number"] = order.OrderNumber,
                    ["currency"] = order.Currency,
                    ["items"] = order.Items.ToString(CultureInfo.InvariantCulture),
                    ["total"] = order.Total.ToString(CultureInfo.InvariantCulture),
                    ["first_order"] = order.FirstOrder ? "true" : "false",
                    ["placed_at"] = order.PlacedAt.ToString("O", CultureInfo.InvariantCulture),
                    ["customer_id"] = order.CustomerId.ToString(),
                    ["channel"] = order.Channel,
                });
                if (i % Batch == Batch - 1)
                {
                    channel.Flush();
                }
            }

            return Task.CompletedTask;
        };
    }

    /// <summary>One of the ways to deliver events.</summary>
    /// <param name="Name">The name in the table.</param>
    /// <param name="Round">Delivers 20,000 events.</param>
    /// <param name="Floor">What it is compared with; <see langword="null"/>: it is a floor.</param>
    private sealed record Way(string Name, Func<Task> Round, Way? Floor = null)
    {
        public double[] Times { get; set; } = [];

        public long Requests { get; set; }

        public long Allocated { get; set; }
    }
}
