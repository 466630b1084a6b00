using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TypedEvents.Configuration;

namespace TypedEvents.Hosting.Tests;

/// <summary>Settings from a configuration: what is read, what is rejected, and what people are told.</summary>
public sealed class ConfigurationTests
{
    private static readonly string[] NotFromConfiguration =
    [
        nameof(EventTrackerOptions.Name),
        nameof(EventTrackerOptions.Filter),
        nameof(EventTrackerOptions.OnDeadLetter),
        nameof(EventTrackerOptions.Outbox),
        nameof(EventTrackerOptions.HttpClient),
        nameof(EventTrackerOptions.TimeProvider),
        nameof(EventTrackerOptions.LoggerFactory),
        nameof(EventTrackerOptions.MeterFactory),
    ];

    [Fact]
    public void Each_option_is_a_setting_or_cannot_be_one() =>
        Assert.Equal(
            typeof(EventTrackerOptions).GetProperties().Where(property => property.SetMethod?.IsPublic == true).Select(property => property.Name).Order(StringComparer.Ordinal),
            Setting.All.Select(setting => setting.Name).Concat(NotFromConfiguration).Order(StringComparer.Ordinal));

    /// <summary>Editors complete appsettings.json by it.</summary>
    [Fact]
    public void The_schema_has_each_setting_and_describes_it()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "src", "TypedEvents.Extensions.Hosting", "ConfigurationSchema.json")));
        JsonElement properties = schema.RootElement.GetProperty("properties").GetProperty("TypedEvents").GetProperty("properties");
        Assert.Equal(Setting.All.Select(setting => setting.Name), properties.EnumerateObject().Select(property => property.Name));
        EventTrackerOptions defaults = new();
        Assert.All(properties.EnumerateObject(), property =>
        {
            string description = property.Value.GetProperty("description").GetString()!;
            object? value = property.Name is "ApiKey" or "ApiSecret" or "TransientCodes" ? null : typeof(EventTrackerOptions).GetProperty(property.Name)!.GetValue(defaults);
            string expected = value switch
            {
                bool isSet => isSet ? "true" : "false",
                Uri address => address.AbsoluteUri.TrimEnd('/'),
                null => "",
                _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
            };
            Assert.Contains(expected, description, StringComparison.Ordinal);
        });
        Assert.Equal(
            Enum.GetNames<ValidationFailurePolicy>(),
            properties.GetProperty("ValidationFailures").GetProperty("enum").EnumerateArray().Select(name => name.GetString()));
    }

    [Fact]
    public void The_reference_lists_each_option()
    {
        string page = File.ReadAllText(Path.Combine(Root, "docs", "reference", "settings.md"));
        Assert.All(
            typeof(EventTrackerOptions).GetProperties().Where(property => property.SetMethod?.IsPublic == true),
            property => Assert.Contains($"`{property.Name}`", page, StringComparison.Ordinal));
    }

    private static string Root
    {
        get
        {
            string? folder = AppContext.BaseDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "TypedEvents.sln")))
            {
                folder = Path.GetDirectoryName(folder);
            }

            return folder ?? throw new DirectoryNotFoundException("TypedEvents.sln is in no folder above the tests.");
        }
    }

    public static TheoryData<string, string, object> Values => new()
    {
        { "Enabled", "false", false },
        { "BaseAddress", "https://example.org/eu", new Uri("https://example.org/eu") },
        { "AllowInsecureLoopback", "True", true },
        { "Project", "shop", "shop" },
        { "AppKey", "app", "app" },
        { "MaxBatchEvents", "7", 7 },
        { "MaxBatchBytes", "70000", 70000 },
        { "FlushInterval", "00:00:02.5", TimeSpan.FromSeconds(2.5) },
        { "MaxEventBytes", "1000", 1000 },
        { "MaxStringBytes", "256", 256 },
        { "BufferBytes", "100000", 100000 },
        { "AttemptTimeout", "00:00:03", TimeSpan.FromSeconds(3) },
        { "FlushTimeout", "00:01:00", TimeSpan.FromMinutes(1) },
        { "ShutdownTimeout", "00:00:04", TimeSpan.FromSeconds(4) },
        { "MaxConcurrentRequests", "2", 2 },
        { "RequestsPerSecond", "3", 3 },
        { "MaxEventAge", "2.00:00:00", TimeSpan.FromDays(2) },
        { "CompressRequests", "true", true },
        { "UserCacheSize", "9", 9 },
        { "UserCacheDuration", "12:00:00", TimeSpan.FromHours(12) },
        { "ValidationFailures", "rejectevent", ValidationFailurePolicy.RejectEvent },
    };

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public void A_setting_is_read(string setting, string value, object expected)
    {
        EventTrackerOptions options = Read(("TypedEvents:ApiKey", "key"), ("TypedEvents:ApiSecret", "secret"), ($"TypedEvents:{setting}", value));
        Assert.Equal(expected, typeof(EventTrackerOptions).GetProperty(setting)!.GetValue(options));
    }

    [Fact]
    public void Values_cover_every_setting() => Assert.Equal(
        Setting.All.Select(setting => setting.Name).Except(["ApiKey", "ApiSecret", "TransientCodes"]).Order(StringComparer.Ordinal),
        Values.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Fact]
    public void Credentials_are_read()
    {
        EventTrackerOptions options = Read(("TypedEvents:ApiKey", "key"), ("TypedEvents:ApiSecret", "secret"));
        Assert.Equal(("key", true), (options.ApiKey, options.HasApiSecret));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void Null_and_empty_mean_not_set(string? value)
    {
        EventTrackerOptions options = Read(
            [("TypedEvents:ApiKey", "key"), ("TypedEvents:ApiSecret", "secret"), .. Setting.All.Where(setting => !setting.IsCredential).Select(setting => ($"TypedEvents:{setting.Name}", value))]);
        EventTrackerOptions defaults = new();
        foreach (PropertyInfo property in typeof(EventTrackerOptions).GetProperties().Where(property => property.GetMethod?.IsPublic == true && property.Name is not ("ApiKey" or "HasApiSecret" or "TransientCodes")))
        {
            Assert.Equal(property.GetValue(defaults), property.GetValue(options));
        }

        Assert.Empty(options.TransientCodes);
    }

    [Fact]
    public void A_collection_replaces_the_one_before_it()
    {
        IConfigurationRoot first = Hosts.Configuration(("TransientCodes:0", "1"), ("TransientCodes:1", "2"), ("TransientCodes:2", "3"));
        IConfigurationRoot second = Hosts.Configuration(("TransientCodes:0", "4"));
        IConfigurationRoot third = Hosts.Configuration(("TransientCodes", "5, 6"));
        Assert.Equal([4], Codes(first, second));
        Assert.Equal([5, 6], Codes(first, second, third));

        static IReadOnlyCollection<int> Codes(params IConfigurationRoot[] sections)
        {
            var services = new ServiceCollection();
            TypedEventsBuilder builder = services.AddTypedEvents(options => options.Enabled = false);
            foreach (IConfigurationRoot section in sections)
            {
                builder.UseConfiguration(section);
            }

            using ServiceProvider provider = services.BuildServiceProvider();
            return provider.GetRequiredService<IOptions<EventTrackerOptions>>().Value.TransientCodes;
        }
    }

    public static TheoryData<string, string, string> BadValues => new()
    {
        { "FlushInterval", "30", "TypedEvents:FlushInterval is '30', which .NET reads as 30 days; write '00:00:30' for 30 seconds." },
        { "FlushInterval", "90", "TypedEvents:FlushInterval is '90', which .NET reads as 90 days; write '00:01:30' for 90 seconds." },
        { "FlushInterval", "24:00:00", "TypedEvents:FlushInterval is '24:00:00', which isn't a time of the form" },
        { "FlushInterval", "2s", "TypedEvents:FlushInterval is '2s', which isn't a time of the form" },
        { "MaxBatchEvents", "many", "TypedEvents:MaxBatchEvents is 'many', which isn't a whole number" },
        { "MaxBatchEvents", "1,000", "TypedEvents:MaxBatchEvents is '1,000', which isn't a whole number" },
        { "MaxBatchEvents", "0", "TypedEvents:MaxBatchEvents: MaxBatchEvents must be between 1 and 1000, but was 0." },
        { "Enabled", "yes", "TypedEvents:Enabled is 'yes', which is neither true nor false." },
        { "BaseAddress", "/v1", "TypedEvents:BaseAddress" },
        { "BaseAddress", "https://user:hunter2@example.org", "TypedEvents:BaseAddress: BaseAddress must not contain a user name" },
        { "ValidationFailures", "2", "which isn't one of Send, OmitProperty, RejectEvent, Throw." },
        { "TransientCodes:0", "x", "TypedEvents:TransientCodes contains 'x'" },
        { "ApiKey", "hunter2:hunter2", "TypedEvents:ApiKey: ApiKey must not contain a colon" },
        { "ApiSecret", " hunter2", "TypedEvents:ApiSecret: ApiSecret must not begin or end with white space" },
    };

    [Theory]
    [MemberData(nameof(BadValues))]
    public void A_bad_value_is_named_with_its_key_and_its_remedy(string setting, string value, string expected)
    {
        OptionsValidationException exception = Assert.Throws<OptionsValidationException>(() => Read(("TypedEvents:ApiKey", "key"), ("TypedEvents:ApiSecret", "secret"), ($"TypedEvents:{setting}", value)));
        Assert.Contains(expected, Assert.Single(exception.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_failures_are_named_at_once_before_an_outbox_is_made()
    {
        HostApplicationBuilder builder = Hosts.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(Hosts.Configuration(
            ("TypedEvents:ApiKey", "hunter2"), ("TypedEvents:FlushInterval", "30"), ("TypedEvents:MaxBatchEvents", "0"), ("TypedEvents:RequestsPerSecond", "x")).AsEnumerable());
        builder.AddTypedEvents().UseOutbox(_ => throw new InvalidOperationException("An outbox was made."));
        using IHost host = builder.Build();
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(
            ["TypedEvents:ApiSecret:", "TypedEvents:FlushInterval", "TypedEvents:MaxBatchEvents:", "TypedEvents:RequestsPerSecond"],
            exception.Failures.Select(failure => failure.Split(' ')[0]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("hunter2", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_failures_of_all_trackers_are_named_at_once_before_the_outbox_of_a_valid_one_is_made()
    {
        HostApplicationBuilder builder = Hosts.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(Hosts.Configuration(
            ("TypedEvents:ApiKey", "key"), ("TypedEvents:ApiSecret", "secret"),
            ("TypedEvents:audit:ApiKey", "key"), ("TypedEvents:audit:ApiSecret", "secret"), ("TypedEvents:audit:MaxBatchEvents", "0"),
            ("TypedEvents:eu:ApiKey", "key")).AsEnumerable());
        var given = new DisposableOutbox();
        builder.AddTypedEvents().UseOutbox(_ => throw new InvalidOperationException("An outbox was made."));
        builder.AddKeyedTypedEvents("audit");
        builder.AddKeyedTypedEvents("eu");
        builder.AddKeyedTypedEvents("own", options => (options.ApiKey, options.ApiSecret, options.Outbox) = ("key", "secret", given));
        using IHost host = builder.Build();

        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Equal(["TypedEvents:audit:MaxBatchEvents:", "TypedEvents:eu:ApiSecret:"], exception.Failures.Select(failure => failure.Split(' ')[0]));
        Assert.True(given.IsDisposed);
    }

    [Fact]
    public void A_section_of_a_tracker_within_anothers_is_known()
    {
        using var log = new CapturingLogger();
        ServiceCollection services = Hosts.Services(Hosts.Configuration(
            ("Analytics:ApiKey", "key"), ("Analytics:ApiSecret", "secret"), ("Analytics:regions:eu:ApiKey", "key"), ("Analytics:regions:eu:ApiSecret", "secret")));
        services.AddSingleton<ILoggerFactory>(log);
        services.AddTypedEvents().UseConfiguration("Analytics");
        services.AddKeyedTypedEvents("eu").UseConfiguration("Analytics:regions:eu");
        using ServiceProvider provider = services.BuildServiceProvider();
        _ = provider.GetRequiredService<IEventTracker>();
        _ = provider.GetRequiredKeyedService<IEventTracker>("eu");
        Assert.Empty(log.Entries);
    }

    private sealed class DisposableOutbox() : DelegatingOutbox(new MemoryOutbox())
    {
        public bool IsDisposed { get; private set; }

        public override ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return base.DisposeAsync();
        }
    }

    [Fact]
    public void Unknown_keys_are_named_in_one_warning_and_sections_of_keyed_trackers_are_known()
    {
        using var log = new CapturingLogger();
        ServiceCollection services = Hosts.Services(Hosts.Configuration(
            ("TypedEvents:ApiKey", "key"), ("TypedEvents:ApiSecret", "secret"), ("TypedEvents:FlushIntervall", "00:00:01"), ("TypedEvents:Outbox:Path", "x"),
            ("TypedEvents:audit:ApiKey", "key"), ("TypedEvents:audit:ApiSecret", "secret")));
        services.AddSingleton<ILoggerFactory>(log);
        services.AddTypedEvents();
        services.AddKeyedTypedEvents("audit");
        using ServiceProvider provider = services.BuildServiceProvider();
        _ = provider.GetRequiredService<IEventTracker>();
        _ = provider.GetRequiredKeyedService<IEventTracker>("audit");
        (LogLevel level, string text) = Assert.Single(log.Entries);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains("TypedEvents:FlushIntervall, TypedEvents:Outbox", text, StringComparison.Ordinal);
        Assert.DoesNotContain("audit", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_keyed_trackers_settings_are_in_the_section_of_its_name()
    {
        ServiceCollection services = Hosts.Services(Hosts.Configuration(("TypedEvents:audit:ApiKey", "key")));
        services.AddKeyedTypedEvents("audit");
        using ServiceProvider provider = services.BuildServiceProvider();
        OptionsValidationException exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredKeyedService<IEventTracker>("audit"));
        Assert.StartsWith("TypedEvents:audit:ApiSecret: ApiSecret is missing", Assert.Single(exception.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_section_is_read_instead_of_the_own_one()
    {
        IConfigurationRoot configuration = Hosts.Configuration(("Analytics:ApiKey", "key"), ("TypedEvents:ApiKey", "wrong"), ("TypedEvents:ApiSecret", "wrong"));
        foreach (Func<TypedEventsBuilder, TypedEventsBuilder> use in (Func<TypedEventsBuilder, TypedEventsBuilder>[])[builder => builder.UseConfiguration("Analytics"), builder => builder.UseConfiguration(configuration.GetSection("Analytics"))])
        {
            ServiceCollection services = Hosts.Services(configuration);
            use(services.AddTypedEvents());
            using ServiceProvider provider = services.BuildServiceProvider();
            OptionsValidationException exception = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<IEventTracker>);
            Assert.StartsWith("Analytics:ApiSecret: ApiSecret is missing", Assert.Single(exception.Failures), StringComparison.Ordinal);
        }
    }

    /// <summary>A test host adds its configuration after the application's own code has run.</summary>
    [Fact]
    public async Task What_is_added_to_the_configuration_late_counts()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        HostApplicationBuilder builder = Hosts.CreateBuilder();
        builder.AddTypedEvents();
        builder.Configuration.AddInMemoryCollection(Hosts.Settings(emulator));
        using IHost host = builder.Build();
        await host.StartAsync();
        host.Services.GetRequiredService<IEventTracker>().Track(Trackers.Alice, new PageViewed("/"));
        await host.StopAsync();
        Assert.Single(emulator.Events);
    }

    [Theory]
    [InlineData("Development", NotConfigured.FailInProduction, true)]
    [InlineData("Staging", NotConfigured.FailInProduction, true)]
    [InlineData("Production", NotConfigured.FailInProduction, false)]
    [InlineData("Development", NotConfigured.Fail, false)]
    [InlineData("Production", NotConfigured.Disable, true)]
    public async Task Without_credentials_the_tracker_is_disabled_or_the_start_fails(string environment, NotConfigured reaction, bool isDisabled)
    {
        using var log = new CapturingLogger();
        HostApplicationBuilder builder = Hosts.CreateBuilder(environment: environment, log: log);
        builder.AddTypedEvents().WhenNotConfigured(reaction).UseOutbox(_ => throw new InvalidOperationException("An outbox was made."));
        using IHost host = builder.Build();
        if (!isDisabled)
        {
            OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
            Assert.Equal(["TypedEvents:ApiKey:", "TypedEvents:ApiSecret:"], exception.Failures.Select(failure => failure.Split(' ')[0]));
            Assert.EndsWith("set TypedEvents:Enabled to false.", exception.Failures.Last(), StringComparison.Ordinal);
            return;
        }

        await host.StartAsync();
        EventTracker tracker = host.Services.GetRequiredService<EventTracker>();
        Assert.Equal(TrackResult.Disabled, tracker.Track(Trackers.Alice, new PageViewed("/")));
        Assert.Equal(1, tracker.Statistics.Dropped.Disabled);
        (_, string text) = Assert.Single(log.Entries, entry => entry.Level == LogLevel.Warning);
        Assert.Contains("TypedEvents:ApiKey", text, StringComparison.Ordinal);
        Assert.Contains("TypedEvents.Emulator", text, StringComparison.Ordinal);
        await host.StopAsync();
    }

    [Theory]
    [InlineData("Development", "ApiKey")]
    [InlineData("Production", "ApiSecret")]
    public async Task Half_of_the_credentials_fails_everywhere(string environment, string half)
    {
        HostApplicationBuilder builder = Hosts.CreateBuilder(environment: environment);
        builder.Configuration[$"TypedEvents:{half}"] = "hunter2";
        builder.AddTypedEvents().WhenNotConfigured(NotConfigured.Disable);
        using IHost host = builder.Build();
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("is missing", Assert.Single(exception.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain("Enabled", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_host_environment_an_application_counts_as_production()
    {
        var services = new ServiceCollection();
        services.AddTypedEvents();
        using ServiceProvider provider = services.BuildServiceProvider();
        OptionsValidationException exception = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<IEventTracker>);
        Assert.Contains("EventTrackerOptions.ApiKey", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5, 30, false)]
    [InlineData(30, 30, true)]
    public async Task A_shutdown_timeout_that_is_not_below_the_hosts_is_a_warning(int own, int hosts, bool isWarned)
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var log = new CapturingLogger();
        HostApplicationBuilder builder = Hosts.CreateBuilder(emulator, log: log);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(hosts));
        builder.AddTypedEvents(options => options.ShutdownTimeout = TimeSpan.FromSeconds(own));
        using IHost host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
        Assert.Equal(isWarned, log.Text.Contains("HostOptions.ShutdownTimeout", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Endpoint=https://example.org/eu;ApiKey=key;ApiSecret=a=b", "https://example.org/eu", "key")]
    [InlineData(" apikey = key ; APISECRET = \"a;b\"\"c\" ;", "https://ma-api.engagelab.com/", "key")]
    [InlineData("Endpoint=http://127.0.0.1:5199;AllowInsecureLoopback=true;ApiKey='k;1';ApiSecret=x", "http://127.0.0.1:5199/", "k;1")]
    public void A_connection_string_is_read(string text, string address, string key)
    {
        EventTrackerOptions options = ReadConnectionString(text);
        Assert.Equal((address, key, true), (options.BaseAddress.AbsoluteUri, options.ApiKey, options.HasApiSecret));
    }

    [Theory]
    [InlineData("ApiKey=key;ApiSecret=hunter;hunter2", "without '='")]
    [InlineData("ApiKey=key;ApiSecret=hunter;hunter2=x", "keyword that isn't known")]
    [InlineData("ApiKey=key;ApiSecret='hunter2", "doesn't end")]
    [InlineData("Endpoint=hunter2;ApiKey=key;ApiSecret=x", "isn't an absolute address")]
    [InlineData("ApiKey=key", "ConnectionStrings:engagelab")]
    [InlineData("", "ConnectionStrings:engagelab")]
    public void A_bad_connection_string_is_named_and_not_shown(string text, string expected)
    {
        OptionsValidationException exception = Assert.Throws<OptionsValidationException>(() => ReadConnectionString(text));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", exception.ToString(), StringComparison.Ordinal);
    }

    private static EventTrackerOptions ReadConnectionString(string text)
    {
        ServiceCollection services = Hosts.Services(Hosts.Configuration(("ConnectionStrings:engagelab", text)));
        services.AddTypedEvents().UseConnectionString("engagelab");
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<EventTrackerOptions>>().Value;
    }

    private static EventTrackerOptions Read(params (string Key, string? Value)[] settings)
    {
        ServiceCollection services = Hosts.Services(Hosts.Configuration(settings));
        services.AddTypedEvents();
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<EventTrackerOptions>>().Value;
    }
}
