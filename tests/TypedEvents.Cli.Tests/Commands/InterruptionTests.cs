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

        using Process tool = Start("plan", "accept");
        await WaitForAsync(started, tool);
        int buildId = int.Parse(await File.ReadAllTextAsync(started, Cancellation), CultureInfo.InvariantCulture);
        using (Process kill = Process.Start("kill", [$"-{signal}", tool.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(Cancellation);
        }

        Task<string> error = tool.StandardError.ReadToEndAsync(Cancellation);
        await tool.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation);

        Assert.Equal((130, ""), (tool.ExitCode, await error));
        Assert.Equal(PlanWriter.Write(TrackingPlan.Empty), await File.ReadAllTextAsync(lockPath, Cancellation));
        Assert.Equal(["Shop.csproj", "started", LockFile.Name], Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.False(IsRunning(buildId), "The build still runs.");
    }

    private Process Start(params string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "TypedEvents.Cli.dll"), .. args])
        {
            start.ArgumentList.Add(argument);
        }

        // This process's PATH decides what is started here, and the variable what the tool takes for dotnet.
        start.Environment.Remove("DOTNET_HOST_PATH");
        start.Environment["PATH"] = $"{Path.Combine(_folder, "bin")}:{start.Environment["PATH"]}";
        return Process.Start(start)!;
    }

    private static async Task WaitForAsync(string file, Process tool)
    {
        var watch = Stopwatch.StartNew();
        while (!File.Exists(file))
        {
            Assert.False(tool.HasExited, "The tool ended too early.");
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "The build wasn't started.");
            await Task.Delay(20, Cancellation);
        }
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
