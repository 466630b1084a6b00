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
    new("sqlite-outbox", "what the SQLite outbox takes and gives, by the size of a commit", SqliteOutboxBenchmark.Run),
];

// The compiler is no part of a native binary.
if (RuntimeFeature.IsDynamicCodeSupported)
{
    benchmarks =
    [
        .. benchmarks,
        new("generator", "what the generator costs in a project of 1,000 events, beside System.Text.Json's", GeneratorBenchmark.Run),
        new("analyzers", "what the rules add to a build of 1,000 events, beside the generator", AnalyzersBenchmark.Run),
    ];
}

Benchmark[] chosen = args.Length == 0 ? [] : [.. benchmarks.Where(benchmark => args.Contains(benchmark.Name))];
if (chosen.Length == 0)
{
    Console.WriteLine("Say which:");
    foreach (Benchmark benchmark in benchmarks)
    {
        Console.WriteLine($"  {benchmark.Name,-16} {benchmark.Description}");
    }

    return 1;
}

Console.WriteLine(Machine.Describe());
foreach (Benchmark benchmark in chosen)
{
    Console.WriteLine();
    benchmark.Run(new BenchmarkOptions(args));
}

return 0;
