using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using TypedEvents.Emulator;
using TypedEvents.Package.Tests.Support;
using TypedEvents.PostgreSql.TestServer;

namespace TypedEvents.Package.Tests;

/// <summary>Projects of all kinds build with the package without warnings, and the events that they track are delivered.</summary>
public sealed class ConsumerTests
{
    /// <summary>Every project of <c>tests/consumers</c>, and the samples that are restored from the packages.</summary>
    public static TheoryData<string> Projects =>
        [.. Directory.EnumerateDirectories(Repository.PathOf("tests", "consumers")).Select(folder => Path.GetFileName(folder)).Concat(Consumers.Samples).Order(StringComparer.Ordinal)];

    /// <summary>Every rule that is an error.</summary>
    public static TheoryData<string> ErrorRules => [.. ErrorRule.All.Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(Projects))]
    public async Task A_project_builds_without_warnings(string project)
    {
        Consumers consumers = await Consumers.BuiltAsync();

        Assert.Empty(consumers.DiagnosesOf(project).Select(diagnosis => diagnosis.Message));
        Assert.True(Directory.EnumerateFiles(Path.Combine(consumers.Folder, project, "bin"), project + ".dll", SearchOption.AllDirectories).Any(), $"{project} was not built.");
    }

    [Theory]
    [MemberData(nameof(ErrorRules))]
    public async Task A_project_that_violates_a_rule_fails_with_that_rule_only(string id)
    {
        Consumers consumers = await Consumers.BuiltAsync();

        Assert.All(consumers.DiagnosesOf(id), diagnosis => Assert.True(diagnosis.Id == id, diagnosis.Message));
        Assert.Contains(consumers.DiagnosesOf(id), diagnosis => diagnosis.Severity == "error");
    }

    /// <summary>The events that the programs track: each event's name and properties, as in the JSON payload.</summary>
    public static TheoryData<string, string[]> Programs => new()
    {
        {
            "Console",
            [
                """sign_up {"plan":"pro","seats":3}""",
                """sign_up {"plan":"team","seats":40,"referrer":"a friend"}""",
                """page_view {"page":"/pricing","shown":2000}""",
            ]
        },
        { "HttpClientAlone", ["""sign_up {"plan":"pro","seats":3}"""] },
        { "CSharp12", ["""cart_updated {"products":["keyboard","mouse"],"channel":"web_shop"}"""] },
        {
            "NullableOff",
            [
                """searched {"filters":["desk"]}""",
                """searched {"text":"lamp","hits":12}""",
            ]
        },
        { "OwnSystem", ["""device_started {"id":"0195f2d0-4f1c-7d53-9b1e-5c7a86a3b001","strength":"strong","parts":["fan"],"took":3000}"""] },
        {
            "NoImplicitUsings",
            [
                """searched {"text":"lamp","filters":["desk"]}""",
                """searched {"text":"chair","filters":[]}""",
            ]
        },
        { "CentralPackages", ["heartbeat {}"] },
        {
            "WithoutGenerator",
            ["""order_placed {"order_id":"0195f2d0-4f1c-7d53-9b1e-5c7a86a3b001","total":12.50,"method":"invoice","currency":"EUR"}"""]
        },
        {
            "Shop",
            [
                """order_placed {"order_id":"0195f2d0-4f1c-7d53-9b1e-5c7a86a3b001","total":12.50,"method":"invoice","currency":"EUR"}""",
                """order_audited {"order_id":"0195f2d0-4f1c-7d53-9b1e-5c7a86a3b001","method":"invoice","by":"ada"}""",
                """shop_visited {"page_url":"/shop","preferred":"bank_transfer","by":"grace"}""",
            ]
        },
        {
            "OnlyThroughAnother",
            [
                """order_placed {"order_id":"0195f2d0-4f1c-7d53-9b1e-5c7a86a3b001","total":12.50,"method":"invoice","currency":"EUR"}""",
                """report_read {"pages":12}""",
            ]
        },
        {
            "FSharpApp",
            [
                """order_placed {"order_id":"0195f2d0-4f1c-7d53-9b1e-5c7a86a3b001","total":12.50,"method":"invoice","currency":"EUR"}""",
                """order_placed {"order_id":"0195f2d0-4f1c-7d53-9b1e-5c7a86a3b001","total":30,"method":"bank_transfer","currency":"EUR"}""",
            ]
        },
        { "DurableOutbox", ["""sign_up {"plan":"pro"}"""] },
        { "WebApp", ["""sign_up {"plan":"pro"}"""] },
        { "CurrentUser", ["""sign_up {"plan":"pro"}"""] },
        { "JsonLinesOutbox", ["""sign_up {"plan":"pro"}"""] },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task The_events_that_a_program_tracks_are_delivered(string project, string[] expected)
    {
        Consumers consumers = await Consumers.BuiltAsync();
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

        CommandResult result = await Command.DotNetAsync(consumers.Folder, [consumers.AssemblyOf(project), emulator.BaseAddress.ToString()]);

        result.AssertSucceeded();
        Assert.Equal(expected, emulator.Events.Select(received => $"{received.EventName} {received.Properties?.GetRawText()}"));
        Assert.Equal(0, emulator.DuplicateCount);
    }

    /// <summary>With a real database: the program tracks outside of a transaction, in one that it commits, and in one that it rolls back.</summary>
    [Fact]
    public async Task The_events_of_a_program_with_a_PostgreSQL_outbox_are_delivered()
    {
        await using PostgreSqlDatabase database = await PostgreSqlDatabase.CreateAsync();
        Consumers consumers = await Consumers.BuiltAsync();
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

        (await Command.DotNetAsync(consumers.Folder, [consumers.AssemblyOf("SharedOutbox"), emulator.BaseAddress.ToString(), database.ConnectionString])).AssertSucceeded();

        Assert.Equal(["""{"plan":"pro"}""", """{"plan":"team"}"""], emulator.Events.Select(received => received.Properties?.GetRawText()));
        Assert.Equal(0, emulator.DuplicateCount);
    }

    [Fact]
    public async Task The_outbox_of_the_tutorial_passes_every_case_of_the_contract()
    {
        Consumers consumers = await Consumers.BuiltAsync();
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

        CommandResult result = await Command.DotNetAsync(consumers.Folder, [consumers.AssemblyOf("JsonLinesOutbox"), emulator.BaseAddress.ToString()]);

        result.AssertSucceeded();
        Match tutorial = Regex.Match(await File.ReadAllTextAsync(Repository.PathOf("docs", "how-to", "own-outbox.md"), TestContext.Current.CancellationToken), @"passes all (\d+) cases");
        string all = tutorial.Groups[1].Value;
        Assert.Contains($"{all} of {all} cases passed", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_events_of_a_net8_application_that_pins_the_lowest_dependencies_are_delivered()
    {
        Consumers consumers = await Consumers.BuiltAsync();
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

        CommandResult result = await Command.DotNetAsync(consumers.Folder, [consumers.AssemblyOf("PinnedNet8", "net8.0"), emulator.BaseAddress.ToString()]);

        result.AssertSucceeded();
        Assert.Equal("sign_up", Assert.Single(emulator.Events).EventName);
    }

    [Fact]
    public async Task The_readmes_program_prints_what_the_readme_says()
    {
        Consumers consumers = await Consumers.BuiltAsync();

        CommandResult result = await Command.DotNetAsync(consumers.Folder, [consumers.AssemblyOf(FirstEvent.Name)]);

        Assert.Empty(consumers.DiagnosesOf(FirstEvent.Name).Select(diagnosis => diagnosis.Message));
        Assert.Equal(FirstEvent.Output, result.AssertSucceeded().Output.ReplaceLineEndings("\n"));
    }

    /// <summary>Everybody's first mistake. The program has no LoggerFactory: the result says it, and so does one line on standard error.</summary>
    [Fact]
    public async Task The_readmes_program_says_on_the_screen_that_the_key_is_wrong()
    {
        Consumers consumers = await Consumers.BuiltAsync();

        string output = (await Command.DotNetAsync(consumers.Folder, [consumers.AssemblyOf(FirstEvent.NameWithWrongKey)])).AssertSucceeded().Output;

        Assert.Contains("0 of 2 delivered", output, StringComparison.Ordinal);
        Assert.Contains("check ApiKey and ApiSecret", output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n'), line => line.StartsWith("TypedEvents: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_packaged_emulator_receives_a_programs_events()
    {
        Consumers consumers = await Consumers.BuiltAsync();

        (await Command.DotNetAsync(consumers.Folder, [consumers.AssemblyOf("OwnEmulator")])).AssertSucceeded();
    }

    [Fact]
    public async Task An_AppHost_has_the_emulators_program_beside_it()
    {
        Consumers consumers = await Consumers.BuiltAsync();

        Assert.Equal("Healthy", (await Command.DotNetAsync(consumers.Folder, [consumers.AssemblyOf("AppHost")])).AssertSucceeded().Output.Trim());
    }

    [Fact]
    public async Task The_restored_packages_are_the_packed_ones()
    {
        Consumers consumers = await Consumers.BuiltAsync();
        PackageFolder packages = consumers.Packages;

        // No project references the tool.
        Assert.All(packages.Ids.Where(id => id != "TypedEvents.Cli"), id =>
        {
            string restored = Path.Combine(consumers.RestoredPackages, id.ToLowerInvariant(), packages.Version);
            using JsonDocument metadata = JsonDocument.Parse(File.ReadAllText(Path.Combine(restored, ".nupkg.metadata")));
            Assert.Equal(packages.Path, metadata.RootElement.GetProperty("source").GetString());
            Assert.Equal(
                Convert.ToBase64String(SHA512.HashData(File.ReadAllBytes(packages.FileOf(id)))),
                File.ReadAllText(Path.Combine(restored, $"{id.ToLowerInvariant()}.{packages.Version}.nupkg.sha512")));
        });
    }
}
