namespace TypedEvents.Benchmarks;

/// <summary>Runs the benchmarks that the command line names.</summary>
internal static class BenchmarkRunner
{
    public static int Run(string[] args, params Benchmark[] benchmarks)
    {
        Benchmark[] chosen = [.. benchmarks.Where(benchmark => args.Contains(benchmark.Name))];
        if (chosen.Length == 0)
        {
            Console.WriteLine("Name one or more benchmarks. --quick runs fewer rounds, --write updates the tables in docs/benchmarks.md.");
            foreach (Benchmark benchmark in benchmarks)
            {
                Console.WriteLine($"  {benchmark.Name,-16} {benchmark.Description}");
            }

            return 1;
        }

        foreach (Benchmark benchmark in chosen)
        {
            benchmark.Run(new BenchmarkOptions(args));
        }

        return 0;
    }
}
