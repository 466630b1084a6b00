using System.Globalization;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Benchmarks;

/// <summary>Measures the cost of generators in a project of 1,000 records with 10 properties each.</summary>
internal static class GeneratorBenchmark
{
    private const int Rounds = 25;
    private const int QuickRounds = 7;

    public static void Run(bool isQuick)
    {
        Console.WriteLine("| records | generator | cold: ms | ratio | ± | MB | keystroke: ms | above the first | median | ± | ratio to the first | MB | in a declaration: ms | MB | edit: ms | MB | output: M characters | ms to parse it |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (KeyValuePair<string, Func<int, string, string>> kind in ManyEvents.Kinds)
        {
            Run(kind.Key, kind.Value, isQuick);
        }
    }

    private static void Run(string name, Func<int, string, string> declare, bool isQuick)
    {
        var events = new Workspace(declare, isJson: false);
        var json = new Workspace(declare, isJson: true);
        MeasuredGenerator[] generators = MeasuredGenerator.All;
        int rounds = isQuick ? QuickRounds : Rounds;
        EditingCosts[][] costs = [.. generators.Select(_ => new EditingCosts[rounds])];

        // A fixed seed: the order differs between rounds, but not between runs.
        var random = new Random(1);
        int[] order = [.. Enumerable.Range(0, generators.Length)];
        const int WarmUp = 3;
        for (int round = -WarmUp; round < rounds; round++)
        {
            random.Shuffle(order);
            foreach (int i in order)
            {
                var cost = EditingCosts.Measure(generators[i], generators[i].IsJson ? json : events, round + WarmUp);
                if (round >= 0)
                {
                    costs[i][round] = cost;
                }
            }
        }

        EditingCosts[] bare = costs[0];
        EditingCosts[] reference = costs[^1];
        for (int i = 0; i < generators.Length; i++)
        {
            Distribution cold = new(costs[i].Zip(reference, (one, other) => one.Cold.Milliseconds / other.Cold.Milliseconds));
            Distribution above = new(costs[i].Zip(bare, (one, other) => one.Keystroke.Milliseconds - other.Keystroke.Milliseconds));
            Distribution ratio = new(costs[i].Zip(bare, (one, other) => one.Keystroke.Milliseconds / other.Keystroke.Milliseconds));
            double keystroke = Least(i, cost => cost.Keystroke.Milliseconds);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {generators[i].Name} | {Least(i, cost => cost.Cold.Milliseconds):F0} | {cold.Median:F2} | {cold.Spread:F2} | {Least(i, cost => cost.Cold.Megabytes):F1} | {keystroke:F0} | {keystroke - Least(0, cost => cost.Keystroke.Milliseconds):F0} | {above.Median:F0} | {above.Spread:F0} | {ratio.Median:F2} | {Least(i, cost => cost.Keystroke.Megabytes):F1} | {Least(i, cost => cost.Declaration.Milliseconds):F0} | {Least(i, cost => cost.Declaration.Megabytes):F1} | {Least(i, cost => cost.Edit.Milliseconds):F0} | {Least(i, cost => cost.Edit.Megabytes):F1} | {Least(i, cost => cost.OutputLength / 1e6):F1} | {Least(i, cost => cost.Output.Milliseconds):F0} |"));
        }

        // Disturbances only ever add to a round.
        double Least(int generator, Func<EditingCosts, double> figure) => costs[generator].Min(figure);
    }
}
