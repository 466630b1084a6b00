using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>Runs benchmarks as a Native AOT executable.</summary>
internal static class BenchmarkNativeCommand
{
    public static Command Create()
    {
        var command = new Command("benchmark-native", "Runs benchmarks as a Native AOT executable: benchmark-native serialization [--quick] [--write]")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(result => RunAsync(result.UnmatchedTokens));
        return command;
    }

    private static async Task RunAsync(IReadOnlyList<string> arguments)
    {
        await NativeToolchainCommand.RunAsync();
        using var output = new TemporaryFolder();
        await Shell.RunAsideAsync(
            "dotnet",
            "publish", "benchmarks/TypedEvents.Benchmarks", "-c", "Release", "-p:DynamicCodeSupport=false", "-v:q", "-tl:off", "-o", output.FullPath);
        await Shell.RunAsync(output["TypedEvents.Benchmarks"], arguments);
    }
}
