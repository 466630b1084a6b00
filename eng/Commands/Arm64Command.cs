using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>
/// Runs suites, and Quickstart as a Native AOT executable, for arm64 on a host of another architecture, by emulation. It takes many minutes,
/// so it isn't part of <c>.ci/run</c>.
/// </summary>
internal static class Arm64Command
{
    /// <summary>Suites that start no compiler and no other program.</summary>
    private static readonly string[] Tested =
    [
        "TypedEvents.Serialization.Tests", "TypedEvents.Testing.Tests", "TypedEvents.Emulator.Tests", "TypedEvents.Tests",
    ];

    public static Command Create()
    {
        var only = new Option<string?>("--only") { Description = "Only the suites whose name contains this, or 'native'." };
        var command = new Command("arm64", "Runs suites and a Native AOT sample for linux-arm64 by emulation, and prints a table for docs/proof.md (Debian).") { only };
        command.SetAction(result => RunAsync(result.GetValue(only) ?? "", Console.WriteLine));
        return command;
    }

    public static async Task<int> RunAsync(string only, Action<string> onLine)
    {
        using Arm64Emulation emulation = await Arm64Emulation.PrepareAsync();
        var rows = new List<(string Name, string Passed, string Failed)>();
        bool isClean = true;
        foreach (string suite in Tested.Where(suite => suite.Contains(only, StringComparison.Ordinal)))
        {
            string[] program = await emulation.PublishAsync($"tests/{suite}");
            SuiteResult result = await Suites.RunAsync(suite, program, new Surroundings(IsEmulated: true), onLine);
            onLine($"  failed: {result.Failed}");
            onLine($"  succeeded: {result.Passed}");
            isClean &= result is { Failed: 0, IsComplete: true };
            rows.Add((suite, $"{result.Passed}", $"{result.Failed}{(result.IsComplete ? "" : ", not complete")}"));
        }

        if ("native".Contains(only, StringComparison.Ordinal))
        {
            int code = await RunQuickstartAsync(emulation);
            isClean &= code == 0;
            rows.Add(("Quickstart as a Native AOT executable", code == 0 ? "ran" : "-", code == 0 ? "-" : $"exit code {code}"));
        }

        Console.WriteLine("| on arm64, by emulation | passed | failed |");
        Console.WriteLine("| --- | ---: | ---: |");
        foreach ((string name, string passed, string failed) in rows)
        {
            Console.WriteLine($"| {name} | {passed} | {failed} |");
        }

        return isClean && rows.Count > 0 ? 0 : 1;
    }

    private static async Task<int> RunQuickstartAsync(Arm64Emulation emulation)
    {
        if (!Shell.Has("aarch64-linux-gnu-gcc")
            && !(await DebianPackages.TryInstallAsync("gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross") && Shell.Has("aarch64-linux-gnu-gcc")))
        {
            throw new EngException("A Native AOT executable for arm64 is linked by gcc-aarch64-linux-gnu, which could not be installed.");
        }

        using var folder = new TemporaryFolder();
        // The SDK speaks to clang, whose option names the target; gcc for one target doesn't know it.
        string linker = folder["linker"];
        await File.WriteAllTextAsync(linker, """
            #!/usr/bin/env bash
            arguments=()
            for argument in "$@"; do [[ $argument == --target=* ]] || arguments+=("$argument"); done
            exec aarch64-linux-gnu-gcc "${arguments[@]}"
            """);
        if (OperatingSystem.IsLinux())
        {
            File.SetUnixFileMode(linker, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        string[] program = await emulation.PublishAsync(
            "samples/Quickstart", "-c", "Release", $"-p:CppCompilerAndLinker={linker}", "-p:ObjCopyName=aarch64-linux-gnu-objcopy");
        return await Shell.TryRunAsync(program[0], program[1..]);
    }
}
