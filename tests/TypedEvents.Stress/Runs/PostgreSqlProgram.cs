using System.Runtime.InteropServices;

namespace TypedEvents.Stress;

/// <summary>The long soak run on PostgreSQL (<c>eng/stress postgresql</c>): prints the table of docs/reliability.md.</summary>
internal static class PostgreSqlProgram
{
    /// <param name="arguments"><c>minutes</c>; <c>seed</c>; <c>command</c> and <c>commit</c>, to be printed.</param>
    /// <returns>0 if the run was clean.</returns>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        int seed = arguments.Number("seed", Environment.TickCount);
        await Console.Error.WriteLineAsync($"seed={seed}");
        PostgreSqlReport report = await new PostgreSqlSoak(ChildHost.Jit, seed).RunAsync(
            TimeSpan.FromMinutes(arguments.Number("minutes", 5)), Enum.GetValues<PostgreSqlFault>());
        KillReport kills = report.Events;
        Console.WriteLine($"{DateTime.UtcNow:yyyy-MM-dd}, `{arguments.Optional("command") ?? "TypedEvents.Stress postgresql"}`, seed {seed}, commit {arguments.Optional("commit") ?? "unknown"};");
        Console.WriteLine($"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}, {RuntimeInformation.FrameworkDescription}. {(kills.IsClean ? "Clean" : "**FAILED**")}.");
        Console.WriteLine();
        Console.WriteLine("| | |");
        Console.WriteLine("| --- | --- |");
        Add("duration", $"{report.Duration.TotalMinutes:F1} min");
        Add("processes killed, stopped, frozen beyond their lease", $"{report.Count(PostgreSqlFault.KillProcess)}, {report.Count(PostgreSqlFault.StopProcess)}, {report.Count(PostgreSqlFault.FreezeProcess)}");
        Add("connections silent beyond the lease", $"{report.Count(PostgreSqlFault.SilenceNetwork)}");
        Add("server crashed, one session killed, standby promoted", $"{report.Count(PostgreSqlFault.CrashServer)}, {report.Count(PostgreSqlFault.KillSession)}, {report.Count(PostgreSqlFault.FailOver)}");
        Add("acknowledged, appended, delivered", $"{kills.Acknowledged:N0}, {kills.Appended:N0}, {kills.Delivered:N0}");
        Add("**lost**", $"{kills.Lost:N0}");
        Add("**under a second id**; resent under the same", $"{kills.SecondIds:N0}; {kills.Resends:N0}");
        Add("dead letters; good events among them, or without evidence", $"{kills.DeadLetters:N0}; {kills.Misjudged:N0}, {kills.WithoutEvidence:N0}");
        Add("out of order, wrong users, wrong statistics", $"{kills.OutOfOrder:N0}, {kills.WrongUsers:N0}, {kills.WrongStatistics:N0}");
        if (!kills.IsClean)
        {
            Console.WriteLine(report);
        }

        return kills.IsClean ? 0 : 1;

        static void Add(string row, FormattableString value) => Console.WriteLine($"| {row} | {FormattableString.Invariant(value)} |");
    }
}
