using System.Runtime.CompilerServices;
using TypedEvents.Benchmarks;

if (Repetition.TryRun(args))
{
    return 0;
}

Benchmark[] benchmarks =
[
    new("serialization", "one event's JSON against System.Text.Json", SerializationBenchmark.Run),
    new("values", "what a value of each kind costs", ValuesBenchmark.Run),
    new("track", "a whole call with a live consumer, on 1, 2, 4 and 8 threads, against the floor; System.Text.Json and a channel beside it", TrackBenchmark.Run),
    new("latency", "how long single calls take on 1 and 2 paced threads, against the same", LatencyBenchmark.Run),
    new("users", "a whole call for a user by an external id, against one by an EUID", UsersBenchmark.Run),
    new("memory", "the memory of events that wait", MemoryBenchmark.Run),
    new("sqlite-outbox", "what the SQLite outbox takes and gives, by the size of a commit", SqliteOutboxBenchmark.Run),
];

// The compiler is no part of a Native AOT executable.
if (RuntimeFeature.IsDynamicCodeSupported)
{
    benchmarks =
    [
        .. benchmarks,
        new("generator", "what the generator costs in a project of 1,000 events, beside System.Text.Json's", GeneratorBenchmark.Run),
        new("analyzers", "what the rules add to a build of 1,000 events, beside the generator", AnalyzersBenchmark.Run),
    ];
}

return BenchmarkRunner.Run(args, benchmarks);
