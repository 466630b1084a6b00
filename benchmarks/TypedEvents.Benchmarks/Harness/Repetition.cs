using System.Globalization;

namespace TypedEvents.Benchmarks;

/// <summary>Runs only one candidate, a given number of times, for tools that count instructions: <c>--only event way times</c>.</summary>
internal static class Repetition
{
    public static bool TryRun(string[] args)
    {
        int only = Array.IndexOf(args, "--only");
        if (only < 0 || args.Length != only + 4)
        {
            return false;
        }

        Shape shape = SerializationBenchmark.MakeShapes().First(shape => shape.Name == args[only + 1]);
        Candidate candidate = shape.Candidates.First(candidate => candidate.Name == args[only + 2]);
        candidate.Run(int.Parse(args[only + 3], CultureInfo.InvariantCulture));
        return true;
    }
}
