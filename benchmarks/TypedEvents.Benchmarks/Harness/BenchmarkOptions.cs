namespace TypedEvents.Benchmarks;

/// <summary>What stands behind a benchmark's name on the command line.</summary>
internal sealed class BenchmarkOptions(string[] args)
{
    /// <summary>Fewer rounds: <c>--quick</c>.</summary>
    public bool IsQuick { get; } = args.Contains("--quick");

    /// <summary>Whether docs/benchmarks.md and its pictures are written anew: <c>--write</c>.</summary>
    public bool WritesDocument { get; } = args.Contains("--write");

    /// <summary>Only what has this name: <c>--case "8 properties"</c>.</summary>
    public bool Includes(string name)
    {
        int index = Array.IndexOf(args, "--case");
        return index < 0 || (index + 1 < args.Length && args[index + 1] == name);
    }
}
