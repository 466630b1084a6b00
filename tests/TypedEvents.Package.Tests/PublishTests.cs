using System.Globalization;
using System.Text.RegularExpressions;
using TypedEvents.Collector;
using TypedEvents.Package.Tests.Support;

namespace TypedEvents.Package.Tests;

/// <summary>
/// Programs published in every way run, and what they track arrives at a collector in another process: this one. They take
/// minutes, so only <c>eng/publishes</c> runs them.
/// </summary>
public sealed partial class PublishTests
{
    /// <summary>In no order: it tracks for several users, whose requests are under way at once.</summary>
    private static readonly string[] QuickstartEvents = ["cart_updated", "feature_used", "feature_used", "order_placed", "sign_up", "sign_up", "sign_up"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Quickstart_runs_as_a_native_binary() =>
        Sizes.AssertWithin("Quickstart, native", await RunQuickstartAsync());

    [Fact(Explicit = true)]
    public Task Quickstart_runs_trimmed() =>
        RunQuickstartAsync("-p:PublishAot=false", "-p:PublishTrimmed=true", "--self-contained");

    [Fact(Explicit = true)]
    public Task Quickstart_runs_as_a_single_file() =>
        RunQuickstartAsync("-p:PublishAot=false", "-p:PublishSingleFile=true", "--no-self-contained");

    [Fact(Explicit = true)]
    public Task Quickstart_runs_ready_to_run() =>
        RunQuickstartAsync("-p:PublishAot=false", "-p:PublishReadyToRun=true", "--no-self-contained");

    [Fact(Explicit = true)]
    public async Task A_native_service_delivers_what_an_earlier_start_could_not()
    {
        using Published published = await PublishAsync(Repository.Root, "samples/DurableService", ["-warnaserror"]);
        Assert.Empty(published.Warnings);
        string file = Path.Combine(published.Folder, "events.db");
        EngageLabCollector down = await EngageLabCollector.StartAsync(cancellationToken: Cancellation);
        await down.DisposeAsync();

        CommandResult first = await RunAsync(5);
        await using EngageLabCollector up = await EngageLabCollector.StartAsync(new CollectorOptions { Port = down.BaseAddress.Port }, Cancellation);
        CommandResult second = await RunAsync(3);

        Assert.Contains("5 tracked; the file: 0 delivered, 5 waiting", first.AssertSucceeded().Output, StringComparison.Ordinal);
        Assert.Contains("3 tracked; the file: 8 delivered, 0 waiting", second.AssertSucceeded().Output, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Repeat("order_placed", 8), up.Events.Select(received => received.EventName));
        Assert.Equal(0, up.DuplicateCount);
        Sizes.AssertWithin("DurableService, native", published.SizeOf("DurableService"));

        Task<CommandResult> RunAsync(int orders) => Command.RunAsync(
            published.PathOf("DurableService"),
            published.Folder,
            [file, orders.ToString(CultureInfo.InvariantCulture)],
            new Dictionary<string, string> { ["ENGAGELAB_BASE_ADDRESS"] = down.BaseAddress.ToString() });
    }

    [Fact(Explicit = true)]
    public async Task A_program_for_NET_8_runs_on_NET_8()
    {
        using Published published = await PublishConsumerAsync("Net8");

        await RunConsumerAsync(published, "Net8", "order_placed");
    }

    [Fact(Explicit = true)]
    public async Task The_package_adds_little_to_a_native_binary_with_HttpClient()
    {
        using Published alone = await PublishConsumerAsync("HttpClientAlone");
        using Published with = await PublishConsumerAsync("Console");

        await RunConsumerAsync(alone, "HttpClientAlone", "sign_up");
        await RunConsumerAsync(with, "Console", "sign_up", "sign_up", "page_view");
        Sizes.AssertWithin("Console less HttpClientAlone, native", with.SizeOf("Console") - alone.SizeOf("HttpClientAlone"));
    }

    [Fact(Explicit = true)]
    public async Task The_tests_of_behaviour_pass_in_a_native_binary_with_the_libraries_rooted_whole()
    {
        using Published published = await PublishAsync(Repository.Root, "tests/TypedEvents.Native.Tests");

        // The tests themselves and xunit may reflect; the libraries and the code that is generated for users may not.
        Assert.DoesNotContain(published.Warnings, warning =>
            warning.Contains("/src/TypedEvents", StringComparison.Ordinal) || warning.Contains(".g.cs", StringComparison.Ordinal));

        CommandResult result = await Command.RunAsync(published.PathOf("TypedEvents.Native.Tests"), published.Folder, []);
        Figures.Note($"behaviour tests in a native binary: {result.Output.TrimEnd().Split('\n')[^1]}");
        result.AssertSucceeded();
    }

    /// <returns>The size of the program's file.</returns>
    private static async Task<long> RunQuickstartAsync(params string[] options)
    {
        using Published published = await PublishAsync(Repository.Root, "samples/Quickstart", ["-warnaserror", .. options]);
        Assert.Empty(published.Warnings);
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(cancellationToken: Cancellation);

        CommandResult result = await Command.RunAsync(published.PathOf("Quickstart"), published.Folder, [], new Dictionary<string, string>
        {
            ["ENGAGELAB_API_KEY"] = "local",
            ["ENGAGELAB_API_SECRET"] = "local",
            ["ENGAGELAB_BASE_ADDRESS"] = collector.BaseAddress.ToString(),
        });

        result.AssertSucceeded();
        Assert.Equal(QuickstartEvents, collector.Events.Select(received => received.EventName).Order(StringComparer.Ordinal));
        return published.SizeOf("Quickstart");
    }

    private static async Task RunConsumerAsync(Published published, string program, params string[] expected)
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(cancellationToken: Cancellation);

        (await Command.RunAsync(published.PathOf(program), published.Folder, [collector.BaseAddress.ToString()])).AssertSucceeded();

        Assert.Equal(expected, collector.Events.Select(received => received.EventName));
    }

    private static async Task<Published> PublishConsumerAsync(string project)
    {
        Consumers consumers = await Consumers.LaidAsync();
        Published published = await PublishAsync(Path.Combine(consumers.Folder, project), project + ".csproj", ["-warnaserror"], consumers.Environment);
        Assert.Empty(published.Warnings);
        return published;
    }

    private static async Task<Published> PublishAsync(string folder, string project, IEnumerable<string>? options = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var published = new Published(Directory.CreateTempSubdirectory("TypedEvents.Published.").FullName);
        CommandResult result = await Command.DotNetAsync(
            folder,
            ["publish", project, "-c", "Release", "--use-current-runtime", "-tl:off", "-v:m", "-o", published.Folder, .. options ?? []],
            environment);
        result.AssertSucceeded();
        published.Warnings = [.. Warning().Matches(result.Output).Select(match => match.Value.Trim()).Distinct()];
        return published;
    }

    [GeneratedRegex(@"^.*\bwarning [A-Z]+[0-9]+\b.*$", RegexOptions.Multiline)]
    private static partial Regex Warning();

    /// <summary>A folder with a published program; gone when it is disposed of.</summary>
    private sealed class Published(string folder) : IDisposable
    {
        public string Folder { get; } = folder;

        public IReadOnlyList<string> Warnings { get; set; } = [];

        public string PathOf(string program) => Path.Combine(Folder, OperatingSystem.IsWindows() ? program + ".exe" : program);

        public long SizeOf(string program) => new FileInfo(PathOf(program)).Length;

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
