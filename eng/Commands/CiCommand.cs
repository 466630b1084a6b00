using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>
/// Runs all checks. It needs the .NET SDK of global.json, and restores or installs everything else. If a step fails, the later ones still
/// run. The end names the failed steps and tests, the last line counts all tests, and the exit code is that of the first failed step.
/// </summary>
internal static class CiCommand
{
    public static Command Create()
    {
        var command = new Command("ci", "Runs all checks; the last line counts all tests.");
        command.SetAction(_ => RunAsync());
        return command;
    }

    private static async Task<int> RunAsync()
    {
        var steps = new Steps();
        // One compiler process for all builds, also those of users' projects, even where the host has turned it off: the runtime spends more
        // time on compiling a new one than that spends on a project. It ends with the run. eng/build-time measures without it.
        Environment.SetEnvironmentVariable("UseSharedCompilation", "true");
        if (OperatingSystem.IsLinux())
        {
            // Without them the tests on PostgreSQL and in a browser would be skipped; with these variables such a test fails.
            await steps.RunAsync("PostgreSQL and PgBouncer", InstallPostgreSqlCommand.RunAsync);
            Environment.SetEnvironmentVariable("TYPEDEVENTS_POSTGRES_REQUIRED", "1");
            await steps.RunAsync("Chromium", InstallBrowserCommand.RunAsync);
            Environment.SetEnvironmentVariable("TYPEDEVENTS_BROWSER_REQUIRED", "1");
            // The publishes need it, and so does a test of a file system without locks.
            await steps.RunAsync("Native toolchain", NativeToolchainCommand.RunAsync);
        }

        // Without a successful build nothing can be tested.
        if (await steps.RunAsync("Build, warnings as errors", () => DotNetAsync("build", "-warnaserror", "-tl:off", "-v:m")))
        {
            // The build has enforced the rest of the code style.
            await steps.RunAsync("Format", () => DotNetAsync("format", "whitespace", "--verify-no-changes", "--no-restore"));
            await steps.RunAsync("Documentation site", () => DocsCommand.RunAsync(noBuild: true));
            await steps.RunAsync("Workflows", LintWorkflowsIfPossibleAsync);
            await steps.RunAsync(
                "Tests, including the packages and their consumers",
                () => Shell.TryRunAsync("dotnet", ["test", "--no-build", "--no-progress"], steps.Count));
            if (OperatingSystem.IsLinux())
            {
                await steps.RunAsync("Tests with the clock 400 days ahead and the culture sv-SE", () => ClockAheadCommand.RunAsync(ClockAheadCommand.DefaultDays, steps.Count));
            }

            await steps.RunAsync("Quickstart", () => DotNetAsync("run", "--no-build", "--project", "samples/Quickstart"));
            await steps.RunAsync(
                "Publish: Native AOT, trimmed, single-file, ReadyToRun; tests as a Native AOT executable",
                () => PublishesCommand.RunAsync(isShort: true, ["--no-build"], steps.Count));
        }

        await Shell.TryRunAsync("dotnet", ["build-server", "shutdown", "--vbcscompiler"]);
        return steps.Finish();
    }

    private static Task<int> DotNetAsync(params IEnumerable<string> arguments) => Shell.TryRunAsync("dotnet", arguments);

    private static Task<int> LintWorkflowsIfPossibleAsync()
    {
        if (LintWorkflowsCommand.IsPossible)
        {
            return LintWorkflowsCommand.RunAsync();
        }

        Console.WriteLine("Skipped: node and npm are missing on this host.");
        return Task.FromResult(0);
    }
}
