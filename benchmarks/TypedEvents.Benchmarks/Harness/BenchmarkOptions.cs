using System.Globalization;

namespace TypedEvents.Benchmarks;

/// <summary>The command-line options after a benchmark's name.</summary>
internal sealed class BenchmarkOptions(string[] args)
{
    /// <summary>Whether to run fewer rounds: <c>--quick</c>.</summary>
    public bool IsQuick { get; } = args.Contains("--quick");

    /// <summary>Whether to update docs/benchmarks.md and its charts: <c>--write</c>.</summary>
    public bool WritesDocument { get; } = args.Contains("--write");

    /// <summary>The one way to run and how often, for tools that count: <c>--only TypedEvents 50</c>. Not every benchmark has it.</summary>
    public (string Way, int Times)? Only { get; } = Array.IndexOf(args, "--only") is >= 0 and int index && index + 2 < args.Length
        ? (args[index + 1], int.Parse(args[index + 2], CultureInfo.InvariantCulture))
        : null;

    /// <summary>Whether to run a case: <c>--case "8 properties"</c> selects a single one.</summary>
    public bool Includes(string name)
    {
        int index = Array.IndexOf(args, "--case");
        return index < 0 || (index + 1 < args.Length && args[index + 1] == name);
    }
}
