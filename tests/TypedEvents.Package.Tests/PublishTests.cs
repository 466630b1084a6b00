using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TypedEvents.Emulator;
using TypedEvents.Package.Tests.Support;
using TypedEvents.PostgreSql.TestServer;

namespace TypedEvents.Package.Tests;

/// <summary>
/// Published programs of all kinds run, and an emulator in this process, another one than theirs, receives their events. The tests take
/// minutes, so only <c>eng/publishes</c> runs them; <c>.ci/run</c> leaves out those with the trait <see cref="Extent"/>.
/// </summary>
[Collection(OneAtATime)]
public sealed class PublishTests
{
    /// <summary>Publishing and packing restore the same projects, so they can't run concurrently.</summary>
    internal const string OneAtATime = "One at a time";

    /// <summary>The name of the trait of what another publish in <c>.ci/run</c> covers for the most part.</summary>
    internal const string Extent = "Extent";

    /// <summary>The value of that trait.</summary>
    internal const string WholeOnly = "whole only";

    /// <summary>The programs in <c>samples</c> that are published from the sources.</summary>
    public static TheoryData<string> Samples => [.. Sample.All.Select(sample => sample.Name)];

    /// <summary>The same for forms in which programs hardly differ: in a short run only the first is published.</summary>
    public static IEnumerable<TheoryDataRow<string>> FirstOfSamples => Sample.All.Select((sample, index) =>
        index == 0 ? new TheoryDataRow<string>(sample.Name) : new TheoryDataRow<string>(sample.Name).WithTrait(Extent, WholeOnly));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Explicit = true)]
    [MemberData(nameof(Samples))]
    public async Task A_sample_runs_as_a_Native_AOT_executable(string name)
    {
        var sample = Sample.Named(name);
        using PublishedProgram published = await sample.PublishAsync();

        Assert.Empty(published.Warnings);
        Assert.Empty(published.Assemblies());
        Assert.False(PublishedProgram.HoldsContracts(published.Path), "The tracking plan is for builds, and no part of a published program.");
        await sample.AssertDeliversAsync(published, Cancellation);
        Sizes.AssertWithin($"{name}, native", published.Size);
    }

    /// <summary>The behavior tests, which root the same libraries, find such warnings in a short run.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Samples))]
    [Trait(Extent, WholeOnly)]
    public async Task A_sample_whose_libraries_are_rooted_compiles_to_Native_AOT_without_warnings(string name)
    {
        var sample = Sample.Named(name);
        using PublishedProgram published = await sample.PublishAsync("-p:RootLibraries=true");

        Assert.Empty(published.Warnings);
        Assert.Empty(published.Assemblies());
        await sample.AssertDeliversAsync(published, Cancellation);
        Figures.Note(string.Create(CultureInfo.InvariantCulture, $"{name}, native, {string.Join(" and ", sample.Libraries)} rooted: {published.Warnings.Count} IL warnings, {published.Size:N0} bytes"));
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(FirstOfSamples))]
    public async Task A_sample_runs_trimmed(string name)
    {
        var sample = Sample.Named(name);
        using PublishedProgram published = await sample.PublishAsync("-p:PublishAs=trimmed");

        Assert.Empty(published.Warnings);
        // The framework is included, but only the parts that the program uses.
        Assert.Contains("System.Private.CoreLib", published.Assemblies());
        Assert.DoesNotContain("System.Private.Xml", published.Assemblies());
        Assert.False(PublishedProgram.HoldsContracts(published.PathOf(name + ".dll")), "The tracking plan is for builds, and no part of a trimmed program.");
        long whole = new FileInfo(typeof(object).Assembly.Location).Length;
        long trimmed = new FileInfo(published.PathOf("System.Private.CoreLib.dll")).Length;
        Assert.True(trimmed < whole / 2, string.Create(CultureInfo.InvariantCulture, $"System.Private.CoreLib has {trimmed:N0} of {whole:N0} bytes."));
        await sample.AssertDeliversAsync(published, Cancellation);
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(FirstOfSamples))]
    public async Task A_sample_runs_as_a_single_file(string name)
    {
        var sample = Sample.Named(name);
        using PublishedProgram published = await sample.PublishAsync("-p:PublishAs=single-file");

        Assert.Empty(published.Warnings);
        Assert.Empty(published.Assemblies());
        await sample.AssertDeliversAsync(published, Cancellation);
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(FirstOfSamples))]
    public async Task A_sample_runs_ready_to_run(string name)
    {
        var sample = Sample.Named(name);
        using PublishedProgram published = await sample.PublishAsync("-p:PublishAs=ready-to-run");

        Assert.Empty(published.Warnings);
        Assert.All([name, .. sample.Libraries], assembly => Assert.True(published.IsReadyToRun(assembly), $"{assembly}.dll contains no native code."));

        // Untrimmed, it is whole: so the others would show a contract if they had one.
        Assert.True(PublishedProgram.HoldsContracts(published.PathOf(name + ".dll")));
        await sample.AssertDeliversAsync(published, Cancellation);
    }

    [Fact(Explicit = true)]
    public async Task A_program_for_NET_8_runs_on_NET_8()
    {
        using PublishedProgram published = await PublishConsumerAsync("Net8");

        Assert.Empty(published.Warnings);
        await RunConsumerAsync(published, """order_placed {"order_id":"0195f2d0-4f1c-7d53-9b1e-5c7a86a3b001","total":548.90,"method":"bank_transfer","paid_at":"2026-03-01T11:30:15.250Z","products":["lamp","café ☕"]}""");
    }

    /// <summary>.NET 8's client factory logs each header as it is, unless it is told what to hide.</summary>
    [Fact(Explicit = true)]
    public async Task The_log_of_a_client_of_the_factory_on_NET_8_holds_no_credentials()
    {
        using PublishedProgram published = await PublishConsumerAsync("Net8Host");
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);

        CommandResult result = (await published.RunAsync([emulator.BaseAddress.ToString()])).AssertSucceeded();

        Assert.Equal("sign_up", Assert.Single(emulator.Events).EventName);
        Assert.Contains("Authorization: *", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("local:local"u8), result.Output, StringComparison.Ordinal);
    }

    [Fact(Explicit = true)]
    [Trait(Extent, WholeOnly)]
    public async Task A_web_application_that_reads_its_settings_from_a_section_runs_as_a_Native_AOT_executable()
    {
        using PublishedProgram published = await PublishConsumerAsync("WebApp");
        using PublishedProgram byHand = await PublishConsumerAsync("WebAppByHand");

        Assert.Empty(published.Warnings.Concat(byHand.Warnings));
        await RunConsumerAsync(published, """sign_up {"plan":"pro"}""");
        await RunConsumerAsync(byHand, """sign_up {"plan":"pro"}""");
        Figures.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"WebApp, native: {published.Size:N0} bytes, {published.Size - byHand.Size:N0} more than with a tracker that is registered by hand"));
    }

    [Fact(Explicit = true)]
    public async Task A_program_with_a_PostgreSQL_outbox_runs_as_a_Native_AOT_executable()
    {
        await using PostgreSqlDatabase database = await PostgreSqlDatabase.CreateAsync();
        using PublishedProgram published = await PublishConsumerAsync("SharedOutbox");
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);

        Assert.Empty(published.Warnings);
        Assert.Empty(published.Assemblies());
        (await published.RunAsync([emulator.BaseAddress.ToString(), database.ConnectionString])).AssertSucceeded();
        Assert.Equal(["""{"plan":"pro"}""", """{"plan":"team"}"""], emulator.Events.Select(received => received.Properties?.GetRawText()));
        Figures.Note(string.Create(CultureInfo.InvariantCulture, $"SharedOutbox, native: {published.Size:N0} bytes"));
    }

    /// <summary>A shop and a worker, as their users publish them: from the packages. Each delivers until it is told to end, and loses nothing then.</summary>
    [Theory(Explicit = true)]
    [InlineData("Storefront", "native")]
    [InlineData("Storefront", "trimmed", Traits = [Extent, WholeOnly])]
    [InlineData("Worker", "native", Traits = [Extent, WholeOnly])]
    [InlineData("Worker", "trimmed", Traits = [Extent, WholeOnly])]
    public async Task A_sample_that_is_restored_from_the_packages_delivers_until_it_is_told_to_end(string name, string publishAs)
    {
        using PublishedProgram published = await PublishConsumerAsync(name, publishAs == "native" ? [] : [$"-p:PublishAs={publishAs}"]);
        Assert.Empty(published.Warnings);
        if (publishAs == "native")
        {
            Assert.Empty(published.Assemblies());
            Figures.Note(string.Create(CultureInfo.InvariantCulture, $"{name}, native, from the packages: {published.Size:N0} bytes"));
        }

        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        int port = FreePort();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task hasHappened = name == "Storefront" ? LookAtProductAsync(port, emulator, ended.Token) : emulator.WaitForEventsAsync(2, ended.Token);
        CommandResult result = await published.RunUntilAsync(
            [],
            new Dictionary<string, string>
            {
                ["DOTNET_ENVIRONMENT"] = "Production",
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
                ["TypedEvents__BaseAddress"] = emulator.BaseAddress.ToString(),
                ["TypedEvents__AllowInsecureLoopback"] = "true",
                ["TypedEvents__ApiKey"] = "local",
                ["TypedEvents__ApiSecret"] = "local",
            },
            hasHappened);
        await ended.CancelAsync();

        result.AssertSucceeded();
        Assert.Equal(name == "Storefront" ? "product_viewed" : "invoice_sent", emulator.Events.Select(received => received.EventName).Distinct().Single());
        Assert.Equal(0, emulator.DuplicateCount);
    }

    [Fact(Explicit = true)]
    public async Task The_package_adds_little_to_a_Native_AOT_executable_with_HttpClient()
    {
        using PublishedProgram alone = await PublishConsumerAsync("HttpClientAlone");
        using PublishedProgram with = await PublishConsumerAsync("Console");

        Assert.Empty(alone.Warnings.Concat(with.Warnings));
        await RunConsumerAsync(alone, """sign_up {"plan":"pro","seats":3}""");
        await RunConsumerAsync(
            with,
            """sign_up {"plan":"pro","seats":3}""",
            """sign_up {"plan":"team","seats":40,"referrer":"a friend"}""",
            """page_view {"page":"/pricing","shown":2000}""");
        Sizes.AssertWithin("Console less HttpClientAlone, native", with.Size - alone.Size);
    }

    [Fact(Explicit = true)]
    public async Task The_behavior_tests_pass_in_a_Native_AOT_executable_whose_libraries_are_rooted()
    {
        using PublishedProgram published = await PublishedProgram.PublishAsync(Repository.PathOf("tests", "TypedEvents.Native.Tests"), []);

        // Tests and xunit may use reflection; the libraries and the generated code may not.
        Assert.DoesNotContain(published.Warnings, warning =>
            warning.Contains("/src/TypedEvents", StringComparison.Ordinal) || warning.Contains(".g.cs", StringComparison.Ordinal));

        CommandResult result = await published.RunAsync([]);
        Figures.Note($"behavior tests in a Native AOT executable: {result.Output.Split('\n').Single(line => line.Contains(" passed, ", StringComparison.Ordinal))}");
        result.AssertSucceeded();
    }

    private static async Task RunConsumerAsync(PublishedProgram published, params string[] expected)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);

        (await published.RunAsync([emulator.BaseAddress.ToString()])).AssertSucceeded();

        Assert.Equal(expected, emulator.Events.Select(received => $"{received.EventName} {received.Properties?.GetRawText()}"));
        Assert.Equal(0, emulator.DuplicateCount);
    }

    private static async Task<PublishedProgram> PublishConsumerAsync(string project, params string[] options)
    {
        Consumers consumers = await Consumers.LaidAsync();
        return await PublishedProgram.PublishAsync(Path.Combine(consumers.Folder, project), ["-warnaserror", .. options], consumers.Environment);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Requests a page as soon as the shop is open, and waits for the event.</summary>
    private static async Task LookAtProductAsync(int port, EngageLabEmulator emulator, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        while (true)
        {
            try
            {
                Assert.Equal("Product desk", await client.GetStringAsync(new Uri("/products/desk", UriKind.Relative), cancellationToken));
                break;
            }
            catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConnectionError)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
        }

        await emulator.WaitForEventsAsync(1, cancellationToken);
    }
}
