using System.Globalization;
using System.Xml.Linq;

namespace TypedEvents.Eng.Support;

/// <summary>How a run of test suites differs from an ordinary one.</summary>
/// <param name="Days">How far the system clock is ahead, in days; below 0 it is behind. Other than 0 on Linux only, with libfaketime.</param>
/// <param name="Culture">The culture, such as <c>tr-TR</c>; <see langword="null"/>: that of the host.</param>
/// <param name="IsInvariant">Whether the runtime has no cultures at all.</param>
/// <param name="IsEmulated">Whether qemu runs the program.</param>
internal sealed record Surroundings(int Days = 0, string? Culture = null, bool IsInvariant = false, bool IsEmulated = false)
{
    public override string ToString()
    {
        string[] parts =
        [
            .. Days == 0 ? [] : (string[])[$"the clock {Math.Abs(Days)} days {(Days < 0 ? "behind" : "ahead")}"],
            .. Culture is null ? [] : (string[])[$"the culture {Culture}"],
            .. IsInvariant ? (string[])["invariant globalization"] : [],
            .. IsEmulated ? (string[])["an emulated processor"] : [],
        ];
        return parts.Length == 0 ? "nothing changed" : string.Join(" and ", parts);
    }
}

/// <summary>How many tests a run passed and failed, and whether it ran as it should.</summary>
internal sealed record SuiteResult(int Passed, int Failed, bool IsComplete);

/// <summary>Runs test suites that <c>dotnet build</c> has built, in other surroundings.</summary>
internal static class Suites
{
    public static async Task<SuiteResult> RunAsync(IReadOnlyList<string> suites, Surroundings surroundings, Action<string> onLine)
    {
        if (surroundings.Days != 0)
        {
            await DemandFakeTimeAsync();
        }

        var total = new SuiteResult(0, 0, true);
        foreach (string suite in suites)
        {
            string program = Shell.PathOf(Path.Combine(Repository.Root, "tests", suite, "bin", "Debug", "net10.0", suite));
            SuiteResult one = await RunAsync(suite, [program], surroundings, onLine);
            total = new SuiteResult(total.Passed + one.Passed, total.Failed + one.Failed, total.IsComplete && one.IsComplete);
        }

        onLine($"With {surroundings}");
        onLine($"  failed: {total.Failed}");
        onLine($"  succeeded: {total.Passed}");
        return total;
    }

    /// <summary>Runs one suite.</summary>
    /// <param name="suite">Its name.</param>
    /// <param name="command">The program, and its first arguments.</param>
    /// <param name="surroundings">How the run differs from an ordinary one.</param>
    /// <param name="onLine">Gets each line of its output.</param>
    public static async Task<SuiteResult> RunAsync(string suite, string[] command, Surroundings surroundings, Action<string> onLine)
    {
        using var results = new TemporaryFolder();
        string file = results["result.xml"];
        // The models use virtual time only, and take as long as all other tests together.
        string[] arguments = [.. command, "-noColor", "-class-", "TypedEvents.Tests.Model*", "-result-xml", file];
        var environment = new Dictionary<string, string?>();
        if (surroundings.Culture is { } culture)
        {
            environment["LC_ALL"] = culture.Replace('-', '_') + ".UTF-8";
            arguments = [.. arguments, "-culture", culture];
        }

        if (surroundings.IsInvariant)
        {
            environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        }

        if (surroundings.IsEmulated)
        {
            // qemu doesn't notice code that the runtime changes through another mapping of the same memory, and runs the old one.
            environment["DOTNET_EnableWriteXorExecute"] = "0";
        }

        DateTime expected = DateTime.UtcNow.AddDays(surroundings.Days);
        if (surroundings.Days != 0)
        {
            // Only the date moves: waits use the monotonic clock. If libfaketime faked that as well, sleeps would end immediately.
            // Files keep the times that the file system gives them: libfaketime fakes those for some of the calls that read them only.
            environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
            environment["FAKETIME_FORCE_MONOTONIC_FIX"] = "0";
            environment["NO_FAKE_STAT"] = "1";
            string offset = surroundings.Days.ToString("+#;-#", CultureInfo.InvariantCulture) + "d";
            arguments = ["faketime", "-f", offset, .. arguments];
        }

        int code = await Shell.TryRunAsync(arguments[0], arguments[1..], onLine, environment);
        if (!File.Exists(file))
        {
            onLine($"{suite} left no result: it did not run to completion.");
            return new SuiteResult(0, 0, false);
        }

        XElement assembly = XDocument.Load(file).Descendants("assembly").First();
        int passed = (int)assembly.Attribute("passed")!;
        int failed = (int)assembly.Attribute("failed")! + (int)assembly.Attribute("errors")!;
        var ran = DateTime.Parse(assembly.Attribute("run-date")!.Value, CultureInfo.InvariantCulture);
        if (passed == 0)
        {
            onLine($"{suite} ran none of its {assembly.Attribute("total")!.Value} tests.");
        }
        else if (Math.Abs((ran - expected).TotalDays) > 2)
        {
            onLine($"{suite} ran on {ran.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}: its clock was not moved.");
        }
        else
        {
            return new SuiteResult(passed, failed, code == 0);
        }

        return new SuiteResult(passed, failed, false);
    }

    private static async Task DemandFakeTimeAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new EngException("The clock of other processes can be moved with libfaketime on Linux only.");
        }

        if (!Shell.Has("faketime") && !(await DebianPackages.TryInstallAsync("faketime") && Shell.Has("faketime")))
        {
            throw new EngException("faketime is missing and could not be installed. Install the package faketime (Debian, Ubuntu) or libfaketime (Fedora, Alpine).");
        }
    }
}
