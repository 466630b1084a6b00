using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using TypedEvents.Emulator;

namespace TypedEvents.AspNetCore.Tests;

/// <summary>The host of ASP.NET Core 1 and 2, which starts and stops hosted services, but knows none of the moments before and after.</summary>
public sealed class LegacyHostTests
{
    [Fact]
    public async Task The_events_of_the_last_requests_are_delivered_when_it_stops()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
#pragma warning disable ASPDEPR004, ASPDEPR008 // It is obsolete, and applications still use it.
        using IWebHost host = new WebHostBuilder()
            .UseKestrel()
            .UseUrls("http://127.0.0.1:0")
            .ConfigureServices(services => services.AddTypedEvents(options =>
            {
                (options.BaseAddress, options.AllowInsecureLoopback, options.ApiKey, options.ApiSecret) = (emulator.BaseAddress, true, "local", "local");
                options.FlushInterval = TimeSpan.FromHours(1);
                options.ShutdownTimeout = TimeSpan.FromMinutes(5);
            }))
            .Configure(static app => app.Run(static context =>
            {
                context.RequestServices.GetRequiredService<IEventTracker>().TrackPageViewed(new Euid(7), "/");
                return Task.CompletedTask;
            }))
            .Build();
#pragma warning restore ASPDEPR004, ASPDEPR008
        await host.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        (await client.GetAsync(new Uri(host.ServerFeatures.Get<IServerAddressesFeature>()!.Addresses.Single()), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        Assert.Empty(emulator.Events);

        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Single(emulator.Events);
    }
}
