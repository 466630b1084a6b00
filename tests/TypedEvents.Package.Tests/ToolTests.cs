using System.Net;
using System.Net.Sockets;
using TypedEvents.Package.Tests.Support;

namespace TypedEvents.Package.Tests;

/// <summary>The command-line tool, installed from its package, on a program that was built with the packages.</summary>
public sealed class ToolTests
{
    [Fact]
    public async Task The_tool_installs_and_reads_the_plan_of_a_program()
    {
        Consumers consumers = await Consumers.BuiltAsync();
        string folder = Directory.CreateTempSubdirectory("TypedEvents.Tool.").FullName;
        try
        {
            (await Command.DotNetAsync(
                consumers.Folder,
                ["tool", "install", "TypedEvents.Cli", "--tool-path", folder, "--version", consumers.Packages.Version],
                consumers.Environment)).AssertSucceeded();
            string tool = Path.Combine(folder, OperatingSystem.IsWindows() ? "typedevents.exe" : "typedevents");
            string assembly = consumers.AssemblyOf("Console");

            Assert.Equal($"{consumers.Packages.Version}\n", (await Command.RunAsync(tool, folder, ["--version"])).AssertSucceeded().Output);
            string plan = (await Command.RunAsync(tool, folder, ["plan", "show", assembly])).AssertSucceeded().Output;
            Assert.Contains("sign_up", plan, StringComparison.Ordinal);
            Assert.Contains("page_view", plan, StringComparison.Ordinal);

            // The program tracks to the address in its argument.
            int port = FreePort();
            (await Command.RunAsync(
                tool,
                folder,
                ["run", "--port", $"{port}", "--expect", "sign_up=2", "--expect", "page_view=1", "--save", "events.jsonl", "--", "dotnet", assembly, $"http://127.0.0.1:{port}/"])).AssertSucceeded();
            Assert.Equal(3, (await File.ReadAllLinesAsync(Path.Combine(folder, "events.jsonl"), TestContext.Current.CancellationToken)).Length);

            // The native library of SQLite is looked up beside the tool.
            CommandResult missing = await Command.RunAsync(tool, folder, ["outbox", "stats", "--file", assembly]);
            Assert.Equal(2, missing.ExitCode);
            Assert.StartsWith("typedevents: ", missing.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("fault of typedevents", missing.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
