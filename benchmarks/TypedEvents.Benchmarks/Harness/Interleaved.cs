using System.Diagnostics;

namespace TypedEvents.Benchmarks;

/// <summary>One of several ways to do the same thing.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Run">Runs the operation a number of times.</param>
internal sealed record Candidate(string Name, Action<int> Run);

/// <summary>The measurement of one candidate.</summary>
/// <param name="Nanoseconds">The time of one operation in the fastest round, which is the least disturbed one.</param>
/// <param name="LeastRatio">The ratio of the fastest rounds.</param>
/// <param name="Ratio">The median of the ratio to the first candidate in the same round.</param>
/// <param name="Spread">Half of the distance between the quartiles of that ratio.</param>
/// <param name="Bytes">The bytes allocated by one operation.</param>
internal readonly record struct Measurement(double Nanoseconds, double LeastRatio, double Ratio, double Spread, double Bytes);

/// <summary>
/// Measures candidates relative to the first one on a host that other processes use, too: it runs many short rounds, each with all candidates
/// in random order, and computes the ratio within the round. A disturbance that lasts longer than a round affects all candidates.
/// </summary>
internal static class Interleaved
{
    private const double RoundMilliseconds = 0.2;

    public static Measurement[] Measure(IReadOnlyList<Candidate> candidates, int rounds)
    {
        int[] operations = [.. candidates.Select(Calibrate)];
        var times = new double[candidates.Count][];
        for (int i = 0; i < times.Length; i++)
        {
            times[i] = new double[rounds];
        }

        // A fixed seed: the order differs between rounds, but not between runs.
        var random = new Random(1);
        int[] order = [.. Enumerable.Range(0, candidates.Count)];
        for (int round = 0; round < rounds; round++)
        {
            random.Shuffle(order);
            foreach (int i in order)
            {
                long start = Stopwatch.GetTimestamp();
                candidates[i].Run(operations[i]);
                times[i][round] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / operations[i];
            }
        }

        return [.. candidates.Select((candidate, i) => Summarize(times[i], times[0], BytesOf(candidate)))];
    }

    public static Measurement Summarize(double[] times, double[] baseline, double bytes)
    {
        double[] ratios = [.. times.Zip(baseline, (time, other) => time / other).Order()];
        return new Measurement(
            times.Min(),
            times.Min() / baseline.Min(),
            ratios[ratios.Length / 2],
            (ratios[ratios.Length * 3 / 4] - ratios[ratios.Length / 4]) / 2,
            bytes);
    }

    /// <summary>Warms up until the code is fully optimized, and determines how many operations fill a round.</summary>
    private static int Calibrate(Candidate candidate)
    {
        // The runtime recompiles methods that were called 30 times, once no new method was called for 100 ms; and it does so twice.
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 100; j++)
            {
                candidate.Run(100);
            }

            Thread.Sleep(250);
        }

        long start = Stopwatch.GetTimestamp();
        int done = 0;
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < 100)
        {
            candidate.Run(10);
            done += 10;
        }

        return Math.Max(10, (int)(done * RoundMilliseconds / 100));
    }

    private static double BytesOf(Candidate candidate)
    {
        const int Operations = 10_000;
        candidate.Run(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        candidate.Run(Operations);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Operations;
    }
}
