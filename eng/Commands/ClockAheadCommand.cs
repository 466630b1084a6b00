using System.CommandLine;
using System.Globalization;
using System.Xml.Linq;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>
/// Runs the test suites that depend on time with the system clock at another date, so that a test that passes only on some days fails now.
/// It uses the output of <c>dotnet build</c>; the last lines count the tests.
/// </summary>
internal static class ClockAheadCommand
{
    private static readonly string[] Suites = ["TypedEvents.Tests", "TypedEvents.Outbox.Sqlite.Tests", "TypedEvents.Emulator.Tests"];

    public static Command Create()
    {
        var days = new Option<int>("--days") { Description = "How far the clock is ahead, in days; below 0 it is behind.", DefaultValueFactory = _ => 400 };
        var command = new Command("clock-ahead", "Runs the suites that depend on time with the system clock 400 days ahead (Linux).") { days };
        command.SetAction(result => RunAsync(result.GetValue(days), Console.WriteLine));
        return command;
    }

    public static async Task<int> RunAsync(int days, Action<string> onLine)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new EngException("The clock of other processes can be moved with libfaketime on Linux only.");
        }

        if (!Shell.Has("faketime") && !(await DebianPackages.TryInstallAsync("faketime") && Shell.Has("faketime")))
        {
            throw new EngException("faketime is missing and could not be installed. Install the package faketime (Debian, Ubuntu) or libfaketime (Fedora, Alpine).");
        }

        using var results = new TemporaryFolder();
        int status = 0;
        int passed = 0;
        int failed = 0;
        DateTime expected = DateTime.UtcNow.AddDays(days);
        foreach (string suite in Suites)
        {
            string file = results[suite + ".xml"];
            int code = await Shell.TryRunAsync(
                "faketime",
                [
                    "-f", $"{(days < 0 ? "" : "+")}{days.ToString(CultureInfo.InvariantCulture)}d",
                    Path.Combine(Repository.Root, "tests", suite, "bin", "Debug", "net10.0", suite),
                    // The models use virtual time only, and take as long as all other tests together.
                    "-noColor", "-class-", "TypedEvents.Tests.Model*", "-result-xml", file,
                ],
                onLine,
                new Dictionary<string, string?>
                {
                    // Only the date moves: waits use the monotonic clock. If libfaketime faked that as well, sleeps would end immediately.
                    // Files keep the times that the file system gives them: libfaketime fakes those for some of the calls that read them only.
                    ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
                    ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
                    ["NO_FAKE_STAT"] = "1",
                });
            status = code == 0 ? status : 1;
            if (!File.Exists(file))
            {
                onLine($"{suite} left no result: it did not run to completion.");
                status = 1;
                continue;
            }

            XElement assembly = XDocument.Load(file).Descendants("assembly").First();
            int suitePassed = (int)assembly.Attribute("passed")!;
            passed += suitePassed;
            failed += (int)assembly.Attribute("failed")! + (int)assembly.Attribute("errors")!;
            var ran = DateTime.Parse(assembly.Attribute("run-date")!.Value, CultureInfo.InvariantCulture);
            if (suitePassed == 0)
            {
                onLine($"{suite} ran none of its {assembly.Attribute("total")!.Value} tests.");
                status = 1;
            }
            else if (Math.Abs((ran - expected).TotalDays) > 2)
            {
                onLine($"{suite} ran on {ran:yyyy-MM-dd}: its clock was not moved.");
                status = 1;
            }
        }

        onLine($"With the clock {Math.Abs(days)} days {(days < 0 ? "behind" : "ahead")}");
        onLine($"  failed: {failed}");
        onLine($"  succeeded: {passed}");
        return failed > 0 ? 1 : status;
    }
}
