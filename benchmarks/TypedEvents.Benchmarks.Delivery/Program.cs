using System.Globalization;
using TypedEvents.Benchmarks;
using TypedEvents.Benchmarks.Delivery;

if (args is ["--serve"])
{
    await LoopbackServer.RunUntilInputEndsAsync();
    return 0;
}

if (args is ["--append", string file, string events, string isClosed])
{
    await PendingBenchmark.AppendAsync(file, int.Parse(events, CultureInfo.InvariantCulture), bool.Parse(isClosed));
    return 0;
}

if (args is ["--deliver", string path, string port])
{
    await PendingBenchmark.DeliverAsync(path, int.Parse(port, CultureInfo.InvariantCulture));
    return 0;
}

return BenchmarkRunner.Run(
    args,
    new("delivery", "CPU time for one delivered event, against PostAsJsonAsync and Application Insights", DeliveryBenchmark.Run),
    new("native", "size of a Native AOT executable and time to the first delivered event, against HttpClient alone and the JIT", NativeBenchmark.Run),
    new("pending", "time to the first delivery, and memory, of a process that finds a million pending events in its SQLite outbox", PendingBenchmark.Run),
    new("trackers", "what a tracker costs a process that has many: heap, threads, CPU time while nothing is tracked", TrackersBenchmark.Run));
