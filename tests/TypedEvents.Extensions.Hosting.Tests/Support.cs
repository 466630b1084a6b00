using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Hosting.Tests;

[EngageEvent("page_viewed")]
public partial record PageViewed(string Path);

/// <summary>Hosts and containers whose trackers report to an emulator.</summary>
internal static class Hosts
{
    /// <summary>The settings of a tracker that reports to an emulator, with timeouts that no test reaches.</summary>
    public static Dictionary<string, string?> Settings(EngageLabEmulator emulator, string section = "TypedEvents") => new()
    {
        [$"{section}:BaseAddress"] = emulator.BaseAddress.ToString(),
        [$"{section}:AllowInsecureLoopback"] = "true",
        [$"{section}:ApiKey"] = Trackers.ApiKey,
        [$"{section}:ApiSecret"] = Trackers.ApiSecret,
        [$"{section}:AttemptTimeout"] = "00:10:00",
        [$"{section}:FlushTimeout"] = "01:00:00",
        [$"{section}:ShutdownTimeout"] = "00:05:00",
    };

    public static HostApplicationBuilder CreateBuilder(EngageLabEmulator? emulator = null, string environment = "Production", CapturingLogger? log = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(10));
        if (emulator is not null)
        {
            builder.Configuration.AddInMemoryCollection(Settings(emulator));
        }

        if (log is not null)
        {
            builder.Services.AddSingleton<ILoggerFactory>(log);
        }

        return builder;
    }

    /// <summary>A configuration; of two values with one key, the later counts.</summary>
    public static IConfigurationRoot Configuration(params (string Key, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Reverse().DistinctBy(setting => setting.Key).ToDictionary(setting => setting.Key, setting => setting.Value)).Build();

    /// <summary>A collection whose container has a configuration.</summary>
    public static ServiceCollection Services(IConfiguration? configuration)
    {
        var services = new ServiceCollection();
        if (configuration is not null)
        {
            services.AddSingleton(configuration);
        }

        return services;
    }

    public static ServiceCollection Services(EngageLabEmulator emulator) =>
        Services(new ConfigurationBuilder().AddInMemoryCollection(Settings(emulator)).Build());
}

/// <summary>An outbox that says whether it was disposed.</summary>
internal sealed class DisposalWatch() : DelegatingOutbox(new MemoryOutbox())
{
    public bool IsDisposed { get; private set; }

    public override ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return base.DisposeAsync();
    }
}
