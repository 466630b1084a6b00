using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>
/// Runs all checks. It needs the .NET SDK of global.json, and restores or installs everything else. If a step fails, the later ones still
/// run. The end names the failed steps and tests, the last line counts all tests, and the exit code is that of the first failed step.
/// </summary>
internal static partial class CiCommand
{
    public static Command Create()
    {
        var command = new Command("ci", "Runs all checks; the last line counts all tests.");
        command.SetAction(_ => new Run().RunAsync());
        return command;
    }

    private sealed class Run
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private readonly List<string> _failedSteps = [];
        private readonly SortedSet<string> _failedTests = new(StringComparer.Ordinal);
        private int _passed;
        private int _failed;
        private int _exitCode;

        public async Task<int> RunAsync()
        {
            if (OperatingSystem.IsLinux())
            {
                // Without them the tests on PostgreSQL would be skipped; with this variable such a test fails.
                await StepAsync("PostgreSQL and PgBouncer", async () =>
                {
                    await InstallPostgreSqlCommand.RunAsync();
                    return 0;
                });
                Environment.SetEnvironmentVariable("TYPEDEVENTS_POSTGRES_REQUIRED", "1");
            }

            // Without a successful build nothing can be tested.
            if (await StepAsync("Build, warnings as errors", () => DotNetAsync("build", "-warnaserror", "-tl:off", "-v:m")))
            {
                await StepAsync("Format", () => DotNetAsync("format", "--verify-no-changes", "--no-restore"));
                await StepAsync("Documentation site", () => DocsCommand.RunAsync(noBuild: true));
                await StepAsync("Workflows", LintWorkflowsIfPossibleAsync);
                await StepAsync(
                    "Tests, including the packages and their consumers",
                    () => Shell.TryRunAsync("dotnet", ["test", "--no-build", "--no-progress"], Count));
                if (OperatingSystem.IsLinux())
                {
                    await StepAsync("Tests with the clock 400 days ahead", () => ClockAheadCommand.RunAsync(ClockAheadCommand.DefaultDays, Count));
                }

                await StepAsync("Quickstart", () => DotNetAsync("run", "--no-build", "--project", "samples/Quickstart"));
                await StepAsync(
                    "Publish: Native AOT, trimmed, single-file, ReadyToRun; tests as a Native AOT executable",
                    () => PublishesCommand.RunAsync(["--no-build"], Count));
                await StepAsync("Build time of a user's project", async () =>
                {
                    await BuildTimeCommand.RunAsync(1, Console.WriteLine);
                    return 0;
                });
            }

            Console.WriteLine($"\n== Result ({Seconds} s)");
            foreach (string step in _failedSteps)
            {
                Console.WriteLine("Failed: " + step);
            }

            foreach (string test in _failedTests)
            {
                Console.WriteLine("  failed " + test);
            }

            Console.WriteLine($"{_passed} passed, {_failed} failed");
            return _exitCode;
        }

        private string Seconds => _watch.Elapsed.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);

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

        private async Task<bool> StepAsync(string name, Func<Task<int>> step)
        {
            Console.WriteLine($"\n== {name} ({Seconds} s)");
            int code;
            try
            {
                code = await step();
            }
            catch (EngException exception)
            {
                Console.WriteLine(exception.Message);
                code = exception.ExitCode;
            }

            if (code != 0)
            {
                _exitCode = _exitCode == 0 ? code : _exitCode;
                _failedSteps.Add(name);
                Console.WriteLine($"\n== {name} failed with exit code {code}");
            }

            return code == 0;
        }

        /// <summary>Prints a line of a test run and counts what it says.</summary>
        private void Count(string line)
        {
            lock (_failedTests)
            {
                Console.WriteLine(line);
                string text = Colors().Replace(line, "");
                if (Succeeded().Match(text) is { Success: true } succeeded)
                {
                    _passed += int.Parse(succeeded.Groups[1].Value, CultureInfo.InvariantCulture);
                }
                else if (Failed().Match(text) is { Success: true } failed)
                {
                    _failed += int.Parse(failed.Groups[1].Value, CultureInfo.InvariantCulture);
                }
                else if (FailedTest().Match(text) is { Success: true } test)
                {
                    _failedTests.Add(test.Groups[1].Value + test.Groups[2].Value);
                }
            }
        }
    }

    [GeneratedRegex(@"\x1b\[[0-9;]*m")]
    private static partial Regex Colors();

    [GeneratedRegex(@"^\s*succeeded: (\d+)")]
    private static partial Regex Succeeded();

    [GeneratedRegex(@"^\s*failed: (\d+)")]
    private static partial Regex Failed();

    /// <summary>"failed Namespace.Class.Test (1s)" of the platform's console, or "Namespace.Class.Test [FAIL]" of xunit's.</summary>
    [GeneratedRegex(@"^\s*(?:failed ([^\s(]+\.[^\s(]+)|(\S+\.\S.*) \[FAIL\])")]
    private static partial Regex FailedTest();
}
