using TypedEvents.Benchmarks;
using TypedEvents.Benchmarks.Delivery;

if (args is ["--serve"])
{
    await LoopbackServer.RunUntilInputEndsAsync();
    return 0;
}

return BenchmarkRunner.Run(
    args,
    new("delivery", "CPU time for one delivered event, against PostAsJsonAsync and Application Insights", DeliveryBenchmark.Run),
    new("native", "size of a Native AOT executable and time to the first delivered event, against HttpClient alone and the JIT", NativeBenchmark.Run),
    new("trackers", "what a tracker costs a process that has many: heap, threads, CPU time while nothing is tracked", TrackersBenchmark.Run));
