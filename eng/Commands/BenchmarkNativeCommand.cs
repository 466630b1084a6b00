using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>Runs benchmarks as a Native AOT executable.</summary>
internal static class BenchmarkNativeCommand
{
    public static Command Create()
    {
        var instructionSet = new Option<string?>("--instruction-set")
        {
            Description = "What the executable may use (IlcInstructionSet), such as x86-64-v3 or x86-64-v4; without it, what every x64 or arm64 host has.",
        };
        var command = new Command("benchmark-native", "Runs benchmarks as a Native AOT executable: benchmark-native serialization [--quick] [--write]")
        {
            instructionSet,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(result => RunAsync(result.GetValue(instructionSet), result.UnmatchedTokens));
        return command;
    }

    private static async Task RunAsync(string? instructionSet, IReadOnlyList<string> arguments)
    {
        await NativeToolchainCommand.RunAsync();
        using var output = new TemporaryFolder();
        string[] options = instructionSet is null ? [] : [$"-p:IlcInstructionSet={instructionSet}"];
        await Shell.RunAsideAsync(
            "dotnet",
            ["publish", "benchmarks/TypedEvents.Benchmarks", "-c", "Release", "-p:DynamicCodeSupport=false", "-v:q", "-tl:off", "-o", output.FullPath, .. options]);
        await Shell.RunAsync(Shell.PathOf(output["TypedEvents.Benchmarks"]), arguments);
    }
}
