using System.Diagnostics;
using System.Text;
using TypedEvents.Emulator;

namespace TypedEvents.Benchmarks.Storefront;

/// <summary>
/// Starts, requests a second with and without the tracked event, memory, and the events of a process that is told to end in the middle of
/// its requests.
/// </summary>
internal static class LoadBenchmark
{
    private const int Clients = 16;
    private const int Rounds = 3;

    public static async Task RunAsync(string program, int requests)
    {
        string folder = Directory.CreateTempSubdirectory("TypedEvents.Storefront.").FullName;
        try
        {
            await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new EmulatorOptions { MaxEvents = int.MaxValue, MaxStoredBytes = long.MaxValue });
            await StartAsync(program, folder, emulator);
            await ThroughputAsync(program, folder, emulator, requests);
            await EndAsync(program, folder, emulator, requests);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task StartAsync(string program, string folder, EngageLabEmulator emulator)
    {
        List<double> times = [];
        for (int i = 0; i < 5; i++)
        {
            using StorefrontProcess process = await StorefrontProcess.StartAsync(program, folder, [.. StorefrontProcess.Settings(emulator), ("EventsFile", $"start-{i}.db")]);
            times.Add(process.StartTime.TotalMilliseconds);
            process.Terminate();
            await process.WaitForExitAsync();
        }

        times.Sort();
        Console.WriteLine($"start to first response: {times[2]:N0} ms (median of 5; {times[0]:N0} to {times[4]:N0})");
    }

    private static async Task ThroughputAsync(string program, string folder, EngageLabEmulator emulator, int requests)
    {
        List<(double With, double Without)> rounds = [];
        for (int i = 0; i < Rounds; i++)
        {
            (double with, long memoryWith) = await OneAsync(isEnabled: true, i);
            (double without, long memoryWithout) = await OneAsync(isEnabled: false, i);
            rounds.Add((with, without));
            Console.WriteLine($"round {i + 1}: {with:N0} requests/s tracked, {without:N0} with a disabled tracker ({with / without:P0}); peak memory {memoryWith / 1e6:N1} MB and {memoryWithout / 1e6:N1} MB");
        }

        Console.WriteLine($"tracked ÷ disabled: {rounds.Select(static round => round.With / round.Without).Order().ElementAt(Rounds / 2):N2} (median of {Rounds})");

        async Task<(double PerSecond, long Memory)> OneAsync(bool isEnabled, int round)
        {
            using StorefrontProcess process = await StorefrontProcess.StartAsync(
                program,
                folder,
                [.. StorefrontProcess.Settings(emulator), ("TypedEvents:Enabled", isEnabled.ToString()), ("EventsFile", $"round-{round}.db")]);
            string cookie = await process.SignInAsync();
            await SendAsync(requests / 10);
            long began = Stopwatch.GetTimestamp();
            await SendAsync(requests);
            double perSecond = requests / Stopwatch.GetElapsedTime(began).TotalSeconds;
            long memory = process.PeakMemory;
            process.Terminate();
            await process.WaitForExitAsync();
            return (perSecond, memory);

            Task SendAsync(int count) => Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (_, cancellationToken) =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/products/desk") { Headers = { { "Cookie", cookie } } };
                using HttpResponseMessage response = await process.Client.SendAsync(request, cancellationToken);
                response.EnsureSuccessStatusCode();
            });
        }
    }

    private static async Task EndAsync(string program, string folder, EngageLabEmulator emulator, int requests)
    {
        emulator.Clear();
        int accepted = 0;
        int unanswered = 0;
        (string, string)[] settings = [.. StorefrontProcess.Settings(emulator), ("EventsFile", "end.db")];
        using (StorefrontProcess process = await StorefrontProcess.StartAsync(program, folder, settings))
        {
            string cookie = await process.SignInAsync();
            await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (number, cancellationToken) =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/orders")
                {
                    Headers = { { "Cookie", cookie } },
                    Content = new StringContent("""{"total":12.5,"items":1}""", Encoding.UTF8, "application/json"),
                };
                try
                {
                    using HttpResponseMessage response = await process.Client.SendAsync(request, cancellationToken);
                    if (response.IsSuccessStatusCode && Interlocked.Increment(ref accepted) == requests / 2)
                    {
                        process.Terminate();
                    }
                }
                catch (HttpRequestException)
                {
                    Interlocked.Increment(ref unanswered);
                }
            });
            Console.WriteLine($"SIGTERM after {requests / 2:N0} of {requests:N0} requests: exit code {await process.WaitForExitAsync()}, {accepted:N0} accepted, {unanswered:N0} without a response");
        }

        int first = Orders();
        using (StorefrontProcess next = await StorefrontProcess.StartAsync(program, folder, settings))
        {
            next.Terminate();
            await next.WaitForExitAsync();
        }

        Console.WriteLine($"arrived: {first:N0} before the process had ended, {Orders():N0} after the next start; {emulator.DuplicateCount} sent twice (same id), {accepted - Orders()} accepted but missing");

        int Orders() => emulator.Events.Count(static received => received.EventName == "order_placed");
    }
}
