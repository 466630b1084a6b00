using System.Diagnostics;

namespace TypedEvents.Benchmarks.PostgreSql;

/// <summary>One of several ways to do the same.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="RunAsync">Runs a slice of it, and returns how many operations that was.</param>
internal sealed record Way(string Name, Func<Task<int>> RunAsync);

/// <summary>Runs all ways in each round, in random order: what disturbs the host for longer than a round affects all of them.</summary>
internal static class Rounds
{
    /// <returns>By way and round, the seconds of one operation.</returns>
    public static async Task<double[][]> MeasureAsync(IReadOnlyList<Way> ways, int rounds)
    {
        const int WarmUp = 3;
        var times = new double[ways.Count][];
        for (int i = 0; i < times.Length; i++)
        {
            times[i] = new double[rounds];
        }

        // A fixed seed: the order differs between rounds, but not between runs.
        var random = new Random(1);
        int[] order = [.. Enumerable.Range(0, ways.Count)];
        for (int round = -WarmUp; round < rounds; round++)
        {
            random.Shuffle(order);
            foreach (int i in order)
            {
                long start = Stopwatch.GetTimestamp();
                int operations = await ways[i].RunAsync();
                if (round >= 0)
                {
                    times[i][round] = Stopwatch.GetElapsedTime(start).TotalSeconds / operations;
                }
            }
        }

        return times;
    }

    /// <summary>The median of the ratio within a round, and half of the distance between its quartiles.</summary>
    public static (double Ratio, double Spread) Compare(double[] numerators, double[] denominators)
    {
        double[] ratios = [.. numerators.Zip(denominators, static (numerator, denominator) => numerator / denominator).Order()];
        return (ratios[ratios.Length / 2], (ratios[ratios.Length * 3 / 4] - ratios[ratios.Length / 4]) / 2);
    }

    public static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
