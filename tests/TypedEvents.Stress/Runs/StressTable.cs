using System.Runtime.InteropServices;

namespace TypedEvents.Stress;

/// <summary>Runs everything with each kind of child process, and prints the table of docs/reliability.md.</summary>
internal static class StressTable
{
    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);

    /// <param name="arguments">
    /// <c>kills</c>, for each kind of child, 0 for the soak run only; <c>nativekills</c>; <c>takeovers</c>; <c>soak</c>, in minutes;
    /// <c>native</c>, the Native AOT executable; <c>seed</c>; <c>command</c> and <c>commit</c>, to be printed.
    /// </param>
    /// <returns>Whether all runs were clean.</returns>
    public static async Task<bool> PrintAsync(Arguments arguments)
    {
        int kills = arguments.Number("kills", 1000);
        int seed = arguments.Number("seed", Environment.TickCount);
        await Console.Error.WriteLineAsync($"seed={seed}");
        List<(ChildHost Host, int Kills)> hosts = [(ChildHost.Jit, kills)];
        if (arguments.Optional("native") is { } native)
        {
            hosts.Add((ChildHost.Native(native), arguments.Number("nativekills", kills)));
        }

        bool isClean = true;
        List<string> rows = [];
        List<Dictionary<string, string>> columns = [];
        foreach ((ChildHost host, int count) in hosts)
        {
            (IReadOnlyList<(string Row, string Value)> column, bool isHostClean) = await new StressRun(host, seed).RunAsync(
                count, arguments.Number("takeovers", 20), OneMinute * arguments.Number("soak", 5));
            rows.AddRange(column.Select(line => line.Row).Except(rows));
            columns.Add(column.ToDictionary(line => line.Row, line => line.Value));
            isClean &= isHostClean;
        }

        Console.WriteLine($"{DateTime.UtcNow:yyyy-MM-dd}, `{arguments.Optional("command") ?? "TypedEvents.Stress run"}`, seed {seed}, commit {arguments.Optional("commit") ?? "unknown"};");
        Console.WriteLine($"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}, {RuntimeInformation.FrameworkDescription}. {(isClean ? "Clean" : "**FAILED**")}.");
        Console.WriteLine();
        Console.WriteLine($"| | {string.Join(" | ", hosts.Select(host => host.Host.Name))} |");
        Console.WriteLine($"| --- |{string.Concat(hosts.Select(_ => " --- |"))}");
        foreach (string row in rows)
        {
            Console.WriteLine($"| {row} | {string.Join(" | ", columns.Select(column => column.GetValueOrDefault(row, "")))} |");
        }

        return isClean;
    }
}
