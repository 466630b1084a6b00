using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>
/// Kills processes that track and deliver, runs floods, rejections, hangs and a soak run, and prints a table for docs/reliability.md.
/// </summary>
internal static class StressCommand
{
    public static Command Create()
    {
        var kills = new Argument<int?>("kills") { Description = "Kills under the JIT. Default: 1,000.", Arity = ArgumentArity.ZeroOrOne };
        var nativeKills = new Argument<int?>("native kills") { Description = "Kills of the Native AOT executable. Default: as many.", Arity = ArgumentArity.ZeroOrOne };
        var minutes = new Argument<int?>("minutes") { Description = "Minutes of the soak run. Default: 5.", Arity = ArgumentArity.ZeroOrOne };
        var soakMinutes = new Argument<int?>("minutes") { Description = "Its minutes. Default: 5.", Arity = ArgumentArity.ZeroOrOne };
        var soak = new Command("soak", "Only the soak run.") { soakMinutes };
        soak.SetAction(result => RunAsync(0, 0, result.GetValue(soakMinutes) ?? 5));
        var postgreSqlMinutes = new Argument<int?>("minutes") { Description = "Its minutes. Default: 5.", Arity = ArgumentArity.ZeroOrOne };
        var postgreSql = new Command(
            "postgresql",
            "Only the soak run on PostgreSQL: processes killed, stopped and frozen, networks silent, the server crashed, a session killed, a standby promoted.")
        {
            postgreSqlMinutes,
        };
        postgreSql.SetAction(result => RunPostgreSqlAsync(result.GetValue(postgreSqlMinutes) ?? 5));
        var command = new Command(
            "stress",
            "Kills processes that track and deliver, runs floods, rejections, hangs and a soak run, and prints a table for docs/reliability.md. "
            + "JIT=only skips the Native AOT executable; SEED=n repeats a run's random choices. The exit code is 0 only if all runs were clean.")
        {
            kills, nativeKills, minutes, soak, postgreSql,
        };
        command.SetAction(result => RunAsync(
            result.GetValue(kills) ?? 1000,
            result.GetValue(nativeKills) ?? result.GetValue(kills) ?? 1000,
            result.GetValue(minutes) ?? 5));
        return command;
    }

    public static async Task<int> RunPostgreSqlAsync(int minutes)
    {
        await InstallPostgreSqlCommand.RunAsync();
        string? seed = Environment.GetEnvironmentVariable("SEED");
        List<string> arguments =
        [
            "postgresql", $"minutes={minutes}",
            $"command={(seed is null ? "" : $"SEED={seed} ")}eng/stress postgresql {minutes}",
            $"commit={await CommitAsync()}",
        ];
        if (seed is not null)
        {
            arguments.Add($"seed={seed}");
        }

        using var output = new TemporaryFolder();
        await PublishForJitAsync(output["jit"]);
        return await Shell.TryRunAsync("dotnet", [output["jit", "TypedEvents.Stress.dll"], .. arguments]);
    }

    private static async Task<string> CommitAsync() =>
        Shell.Has("git") ? (await Shell.OutputOfAsync("git", "describe", "--always", "--dirty")).Trim() : "unknown";

    private static Task PublishForJitAsync(string folder) => Shell.RunAsideAsync(
        "dotnet", "publish", "tests/TypedEvents.Stress", "-c", "Release", "-p:PublishAot=false", "-tl:off", "-v:q", "-o", folder);

    public static async Task<int> RunAsync(int kills, int nativeKills, int minutes)
    {
        string? seed = Environment.GetEnvironmentVariable("SEED");
        bool isJitOnly = Environment.GetEnvironmentVariable("JIT") == "only";
        string prefix = (seed is null ? "" : $"SEED={seed} ") + (isJitOnly ? "JIT=only " : "");
        List<string> arguments =
        [
            "run", $"kills={kills}", $"nativekills={nativeKills}", $"soak={minutes}",
            $"command={prefix}eng/stress {(kills == 0 ? $"soak {minutes}" : $"{kills} {nativeKills} {minutes}")}",
            $"commit={await CommitAsync()}",
        ];
        if (seed is not null)
        {
            arguments.Add($"seed={seed}");
        }

        using var output = new TemporaryFolder();
        await PublishForJitAsync(output["jit"]);
        if (!isJitOnly)
        {
            await NativeToolchainCommand.RunAsync();
            await Shell.RunAsideAsync("dotnet", "publish", "tests/TypedEvents.Stress", "-c", "Release", "-warnaserror", "-tl:off", "-v:q", "-o", output["native"]);
            arguments.Add("native=" + Shell.PathOf(output["native", "TypedEvents.Stress"]));
        }

        return await Shell.TryRunAsync("dotnet", [output["jit", "TypedEvents.Stress.dll"], .. arguments]);
    }
}
