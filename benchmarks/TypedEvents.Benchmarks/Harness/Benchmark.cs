namespace TypedEvents.Benchmarks;

/// <summary>A benchmark that Program runs by its name.</summary>
internal sealed record Benchmark(string Name, string Description, Action<BenchmarkOptions> Run)
{
    /// <summary>A benchmark that only wants to know whether it is to be quick.</summary>
    public Benchmark(string name, string description, Action<bool> run)
        : this(name, description, options => RunDescribed(run, options))
    {
    }

    private static void RunDescribed(Action<bool> run, BenchmarkOptions options)
    {
        Console.WriteLine(Machine.Describe());
        Console.WriteLine();
        run(options.IsQuick);
    }
}
