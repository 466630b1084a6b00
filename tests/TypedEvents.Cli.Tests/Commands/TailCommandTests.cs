using System.Text;
using System.Text.Json;
using TypedEvents.Emulator;

namespace TypedEvents.Cli.Tests;

/// <summary><c>typedevents tail</c>, at an emulator in the test's process.</summary>
public sealed class TailCommandTests
{
    private const string Plan = """{ "plan": 1, "events": { "sign_up": { "properties": { "seats": { "type": "integer", "min": 1 } } } } }""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stored_events_are_shown_and_then_those_that_arrive()
    {
        await using EngageLabEmulator emulator = await StartAsync();
        await ReportAsync(emulator, Event("sign_up", """{"seats":3,"text":"a\u001b[31m\nb"}"""));
        var output = new LineWriter();
        Task<int> tail = RunAsync(output, out _, "tail", "--address", $"{emulator.BaseAddress}");
        await output.LinesAsync(1);
        emulator.Next(EmulatorBehavior.Respond(503, 90503));
        await ReportAsync(emulator, Event("sign_up", """{"seats":0}"""));
        await output.LinesAsync(2);
        await ReportAsync(emulator, Event("sign_up", """{"seats":0}""", id: "a"));
        await ReportAsync(emulator, Event("sign_up", """{"seats":0}""", id: "a"));
        await ReportAsync(emulator, Event("sign_up", """{"seats":1}""", id: "a"));
        string[] lines = await output.LinesAsync(5);
        await emulator.DisposeAsync();

        Assert.Equal(0, await tail.WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
        Assert.All(lines, line => Assert.Matches(@"^\d\d:\d\d:\d\d\.\d\d\dZ  sign_up               1                 ", line));
        Assert.Equal(
            [
                "seats=3 text=a\uFFFD[31m b  breaks the plan",
                "seats=0  rejected: 503 90503",
                "seats=0  breaks the plan",
                "seats=0  sent 2 times",
                "seats=1  conflict: differs from the event that arrived first under its random_id",
            ],
            lines.Select(line => line[55..]));
    }

    [Fact]
    public async Task Json_is_an_object_in_each_line_with_the_event_as_received()
    {
        await using EngageLabEmulator emulator = await StartAsync();
        await ReportAsync(emulator, "{\n  \"euid\": 1,\n  \"event_name\": \"sign_up\", \"itime\": 1, \"properties\": {\"text\": \"é\\n\"} }");
        var output = new LineWriter();
        Task<int> tail = RunAsync(output, out _, "tail", "--address", $"{emulator.PageAddress}", "--format", "json");
        string line = (await output.LinesAsync(1))[0];
        await emulator.DisposeAsync();
        await tail;

        using var json = JsonDocument.Parse(line);
        Assert.Equal(["sequence", "time", "event", "user", "status", "problems", "payload"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("é\n", json.RootElement.GetProperty("payload").GetProperty("properties").GetProperty("text").GetString());
        Assert.Equal("breaks", json.RootElement.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("sign_up", "1 2 4")]
    [InlineData("--user 8", "4")]
    [InlineData("--invalid", "2 3")]
    [InlineData("--invalid -n 1", "3")]
    [InlineData("-n 2", "3 4")]
    public async Task Filters(string arguments, string sequences)
    {
        await using EngageLabEmulator emulator = await StartAsync();
        await ReportAsync(emulator, Event("sign_up", """{"seats":1}"""));
        await ReportAsync(emulator, Event("sign_up", """{"seats":0}"""));
        await ReportAsync(emulator, Event("login"));
        await ReportAsync(emulator, Event("sign_up", """{"seats":2}""", euid: 8));
        var output = new LineWriter();
        Task<int> tail = RunAsync(output, out _, ["tail", "--address", $"{emulator.BaseAddress}", "--format", "json", .. arguments.Split(' ')]);
        await output.LinesAsync(sequences.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);

        // A last event that fits all filters, and those before it don't come again.
        await ReportAsync(emulator, Event("sign_up", """{"seats":0}""", euid: 8));
        string[] lines = await output.LinesAsync(sequences.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length + 1);
        await emulator.DisposeAsync();
        await tail;

        Assert.Equal($"{sequences} 5".Trim(), string.Join(' ', lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("sequence").GetInt32())));
    }

    [Fact]
    public async Task Without_stored_events_only_those_that_arrive_are_shown()
    {
        await using EngageLabEmulator emulator = await StartAsync();
        await ReportAsync(emulator, Event("login"));
        var output = new LineWriter();
        Task<int> tail = RunAsync(output, out _, "tail", "--address", $"{emulator.BaseAddress}", "-n", "0");
        while (output.Count == 0)
        {
            await ReportAsync(emulator, Event("sign_up"));
            await Task.Delay(10, Cancellation);
        }

        await emulator.DisposeAsync();
        await tail;
        Assert.DoesNotContain("login", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_the_emulator_is_said()
    {
        await using EngageLabEmulator emulator = await StartAsync();
        await ReportAsync(emulator, Event("sign_up"));
        var output = new LineWriter();
        Task<int> tail = RunAsync(output, out StringWriter error, "tail", "--address", $"{emulator.BaseAddress}");
        await output.LinesAsync(1);
        await ReportAsync(emulator, Event("sign_up"));
        await output.LinesAsync(2);
        await emulator.DisposeAsync();

        Assert.Equal(0, await tail.WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
        Assert.Equal("typedevents: the emulator has ended.\n", error.ToString());
    }

    [Fact]
    public async Task An_interruption_ends_it()
    {
        await using EngageLabEmulator emulator = await StartAsync();
        await ReportAsync(emulator, Event("sign_up"));
        using var interruption = new CancellationTokenSource();
        var output = new LineWriter();
        Task<int> tail = Tool.RunAsync(
            ["tail", "--address", $"{emulator.BaseAddress}"],
            new ToolContext { Out = output, Error = TextWriter.Null, Folder = Path.GetTempPath(), Environment = _ => null },
            interruption.Token);
        await output.LinesAsync(1);
        await interruption.CancelAsync();

        Assert.Equal(130, await tail.WaitAsync(TimeSpan.FromMinutes(1), Cancellation));
    }

    [Fact]
    public async Task It_ends_when_nobody_reads_its_output()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows doesn't tell.");
            return;
        }

        await using EngageLabEmulator emulator = await StartAsync();
        await ReportAsync(emulator, Event("sign_up"));
        using ToolProcess tool = ToolProcess.Start(Path.GetTempPath(), ["tail", "--address", $"{emulator.BaseAddress}"]);
        Assert.Contains("sign_up", await tool.ReadLineAsync(), StringComparison.Ordinal);
        tool.CloseOutput();
        Task<int> ended = tool.ExitAsync();
        while (!ended.IsCompleted)
        {
            await ReportAsync(emulator, Event("sign_up"));
            await Task.Delay(50, Cancellation);
        }

        Assert.Equal(0, await ended);
    }

    [Fact]
    public async Task Where_there_is_no_emulator_the_remedy_is_named()
    {
        await using EngageLabEmulator without = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        var tool = new TestTool(Path.GetTempPath());
        Assert.Equal(
            $"What is at {without.BaseAddress} isn't an emulator with a live page (status 404). 'typedevents emulator' has one, and others with EmulatorOptions.Page.",
            (await tool.RunAsync("tail", "--address", $"{without.BaseAddress}")).Failure());

        await without.DisposeAsync();
        string line = (await tool.RunAsync("tail", "--address", $"{without.BaseAddress}")).Failure();
        Assert.StartsWith($"There is no emulator at {without.BaseAddress}: ", line, StringComparison.Ordinal);
        Assert.EndsWith(". Start one with 'typedevents emulator', or name its address with --address.", line, StringComparison.Ordinal);
    }

    private static Task<EngageLabEmulator> StartAsync() => EngageLabEmulator.StartAsync(new EmulatorOptions { Page = true, Plan = Plan }, Cancellation);

    private static Task<int> RunAsync(LineWriter output, out StringWriter error, params string[] args)
    {
        error = new StringWriter { NewLine = "\n" };
        return Tool.RunAsync(args, new ToolContext { Out = output, Error = error, Folder = Path.GetTempPath(), Environment = _ => null }, Cancellation);
    }

    private static string Event(string name, string properties = "{}", long euid = 1, string? id = null) =>
        $$"""{"euid":{{euid}},"event_name":"{{name}}","itime":1,{{(id is null ? "" : $"\"random_id\":\"{id}\",")}}"properties":{{properties}}}""";

    private static async Task ReportAsync(EngageLabEmulator emulator, string json)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(emulator.BaseAddress, "v1/event/report"))
        {
            Content = new StringContent($$"""{"data":[{{json}}]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Basic {Convert.ToBase64String("local:local"u8)}");
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
    }

    /// <summary>An output that can be waited for.</summary>
    private sealed class LineWriter : StringWriter
    {
        private readonly object _lock = new();
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override Task WriteAsync(string? value)
        {
            lock (_lock)
            {
                Write(value);
                _changed.TrySetResult();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return Task.CompletedTask;
        }

        public int Count
        {
            get
            {
                lock (_lock)
                {
                    return ToString().Split('\n').Length - 1;
                }
            }
        }

        /// <summary>Waits for a number of lines.</summary>
        public async Task<string[]> LinesAsync(int count)
        {
            while (true)
            {
                Task changed;
                lock (_lock)
                {
                    string[] lines = ToString().Split('\n')[..^1];
                    if (lines.Length >= count)
                    {
                        return lines;
                    }

                    changed = _changed.Task;
                }

                await changed.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
            }
        }
    }
}
