using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using TypedEvents.Emulator;

namespace TypedEvents.Cli.Tests;

/// <summary><c>typedevents run</c>, as a process that starts a real application with a real tracker.</summary>
public sealed class RunCommandTests : FolderTests
{
    /// <summary>The tool within this process, which finds programs where a shell does.</summary>
    private TestTool Tester => new(Folder) { Environment = { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! } };

    [Fact]
    public async Task An_application_that_sends_what_is_expected_passes_and_its_events_are_saved()
    {
        string file = PathOf("events.jsonl");
        await File.WriteAllTextAsync(file, "of an earlier run", Cancellation);

        ToolResult result = await RunAsync(["--expect", "sign_up=2", "--expect", "order_placed", "--save", "events.jsonl"], "host", "0", "sign_up", "order_placed", "sign_up");

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.Contains("typedevents: 3 events of 1 user in ", result.Error, StringComparison.Ordinal);
        Assert.Equal(["sign_up", "order_placed", "sign_up"], NamesIn(file));
        Assert.Equal(["events.jsonl"], Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Credentials_of_the_environment_are_neither_used_nor_shown()
    {
        var environment = new Dictionary<string, string>
        {
            ["ENGAGELAB_API_KEY"] = "real-key",
            ["ENGAGELAB_API_SECRET"] = "real-secret",
            ["ENGAGELAB_BASE_ADDRESS"] = "http://127.0.0.1:1/",
            ["TypedEvents__ApiSecret"] = "other-secret",
        };

        ToolResult result = await ToolProcess.RunAsync(
            Folder, ["run", "--expect", "sign_up=1", "--save", "events.jsonl", "-v", "d", "--", .. ToolProcess.Application("plain", "0", "sign_up")], environment);

        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("real-", result.Output + result.Error + await File.ReadAllTextAsync(PathOf("events.jsonl"), Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain("other-secret", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_string_of_the_environment_is_replaced()
    {
        var environment = new Dictionary<string, string>
        {
            ["ConnectionStrings__engagelab"] = "Endpoint=http://127.0.0.1:1/;ApiKey=real-key;ApiSecret=real-secret;AllowInsecureLoopback=true",
            ["ConnectionStrings__shop"] = "Host=127.0.0.1;Database=shop",
        };

        ToolResult result = await ToolProcess.RunAsync(Folder, ["run", "--expect", "sign_up=1", "--", .. ToolProcess.Application("connection", "0", "sign_up")], environment);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("Host=127.0.0.1;Database=shop\n", result.Output);
    }

    [Fact]
    public async Task An_expectation_that_is_not_met_fails_and_says_what_came_instead()
    {
        ToolResult result = await RunAsync(["--expect", "sign_up", "-v", "q"], "host", "0", "order_placed", "order_placed");

        Assert.Equal((1, "", "typedevents: Expected sign_up, but it wasn't received. Received instead: order_placed (2).\n"), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task The_exit_code_of_the_application_wins()
    {
        ToolResult result = await RunAsync(["--expect", "sign_up"], "host", "7", "order_placed");

        Assert.Equal(7, result.ExitCode);
        Assert.Contains("Expected sign_up, but it wasn't received.", result.Error, StringComparison.Ordinal);
        Assert.EndsWith("typedevents: the application ended with exit code 7.\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_application_prints_is_not_changed()
    {
        // A shell's redirection keeps the bytes, which a reader of text wouldn't.
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("It needs a POSIX shell.");
            return;
        }

        string command = string.Join(' ', ((string[])[ToolProcess.Host, Path.Combine(AppContext.BaseDirectory, "TypedEvents.Cli.dll"), "run", "-v", "q", "--", .. ToolProcess.Application("print")]).Select(word => $"'{word}'"));
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"exec {command} >out 2>err"]) { WorkingDirectory = Folder, Environment = { ["DOTNET_ROLL_FORWARD"] = "LatestMajor" } })!;
        await shell.WaitForExitAsync(Cancellation);

        Assert.Equal([0x1B, .. "[31m"u8, 0xFF, 0x00, (byte)'\r', (byte)'x'], await File.ReadAllBytesAsync(PathOf("out"), Cancellation));
        Assert.Equal([0xFE, 0x07, (byte)'y', (byte)'\n'], await File.ReadAllBytesAsync(PathOf("err"), Cancellation));
    }

    [Theory]
    [InlineData("no-such-program", "'no-such-program' can't be started: it isn't in PATH. A program in this folder is written as ./no-such-program.")]
    [InlineData("./no-such-program", "'./no-such-program' can't be started: there is no such program.")]
    [InlineData("./text", "'./text' can't be started: it isn't executable.")]
    [InlineData("./missing", "'./missing' can't be started: there is no such program.")]
    [InlineData("./bin/Shop.dll", "'./bin/Shop.dll' can't be started: it is an assembly. Write: typedevents run -- dotnet ./bin/Shop.dll")]
    public async Task An_application_that_can_not_be_started_is_one_line_and_leaves_everything_as_it_was(string program, string message)
    {
        await File.WriteAllTextAsync(PathOf("events.jsonl"), "of an earlier run", Cancellation);
        await File.WriteAllTextAsync(PathOf("text"), "", Cancellation);

        Assert.Equal(message, (await Tester.RunAsync("run", "--save", "events.jsonl", "--", program)).Failure());

        Assert.Equal("of an earlier run", await File.ReadAllTextAsync(PathOf("events.jsonl"), Cancellation));
        Assert.Equal(["events.jsonl", "text"], Directory.EnumerateFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_program_of_the_current_folder_is_not_taken_for_one_of_PATH()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no executable bit.");
            return;
        }

        await File.WriteAllTextAsync(PathOf("app"), "#!/bin/sh\nexit 5\n", Cancellation);
        File.SetUnixFileMode(PathOf("app"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal(2, (await ToolProcess.RunAsync(Folder, ["run", "--", "app"])).ExitCode);
        Assert.Equal(5, (await ToolProcess.RunAsync(Folder, ["run", "--", "./app"])).ExitCode);
        Assert.Equal(5, (await ToolProcess.RunAsync(Folder, ["run", "--", "app"], new Dictionary<string, string> { ["PATH"] = $"{Folder}:{Environment.GetEnvironmentVariable("PATH")}" })).ExitCode);
    }

    [Fact]
    public async Task A_program_without_the_right_format_can_not_be_started()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no executable bit.");
            return;
        }

        await File.WriteAllTextAsync(PathOf("app"), "\u0001", Cancellation);
        File.SetUnixFileMode(PathOf("app"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        string line = (await Tester.RunAsync("run", "-v", "q", "--save", "events.jsonl", "--", "./app")).Failure();

        Assert.Contains("can't be started: ", line, StringComparison.Ordinal);
        Assert.Equal(["app"], Directory.EnumerateFiles(Folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_the_application_gracefully_then_the_emulator(string signal)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no signals.");
            return;
        }

        using ToolProcess tool = Start(["--expect", "sign_up", "--save", "events.jsonl"], "wait");
        Assert.Equal("ready", await tool.ReadLineAsync());
        await tool.SignalAsync(signal);
        ToolResult result = await tool.EndAsync();

        // The event is tracked when the application is asked to end.
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("typedevents: 1 event of 1 user in ", result.Error, StringComparison.Ordinal);
        Assert.Equal(["sign_up"], NamesIn(PathOf("events.jsonl")));
        Assert.Equal(["events.jsonl"], Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_second_signal_kills_an_application_that_does_not_end()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no signals.");
            return;
        }

        using ToolProcess tool = Start(["--save", "events.jsonl"], "stubborn");
        string ready = (await tool.ReadLineAsync())!;
        int id = int.Parse(ready["ready ".Length..], CultureInfo.InvariantCulture);
        await tool.SignalAsync("TERM");
        Assert.True(ToolProcess.IsRunning(id));
        await tool.SignalAsync("INT");
        ToolResult result = await tool.EndAsync();

        // 128 and SIGKILL.
        Assert.Equal(137, result.ExitCode);
        Assert.Contains("interrupted again, so the application is killed.", result.Error, StringComparison.Ordinal);
        Assert.False(ToolProcess.IsRunning(id), "The application still runs.");
        Assert.Equal([], NamesIn(PathOf("events.jsonl")));
    }

    [Fact]
    public async Task An_application_that_does_not_end_in_time_is_killed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no signals.");
            return;
        }

        var clock = new FakeTimeProvider();
        using var error = new StringWriter { NewLine = "\n" };
        var context = new ToolContext { Out = TextWriter.Null, Error = error, Folder = Folder, Environment = Environment.GetEnvironmentVariable, Clock = clock };
        using var interruption = new CancellationTokenSource();
        using ApplicationProcess application = ApplicationProcess.Start(
            ApplicationProcess.Find("sh", context), ["-c", "trap 'echo asked >> asked' TERM; touch ready; while true; do sleep 0.05; done"], new Dictionary<string, string>(), Folder);
        Task<int> ended = application.WaitAsync(context, interruption.Token);
        await ToolProcess.FileAsync(PathOf("ready"));
        await interruption.CancelAsync();
        await ToolProcess.FileAsync(PathOf("asked"));

        clock.Advance(ApplicationProcess.Patience - TimeSpan.FromSeconds(1));
        Assert.False(ended.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(137, await ended.WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
        Assert.Equal("typedevents: the application hasn't ended within 45 seconds, so it is killed.\n", error.ToString());
        Assert.Equal("asked\n", await File.ReadAllTextAsync(PathOf("asked"), Cancellation));
    }

    [Fact]
    public async Task Ctrl_C_on_a_terminal_reaches_the_application_once()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/script"))
        {
            Assert.Skip("It needs a pseudo-terminal, which script(1) of Linux makes.");
            return;
        }

        // The terminal sends SIGINT to both. A second request would be a SIGTERM soon after.
        await File.WriteAllTextAsync(PathOf("app"), "#!/bin/sh\ntrap 'echo INT >> got' INT\ntrap 'echo TERM >> got' TERM\ntouch ready\nwhile [ ! -s got ]; do sleep 0.05; done\nsleep 0.5\nexit 9\n", Cancellation);
        File.SetUnixFileMode(PathOf("app"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        // Instead of the shell: dash would end with SIGINT as well.
        string command = $"exec '{ToolProcess.Host}' '{Path.Combine(AppContext.BaseDirectory, "TypedEvents.Cli.dll")}' run -- ./app";
        using var terminal = Process.Start(new ProcessStartInfo("/usr/bin/script", ["-q", "-e", "-c", command, "/dev/null"])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["DOTNET_ROLL_FORWARD"] = "LatestMajor" },
        })!;
        await ToolProcess.FileAsync(PathOf("ready"));
        await terminal.StandardInput.WriteAsync('\u0003');
        await terminal.StandardInput.FlushAsync(Cancellation);
        string shown = await terminal.StandardOutput.ReadToEndAsync(Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        await terminal.WaitForExitAsync(Cancellation);

        Assert.Equal("INT\n", await File.ReadAllTextAsync(PathOf("got"), Cancellation));
        Assert.True(terminal.ExitCode == 9, shown);
    }

    [Fact]
    public async Task Coverage_of_the_nearest_lock_file_and_events_that_break_it()
    {
        await File.WriteAllTextAsync(PathOf(LockFile.Name), Plan, Cancellation);
        Directory.CreateDirectory(PathOf("inner"));

        ToolResult result = await ToolProcess.RunAsync(
            PathOf("inner"), ["run", "--cover", "67", "--fail-on-invalid", "--", .. ToolProcess.Application("host", "0", "sign_up", "no_seats", "order_placed")]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("typedevents: Expected 67% of the plan's events, but 1 of 2 events of the plan was received (50%). Never received: trial_started.\n", result.Error, StringComparison.Ordinal);
        Assert.Contains("typedevents: Expected valid events, but 1 order_placed event breaks the plan (it isn't in the plan); 1 sign_up event breaks the plan (seats below 1).\n", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--cover 1", "--cover needs a plan, and there is no typedevents.lock.json at or above this folder: name one with --plan, or write one with 'typedevents plan accept'.")]
    [InlineData("--fail-on-invalid --no-plan", "--fail-on-invalid needs a plan, and there is no typedevents.lock.json at or above this folder: name one with --plan, or write one with 'typedevents plan accept'.")]
    [InlineData("--plan no.json", "There is no file 'no.json'.")]
    [InlineData("--save .", "'.' is a folder: name a file.")]
    public async Task What_can_not_be_done_is_said_before_the_application_starts(string arguments, string message)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("It needs a POSIX shell.");
            return;
        }

        string line = (await Tester.RunAsync(["run", .. arguments.Split(' '), "--", "sh", "-c", "touch started"])).Failure();

        Assert.Equal(message, line.Replace($"'{Folder}/no.json'", "'no.json'", StringComparison.Ordinal).Replace($"'{Folder}'", "'.'", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
    }

    [Fact]
    public async Task A_port_in_use_is_one_line()
    {
        await using EngageLabEmulator other = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        string port = other.BaseAddress.Port.ToString(CultureInfo.InvariantCulture);

        foreach (string[] command in new string[][] { ["run", "--port", port, "--", "sh"], ["emulator", "--port", port] })
        {
            Assert.Equal(
                $"Port {port} is in use. Choose another one with --port, or any free one with --port 0.",
                (await Tester.RunAsync(command)).Failure());
        }
    }

    [Fact]
    public async Task Faults_are_survived_and_what_is_rejected_in_the_end_is_named()
    {
        await File.WriteAllTextAsync(PathOf(LockFile.Name), Plan, Cancellation);

        ToolResult result = await RunAsync(["--fail", "503 first 1", "--fail", "reject order_placed", "--expect", "sign_up=1", "--expect", "order_placed"], "host", "0", "sign_up", "order_placed");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("typedevents: Expected order_placed, but it wasn't received: 1 was rejected, 400 90422.\n", result.Error, StringComparison.Ordinal);
        Assert.Contains("  sign_up       1\n", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Expected sign_up", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_that_can_not_be_read_are_named()
    {
        await File.WriteAllTextAsync(PathOf(LockFile.Name), Plan, Cancellation);

        ToolResult result = await RunAsync(["--fail", "429 first 1", "--expect", "sign_up", "--fail-on-invalid"], "post", "v1/user/register", "v1/event/report", "v1/event/report", "v1/events");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("typedevents: 1 request was rejected as a whole: status 404.\n", result.Error, StringComparison.Ordinal);
        Assert.Contains("typedevents: Expected sign_up, but it wasn't received. No event was accepted in 4 requests; 2 requests were rejected as a whole, status 400; 1 request was rejected as a whole, status 404.\n", result.Error, StringComparison.Ordinal);
        Assert.Contains("typedevents: Expected valid events, but 2 requests were rejected as a whole (status 400); 1 request was rejected as a whole (status 404).\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_of_as_many_events_as_a_tracker_may_send_are_accepted()
    {
        await File.WriteAllTextAsync(PathOf(LockFile.Name), Plan, Cancellation);

        ToolResult result = await ToolProcess.RunAsync(
            Folder,
            ["run", "--expect", "sign_up=150", "--fail-on-invalid", "--", .. ToolProcess.Application(["host", "0", .. Enumerable.Repeat("sign_up", 150)])],
            new Dictionary<string, string> { ["TypedEvents__MaxBatchEvents"] = "1000" });

        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("typedevents: 150 events of 1 user in 2 requests.\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_can_be_saved_to_a_device()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no /dev.");
            return;
        }

        ToolResult result = await RunAsync(["--save", "/dev/null"], "host", "0", "sign_up");

        Assert.Equal(0, result.ExitCode);
        Assert.True(File.Exists("/dev/null"));
        Assert.False(File.Exists("/dev/null.partial"));
        Assert.Equal(0, new FileInfo("/dev/null").Length);
        AtomicFile.Write("/dev/null", "text", Cancellation);
        Assert.Equal(0, new FileInfo("/dev/null").Length);
    }

    private const string Plan = """
        {
          "plan": 1,
          "events": {
            "sign_up": { "properties": { "plan": { "type": "string", "required": true }, "seats": { "type": "integer", "required": true, "min": 1 } } },
            "trial_started": { "properties": {} }
          }
        }
        """;

    private static string[] NamesIn(string file) =>
        [.. File.ReadAllLines(file).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event_name").GetString()!)];

    private ToolProcess Start(string[] options, params string[] application) => ToolProcess.Start(Folder, ["run", .. options, "--", .. ToolProcess.Application(application)]);

    private Task<ToolResult> RunAsync(string[] options, params string[] application) => ToolProcess.RunAsync(Folder, ["run", .. options, "--", .. ToolProcess.Application(application)]);
}
