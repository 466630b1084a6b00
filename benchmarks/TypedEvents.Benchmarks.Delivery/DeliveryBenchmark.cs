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
/// compared with the floor: the <c>Track</c> calls, and a loop that posts the same bytes. Other libraries are measured for orientation.
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
        var report = new Report("delivery", options);
        var chart = new BarChart("Microseconds of CPU time for one delivered event", "µs");
        using var floor = new DeliveryFloor(server.Port, EventsPerRound, Batch);
        (string Name, Func<Task> Round)[] ways =
        [
            ("floor", floor.RunAsync),
            ("floor: Track calls", floor.TrackAsync),
            ("floor: posting ready bytes", floor.PostAsync),
            ("TypedEvents", TypedEvents(server.Port)),
            ("HttpClient.PostAsJsonAsync, source-generated", PostAsJson(server.Port)),
            ("Microsoft.ApplicationInsights 2.23", ApplicationInsights(server.Port)),
        ];
        ways = [.. ways.Where(way => way.Name == "floor" || options.Includes(way.Name))];
        var times = new double[ways.Length][];
        var requests = new long[ways.Length];
        var allocated = new long[ways.Length];
        int rounds = options.IsQuick ? 8 : 30;
        for (int i = 0; i < ways.Length; i++)
        {
            times[i] = new double[rounds];
        }

        WarmUp(ways);
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < ways.Length; i++)
            {
                long before = server.Requests;
                long heap = GC.GetTotalAllocatedBytes(precise: true);
                TimeSpan start = Environment.CpuUsage.TotalTime;
                ways[i].Round().GetAwaiter().GetResult();
                TimeSpan took = Environment.CpuUsage.TotalTime - start;
                times[i][round] = took.TotalNanoseconds / EventsPerRound;
                requests[i] += server.Requests - before;
                allocated[i] += GC.GetTotalAllocatedBytes(precise: true) - heap;
            }
        }

        report.Line(Machine.Describe());
        report.Line("");
        report.Line("| way | µs for one event | ratio to the floor | ± | ratio of the fastest rounds | events in a request | B for one event |");
        report.Line("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (int i = 0; i < ways.Length; i++)
        {
            Measurement one = Interleaved.Summarize(times[i], times[0], 0);
            double batch = requests[i] == 0 ? 0 : (double)EventsPerRound * rounds / requests[i];
            report.Line($"| {ways[i].Name} | {one.Nanoseconds / 1000:F2} | {one.Ratio:F3} | {one.Spread:F3} | {one.LeastRatio:F3} | {batch:F0} | {allocated[i] / (EventsPerRound * (long)rounds)} |");
            chart.Add("8 properties, batches of 100", ways[i].Name, one.Nanoseconds / 1000, ways[i].Name == "TypedEvents");
        }

        report.Picture("Microseconds of CPU time for one delivered event, by way", chart);
        report.End();
    }

    /// <summary>
    /// Runs rounds until the JIT has finished: a method that is called once a round gets its last compilation after 60 rounds, and the
    /// compilation's CPU time would count as the round's.
    /// </summary>
    private static void WarmUp((string Name, Func<Task> Round)[] ways)
    {
        long compiled = 0;
        for (int round = 0, calm = 0; round < MaxWarmUpRounds && calm < CalmRounds; round++)
        {
            foreach ((_, Func<Task> run) in ways)
            {
                run().GetAwaiter().GetResult();

                // The runtime recompiles frequently called methods once no new method was called for 100 ms.
                Thread.Sleep(150);
            }

            calm = JitInfo.GetCompiledMethodCount() == compiled ? calm + 1 : 0;
            compiled = JitInfo.GetCompiledMethodCount();
        }
    }

    private static Func<Task> TypedEvents(int port)
    {
        EventTracker tracker = EventTracker.Create(options =>
        {
            options.BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
            options.AllowInsecureLoopback = true;
            options.ApiKey = "key";
            options.ApiSecret = "secret";
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
}
