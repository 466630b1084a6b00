using System.Globalization;

namespace TypedEvents.Cli.Tests;

/// <summary>Signals, as a terminal or a CI system sends them to the tool's process.</summary>
public sealed class InterruptionTests : FolderTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_the_command_and_the_build_and_leaves_files_as_they_were(string signal)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no signals.");
            return;
        }

        string lockPath = PathOf(LockFile.Name);
        await File.WriteAllTextAsync(lockPath, PlanWriter.Write(TrackingPlan.Empty), Cancellation);
        await File.WriteAllTextAsync(PathOf("Shop.csproj"), "<Project />", Cancellation);

        // A build that doesn't end, and says which process it is.
        string build = Path.Combine(Directory.CreateDirectory(PathOf("bin")).FullName, "dotnet");
        string started = PathOf("started");
        await File.WriteAllTextAsync(build, $"#!/bin/sh\necho $$ > '{started}.tmp' && mv '{started}.tmp' '{started}'\nexec sleep 600\n", Cancellation);
        File.SetUnixFileMode(build, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        using ToolProcess tool = ToolProcess.Start(
            Folder,
            ["plan", "accept"],
            new Dictionary<string, string> { ["PATH"] = $"{PathOf("bin")}:{Environment.GetEnvironmentVariable("PATH")}" });
        await ToolProcess.FileAsync(started);
        int buildId = int.Parse(await File.ReadAllTextAsync(started, Cancellation), CultureInfo.InvariantCulture);
        await tool.SignalAsync(signal);

        Assert.Equal(new ToolResult(130, "", ""), await tool.EndAsync());
        Assert.Equal(PlanWriter.Write(TrackingPlan.Empty), await File.ReadAllTextAsync(lockPath, Cancellation));
        Assert.Equal(["Shop.csproj", "started", LockFile.Name], Directory.EnumerateFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.False(ToolProcess.IsRunning(buildId), "The build still runs.");
    }
}
