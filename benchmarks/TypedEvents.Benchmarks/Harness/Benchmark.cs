namespace TypedEvents.Benchmarks;

/// <summary>A benchmark that Program runs by its name.</summary>
internal sealed record Benchmark(string Name, string Description, Action<BenchmarkOptions> Run);
