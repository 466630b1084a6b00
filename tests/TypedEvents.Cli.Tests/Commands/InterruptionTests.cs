using System.Diagnostics;
using System.Globalization;

namespace TypedEvents.Cli.Tests;

/// <summary>Signals, as a terminal or a CI system sends them to the tool's process.</summary>
public sealed class InterruptionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("typedevents-cli-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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

        string lockPath = Path.Combine(_folder, LockFile.Name);
        await File.WriteAllTextAsync(lockPath, PlanWriter.Write(TrackingPlan.Empty), Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_folder, "Shop.csproj"), "<Project />", Cancellation);

        // A build that doesn't end, and says which process it is.
        string build = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "bin")).FullName, "dotnet");
        string started = Path.Combine(_folder, "started");
        await File.WriteAllTextAsync(build, $"#!/bin/sh\necho $$ > '{started}.tmp' && mv '{started}.tmp' '{started}'\nexec sleep 600\n", Cancellation);
        File.SetUnixFileMode(build, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        using ToolProcess tool = ToolProcess.Start(
            _folder,
            ["plan", "accept"],
            new Dictionary<string, string> { ["PATH"] = $"{Path.Combine(_folder, "bin")}:{Environment.GetEnvironmentVariable("PATH")}" });
        await WaitForAsync(started, tool);
        int buildId = int.Parse(await File.ReadAllTextAsync(started, Cancellation), CultureInfo.InvariantCulture);
        await tool.SignalAsync(signal);

        Assert.Equal(new ToolResult(130, "", ""), await tool.EndAsync());
        Assert.Equal(PlanWriter.Write(TrackingPlan.Empty), await File.ReadAllTextAsync(lockPath, Cancellation));
        Assert.Equal(["Shop.csproj", "started", LockFile.Name], Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.False(ToolProcess.IsRunning(buildId), "The build still runs.");
    }

    private static async Task WaitForAsync(string file, ToolProcess tool)
    {
        var watch = Stopwatch.StartNew();
        while (!File.Exists(file))
        {
            Assert.False(tool.HasExited, "The tool ended too early.");
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "The build wasn't started.");
            await Task.Delay(20, Cancellation);
        }
    }
}
