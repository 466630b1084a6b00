using System.Text;

namespace TypedEvents.Cli.Tests;

/// <summary><c>typedevents emulator</c>, as a process.</summary>
public sealed class EmulatorCommandTests : FolderTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task The_first_lines_are_the_address_and_the_page_and_a_signal_ends_it(string signal)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no signals.");
            return;
        }

        await File.WriteAllTextAsync(PathOf(LockFile.Name), """{ "plan": 1, "events": { "sign_up": { "properties": {} } } }""", Cancellation);
        using ToolProcess tool = ToolProcess.Start(Folder, ["emulator", "--port", "0", "--fail", "503 first 1"], new Dictionary<string, string> { ["ENGAGELAB_API_SECRET"] = "very-secret" });
        string listening = (await tool.ReadLineAsync())!;
        string page = (await tool.ReadLineAsync())!;
        Assert.Matches(@"^Listening on http://127\.0\.0\.1:\d+/, API key local, API secret from ENGAGELAB_API_SECRET\.$", listening);
        var address = new Uri(listening.Split(' ', ',')[2]);
        Assert.Equal($"Live page: {address}_typedevents/", page);

        using var client = new HttpClient { BaseAddress = address };
        Assert.Contains("<!DOCTYPE html>", await client.GetStringAsync("_typedevents/", Cancellation), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(503, await ReportAsync(client, "local:very-secret"));
        Assert.Equal(200, await ReportAsync(client, "local:very-secret"));
        Assert.Equal(401, await ReportAsync(client, "local:local"));

        await tool.SignalAsync(signal);
        ToolResult result = await tool.EndAsync();
        Assert.Equal(new ToolResult(130, "", "Plan: typedevents.lock.json, 1 events.\n1 events in 3 requests, 0 duplicates.\n"), result);
    }

    [Theory]
    [InlineData("""{ "plan": 1 """, "")]
    [InlineData("""{ "plan": 2, "events": {} }""", "newer")]
    public async Task A_plan_that_can_not_be_read_is_named(string plan, string reason)
    {
        await File.WriteAllTextAsync(PathOf(LockFile.Name), plan, Cancellation);

        string line = (await new TestTool(Folder).RunAsync("emulator", "--port", "0")).Failure();

        Assert.Contains(LockFile.Name, line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_is_opened_in_the_browser_of_the_desktop()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Elsewhere the shell opens it.");
            return;
        }

        // A browser that writes down its address.
        string opened = PathOf("opened");
        string browser = Path.Combine(Directory.CreateDirectory(PathOf("bin")).FullName, "xdg-open");
        await File.WriteAllTextAsync(browser, $"#!/bin/sh\necho \"$1\" > '{opened}.tmp' && mv '{opened}.tmp' '{opened}'\n", Cancellation);
        File.SetUnixFileMode(browser, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        using ToolProcess tool = ToolProcess.Start(Folder, ["emulator", "--port", "0", "--open"], new Dictionary<string, string> { ["PATH"] = $"{Path.GetDirectoryName(browser)}:{Environment.GetEnvironmentVariable("PATH")}" });
        await tool.ReadLineAsync();
        string page = (await tool.ReadLineAsync())!;
        await ToolProcess.FileAsync(opened);

        Assert.Equal(page, $"Live page: {(await File.ReadAllTextAsync(opened, Cancellation)).Trim()}");
    }

    private static async Task<int> ReportAsync(HttpClient client, string credentials)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/event/report")
        {
            Content = new StringContent("""{"data":[{"euid":1,"event_name":"sign_up","itime":1}]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}");
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
        return (int)response.StatusCode;
    }
}
