using System.Diagnostics;
using System.Globalization;

namespace TypedEvents.Benchmarks.Delivery;

/// <summary>
/// Compares two programs that report one event, one with TypedEvents and one with HttpClient only: the sizes of their Native AOT
/// executables, and the time from their start to the request.
/// </summary>
internal static class NativeBenchmark
{
    private static readonly string[] Programs = ["HttpClientOnly", "TypedEventsOnly"];

    public static void Run(BenchmarkOptions options)
    {
        string root = Root();
        string output = Directory.CreateTempSubdirectory("typedevents-native-").FullName;
        var report = new Report("native", options);
        var chart = new BarChart("Milliseconds from the start of the program to its first delivered event", "ms");
        var starts = new List<(string Program, string Mode, string File, string[] Arguments)>();
        var sizes = new Dictionary<string, long>();
        foreach (string program in Programs)
        {
            string project = Path.Combine(root, "benchmarks", "NativeSize", program);
            string native = Path.Combine(output, program + "-native");
            string managed = Path.Combine(output, program + "-managed");
            Publish(project, native);
            Publish(project, managed, "-p:PublishAot=false", "-p:PublishReadyToRun=false", "--no-self-contained");
            sizes[program] = new FileInfo(Path.Combine(native, program)).Length;
            starts.Add((program, "native", Path.Combine(native, program), []));
            starts.Add((program, "JIT", Path.Combine(managed, program), []));
        }

        long arrived = 0;
        using var server = new LoopbackServer(_ => Volatile.Write(ref arrived, Stopwatch.GetTimestamp()));
        int rounds = options.IsQuick ? 5 : 20;
        double[][] times = [.. starts.Select(_ => new double[rounds])];
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < starts.Count; i++)
            {
                long start = Stopwatch.GetTimestamp();
                Volatile.Write(ref arrived, 0);
                using Process process = Process.Start(new ProcessStartInfo(starts[i].File, [server.Port.ToString(CultureInfo.InvariantCulture)]))!;
                process.WaitForExit();
                if (process.ExitCode != 0 || Volatile.Read(ref arrived) == 0)
                {
                    throw new InvalidOperationException($"{starts[i].File} delivered no event and ended with exit code {process.ExitCode}.");
                }

                if (round >= 0)
                {
                    times[i][round] = Stopwatch.GetElapsedTime(start, Volatile.Read(ref arrived)).TotalMilliseconds;
                }
            }
        }

        report.Line(Machine.Describe());
        report.Line("");
        report.Line("| program | size of the Native AOT executable | more than HttpClient alone | first delivery, native | first delivery, JIT |");
        report.Line("| --- | ---: | ---: | ---: | ---: |");
        foreach (string program in Programs)
        {
            double native = Median(times[starts.FindIndex(start => start.Program == program && start.Mode == "native")]);
            double managed = Median(times[starts.FindIndex(start => start.Program == program && start.Mode == "JIT")]);
            report.Line($"| {program} | {sizes[program] / 1e6:F2} MB | {(sizes[program] - sizes[Programs[0]]) / 1e6:F2} MB | {native:F0} ms | {managed:F0} ms |");
            chart.Add(program == Programs[0] ? "HttpClient alone" : "TypedEvents", "native", native, program != Programs[0]);
            chart.Add(program == Programs[0] ? "HttpClient alone" : "TypedEvents", "JIT", managed, program != Programs[0]);
        }

        report.Picture("Milliseconds from the start of the program to its first delivered event", chart);
        report.End();
        Directory.Delete(output, recursive: true);
    }

    private static double Median(double[] times) => times.Order().ElementAt(times.Length / 2);

    private static void Publish(string project, string output, params string[] more)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-o", output, "-v:q", "-tl:off", .. more])
        {
            RedirectStandardOutput = true,
        })!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(said);
        }
    }

    private static string Root()
    {
        string? folder = Environment.CurrentDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "TypedEvents.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("Run it within the repository: it publishes benchmarks/NativeSize.");
    }
}
