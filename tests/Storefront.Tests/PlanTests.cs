using System.Net.Http.Json;
using Json.Schema;
using Microsoft.AspNetCore.Mvc.Testing;
using TypedEvents.Cli;
using TypedEvents.Emulator;

namespace Storefront.Tests;

/// <summary>The sample's tracking plan: what is committed is what the code declares, and what arrives is what the plan says.</summary>
public sealed class PlanTests
{
    private static readonly string Application = typeof(OrderPlaced).Assembly.Location;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Folder
    {
        get
        {
            string? folder = AppContext.BaseDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "TypedEvents.sln")))
            {
                folder = Path.GetDirectoryName(folder);
            }

            return Path.Combine(folder ?? throw new DirectoryNotFoundException("TypedEvents.sln is in no folder above the tests."), "samples", "Storefront");
        }
    }

    /// <summary>If it fails: <c>dotnet run --project src/TypedEvents.Cli -- plan accept samples/Storefront</c>.</summary>
    [Fact]
    public async Task The_committed_lock_file_is_up_to_date_and_lint_has_nothing_to_say() =>
        Assert.Equal((0, "", ""), await RunAsync("plan", "check", Application, "--lock", Path.Combine(Folder, "typedevents.lock.json"), "--fail-on", "any"));

    /// <summary>If it fails: <c>dotnet run --project src/TypedEvents.Cli -- plan export samples/Storefront --format markdown -o samples/Storefront/PLAN.md</c>.</summary>
    [Fact]
    public async Task The_committed_catalog_is_up_to_date()
    {
        string expected = (await File.ReadAllTextAsync(Path.Combine(Folder, "PLAN.md"), Token)).ReplaceLineEndings("\n");

        Assert.Equal((0, expected, ""), await RunAsync("plan", "export", Application, "--format", "markdown"));
    }

    [Fact]
    public async Task Every_payload_is_valid_by_the_exported_schema()
    {
        string folder = Directory.CreateTempSubdirectory("Storefront.Plan.").FullName;
        try
        {
            Assert.Equal((0, "", ""), await RunAsync("plan", "export", Application, "--format", "json-schema", "--strict", "-o", Path.Combine(folder, "schemas")));
            await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Token);
            await using (WebApplicationFactory<Program> app = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
            {
                host.UseSetting("Telemetry", "none");
                host.UseSetting("EventsFile", Path.Combine(folder, "events.db"));
                host.UseSetting("TypedEvents:BaseAddress", emulator.BaseAddress.ToString());
                host.UseSetting("TypedEvents:AllowInsecureLoopback", "true");
                host.UseSetting("TypedEvents:ApiKey", "local");
                host.UseSetting("TypedEvents:ApiSecret", "local");

                // The host of the tests may be busy.
                host.UseSetting("TypedEvents:AttemptTimeout", "00:10:00");
            }))
            {
                using HttpClient client = app.CreateClient(new WebApplicationFactoryClientOptions { BaseAddress = new Uri("https://localhost") });
                await client.GetStringAsync("/products/desk%20%C3%BC", Token);
                await client.PostAsJsonAsync("/orders", new { total = 0.1m, items = 1 }, Token);
                await client.PostAsync("/sign-in/user-42", null, Token);
                await client.PostAsJsonAsync("/orders", new { total = 12345678.9m, items = 1000 }, Token);
                await emulator.WaitForEventsAsync(3, cancellationToken: Token);
            }

            Assert.Equal(["order_placed", "order_placed", "product_viewed"], emulator.Events.Select(received => received.EventName).Order());
            Dictionary<string, JsonSchema> schemas = Directory.EnumerateFiles(Path.Combine(folder, "schemas"))
                .ToDictionary(file => Path.GetFileName(file).Replace(".schema.json", "", StringComparison.Ordinal), file => JsonSchema.FromText(File.ReadAllText(file)));
            Assert.All(emulator.Events, received => Assert.True(
                schemas[received.EventName].Evaluate(received.Properties!.Value, new EvaluationOptions { RequireFormatValidation = true }).IsValid,
                $"{received.EventName}: {received.Properties}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = await Tool.RunAsync(args, new ToolContext { Out = output, Error = error, Folder = Folder, Environment = _ => null }, Token);
        return (exitCode, output.ToString(), error.ToString());
    }
}
