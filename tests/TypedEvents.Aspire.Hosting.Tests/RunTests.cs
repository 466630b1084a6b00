using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Aspire.Hosting.Tests;

/// <summary>The sample's AppHost, run by Aspire's orchestrator, which needs no container.</summary>
public sealed class RunTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_of_the_shop_arrives_at_the_emulator_and_on_its_page()
    {
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.db");
        IDistributedApplicationTestingBuilder builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Storefront_AppHost>(Cancellation);

        builder.Services.AddLogging(logging => logging.ClearProviders());

        // Tests run at the same time, and leave nothing in the sample's folder.
        EngageLabEmulatorResource emulator = builder.Resources.OfType<EngageLabEmulatorResource>().Single();
        builder.CreateResourceBuilder(emulator).WithHostPort(null);
        ProjectResource storefront = builder.Resources.OfType<ProjectResource>().Single();
        builder.CreateResourceBuilder(storefront).WithEnvironment("EventsFile", file).WithEnvironment("Telemetry", "none");
        await using DistributedApplication app = await builder.BuildAsync(Cancellation).WaitAsync(Patience, Cancellation);
        try
        {
            await app.StartAsync(Cancellation).WaitAsync(Patience, Cancellation);
            await app.ResourceNotifications.WaitForResourceHealthyAsync("engagelab", Cancellation).WaitAsync(Patience, Cancellation);
            await app.ResourceNotifications.WaitForResourceAsync("storefront", KnownResourceStates.Running, Cancellation).WaitAsync(Patience, Cancellation);
            using HttpClient shop = app.CreateHttpClient("storefront");
            using HttpClient page = app.CreateHttpClient(emulator.Name, "http");

            using HttpResponseMessage response = await shop.GetAsync("/products/desk", Cancellation);
            response.EnsureSuccessStatusCode();

            Assert.Equal("product_viewed", await FirstEventAsync(page));
            Assert.Contains("<!DOCTYPE html>", await page.GetStringAsync("/_typedevents/", Cancellation), StringComparison.OrdinalIgnoreCase);
            Assert.True(app.ResourceNotifications.TryGetCurrentState(emulator.Name, out ResourceEvent? state));
            Assert.Contains(state.Snapshot.Urls, url => url.Url.EndsWith("/_typedevents/", StringComparison.Ordinal) && url.DisplayProperties.DisplayName == "Live page");
        }
        finally
        {
            await app.StopAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
            foreach (string left in Directory.EnumerateFiles(Path.GetTempPath(), Path.GetFileName(file) + "*"))
            {
                File.Delete(left);
            }
        }
    }

    private static async Task<string> FirstEventAsync(HttpClient page)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        while (true)
        {
            JsonElement events = await page.GetFromJsonAsync<JsonElement>("/_typedevents/events", patience.Token);
            if (events.GetProperty("rows").GetArrayLength() > 0)
            {
                return events.GetProperty("rows")[0].GetProperty("event").GetString()!;
            }

            await Task.Delay(50, patience.Token);
        }
    }
}
