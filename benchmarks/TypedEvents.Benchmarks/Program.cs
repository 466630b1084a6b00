using System.Runtime.CompilerServices;
using TypedEvents.Benchmarks;

if (Repetition.TryRun(args))
{
    return 0;
}

Benchmark[] benchmarks =
[
    new("serialization", "one event's JSON against System.Text.Json", SerializationBenchmark.Run),
    new("values", "the cost of one value of each kind", ValuesBenchmark.Run),
    new("track", "a whole call with a live consumer, on 1, 2, 4 and 8 threads, against the floor; System.Text.Json and a channel beside it", TrackBenchmark.Run),
    new("latency", "the latency of single calls on 1 and 2 paced threads, against a call that does nothing, the floor and a channel", LatencyBenchmark.Run),
    new("caller", "page faults, waits and allocations of the threads that track", CallerBenchmark.Run),
    new("users", "a whole call for a user by an external id, against one by an EUID", UsersBenchmark.Run),
    new("memory", "the memory of pending events", MemoryBenchmark.Run),
    new("sqlite", "append, read and settle in the SQLite outbox, against SQLite alone with the same rows and commits", SqliteCycleBenchmark.Run),
    new("sqlite-outbox", "appending to and settling in the SQLite outbox, by the size of a commit", SqliteOutboxBenchmark.Run),
];

// Native AOT executables don't contain the compiler.
if (RuntimeFeature.IsDynamicCodeSupported)
{
    benchmarks =
    [
        .. benchmarks,
        new("generator", "the cost of the generator in a project of 1,000 events, compared with System.Text.Json's", GeneratorBenchmark.Run),
        new("analyzers", "what the analyzers add to a build of 1,000 events, compared with the generator", AnalyzersBenchmark.Run),
    ];
}

return BenchmarkRunner.Run(args, benchmarks);
