using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Diagnostics.Telemetry;
using TypedEvents.Generators;

namespace TypedEvents.Benchmarks;

/// <summary>Measures what the analyzers add to a build of 1,000 events, compared with the generator's cost.</summary>
internal static class AnalyzersBenchmark
{
    private const int Events = 1000;
    private const int Rounds = 9;
    private const int QuickRounds = 3;

    public static void Run(bool isQuick)
    {
        var project = new EventProject(Events);
        ImmutableArray<DiagnosticAnalyzer> rules = Rules();
        Step[] steps =
        [
            new("generator", () => EventProject.Generate(project.Compile())),
            new("build without rules", () => Build(project.CompileWithGenerated(), [])),
            new("build with an idle rule", () => Build(project.CompileWithGenerated(), [new IdleAnalyzer()])),
            new("build with all rules", () => Build(project.CompileWithGenerated(), rules)),
        ];
        Cost[][] rounds = Step.RunInterleaved(steps, isQuick ? QuickRounds : Rounds);

        Console.WriteLine($"{Events:N0} events of 10 properties, each tracked twice; CPU time of all cores, medians of {rounds.Length} rounds.");
        Console.WriteLine();
        Console.WriteLine("| step | ms | MB | of the generator's time | ± |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        for (int i = 0; i < steps.Length; i++)
        {
            int step = i;
            Print(steps[i].Name, [.. rounds.Select(round => round[step])], rounds);
        }

        Print("**the rules add**", [.. rounds.Select(round => round[3] - round[1])], rounds);
        Print("of that, what any rule adds", [.. rounds.Select(round => round[2] - round[1])], rounds);
        Print("of that, what ours do", [.. rounds.Select(round => round[3] - round[2])], rounds);
        PrintEachRule(project, rules);
    }

    /// <summary>Analyzes and emits, like the compiler.</summary>
    private static void Build(CSharpCompilation compilation, ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        if (analyzers.IsEmpty)
        {
            compilation.GetDiagnostics();
        }
        else if (Analyze(compilation, analyzers).GetAllDiagnosticsAsync().GetAwaiter().GetResult() is { IsEmpty: false } found
            && found.FirstOrDefault(diagnostic => diagnostic.Id is "AD0001" || diagnostic.Id.StartsWith("TE", StringComparison.Ordinal)) is { } wrong)
        {
            throw new InvalidOperationException($"The benchmark's project violates a rule: {wrong}");
        }

        compilation.Emit(Stream.Null);
    }

    private static CompilationWithAnalyzers Analyze(CSharpCompilation compilation, ImmutableArray<DiagnosticAnalyzer> analyzers) =>
        compilation.WithAnalyzers(analyzers, new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]),
            onAnalyzerException: null,
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: true));

    private static void Print(string name, Cost[] costs, Cost[][] rounds)
    {
        double[] ratios = [.. costs.Select((cost, round) => cost.Milliseconds / rounds[round][0].Milliseconds).Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {Median(costs.Select(cost => cost.Milliseconds)):F0} | {Median(costs.Select(cost => cost.Megabytes)):F1} | {ratios[ratios.Length / 2]:F2} | {(ratios[ratios.Length * 3 / 4] - ratios[ratios.Length / 4]) / 2:F2} |"));
    }

    /// <summary>The first analyzer that requests shared information pays for all of them.</summary>
    private static void PrintEachRule(EventProject project, ImmutableArray<DiagnosticAnalyzer> rules)
    {
        CompilationWithAnalyzers analysis = Analyze(project.CompileWithGenerated(), rules);
        AnalysisResult result = analysis.GetAnalysisResultAsync(CancellationToken.None).GetAwaiter().GetResult();
        Console.WriteLine();
        Console.WriteLine("| rule | ms within its actions, one run | actions |");
        Console.WriteLine("| --- | ---: | --- |");
        foreach ((DiagnosticAnalyzer rule, AnalyzerTelemetryInfo telemetry) in result.AnalyzerTelemetryInfo.OrderByDescending(pair => pair.Value.ExecutionTime))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {rule.SupportedDiagnostics[0].Id} {rule.GetType().Name} | {telemetry.ExecutionTime.TotalMilliseconds:F1} | {(telemetry.OperationActionsCount > 0 ? "operations" : "symbols")} |"));
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Native AOT executables don't contain this benchmark.")]
    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = "Native AOT executables don't contain this benchmark.")]
    private static ImmutableArray<DiagnosticAnalyzer> Rules() =>
    [
        .. typeof(EngageEventGenerator).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(type))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];
}

/// <summary>The cost of a step.</summary>
internal readonly record struct Cost(double Milliseconds, double Megabytes)
{
    public static Cost operator -(Cost left, Cost right) => new(left.Milliseconds - right.Milliseconds, left.Megabytes - right.Megabytes);
}

/// <summary>One step of a build, which takes far too long for <see cref="Interleaved"/>.</summary>
internal sealed record Step(string Name, Action Run)
{
    /// <summary>Runs all steps in each round, in random order.</summary>
    public static Cost[][] RunInterleaved(Step[] steps, int rounds)
    {
        const int WarmUpRounds = 1;
        var random = new Random(1);
        int[] order = [.. Enumerable.Range(0, steps.Length)];
        var costs = new List<Cost[]>();
        for (int round = -WarmUpRounds; round < rounds; round++)
        {
            random.Shuffle(order);
            var costsOfRound = new Cost[steps.Length];
            foreach (int i in order)
            {
                costsOfRound[i] = steps[i].Measure();
            }

            if (round >= 0)
            {
                costs.Add(costsOfRound);
            }
        }

        return [.. costs];
    }

    private Cost Measure()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        long bytes = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan before = process.TotalProcessorTime;
        Run();
        process.Refresh();
        return new Cost(
            (process.TotalProcessorTime - before).TotalMilliseconds,
            (GC.GetTotalAllocatedBytes(precise: true) - bytes) / (1024.0 * 1024.0));
    }
}
