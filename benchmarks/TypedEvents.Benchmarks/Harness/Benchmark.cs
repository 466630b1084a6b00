namespace TypedEvents.Benchmarks;

/// <summary>A benchmark that can be run by its name.</summary>
internal sealed record Benchmark(string Name, string Description, Action<BenchmarkOptions> Run)
{
    /// <summary>A benchmark whose only option is <c>--quick</c>.</summary>
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
