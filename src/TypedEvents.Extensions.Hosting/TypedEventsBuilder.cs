using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TypedEvents.Registration;

namespace TypedEvents;

/// <summary>
/// Configures a registered tracker: <c>AddTypedEvents</c> and <c>AddKeyedTypedEvents</c> return it. Settings are read from the configuration
/// first, then from connection strings, and then the delegates run, each in the order of the calls: the last setting wins.
/// </summary>
public sealed class TypedEventsBuilder
{
    private readonly TrackerRegistration _registration;

    internal TypedEventsBuilder(IServiceCollection services, TrackerRegistration registration)
    {
        Services = services;
        _registration = registration;
    }

    /// <summary>The key of the tracker; <see langword="null"/>: the unnamed one.</summary>
    public string? Name => _registration.Key;

    /// <summary>The services in which the tracker is registered.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Sets options in code.</summary>
    /// <param name="configure">Is called when the tracker is made.</param>
    public TypedEventsBuilder Configure(Action<EventTrackerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.AddOptions<EventTrackerOptions>(_registration.OptionsName).Configure(configure);
        return this;
    }

    /// <summary>Sets options in code, with services of the container.</summary>
    /// <param name="configure">Is called when the tracker is made.</param>
    public TypedEventsBuilder Configure(Action<EventTrackerOptions, IServiceProvider> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.AddOptions<EventTrackerOptions>(_registration.OptionsName).Configure(configure);
        return this;
    }

    /// <summary>Reads settings from a configuration instead of the section of the tracker's name.</summary>
    /// <param name="configuration">The section that holds the settings, such as <c>configuration.GetSection("Analytics")</c>.</param>
    public TypedEventsBuilder UseConfiguration(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _registration.Sources.Add(new(Path: null, configuration));
        return this;
    }

    /// <summary>Reads settings from a section of the container's configuration instead of the section of the tracker's name.</summary>
    /// <param name="sectionPath">The section's path, such as <c>Analytics:EngageLab</c>.</param>
    public TypedEventsBuilder UseConfiguration(string sectionPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(sectionPath);
        _registration.Sources.Add(new(sectionPath, Given: null));
        return this;
    }

    /// <summary>
    /// Reads address and credentials from <c>ConnectionStrings:{name}</c>, such as <c>Endpoint=https://…;ApiKey=…;ApiSecret=…</c>, after the sections.
    /// It may also contain <c>AllowInsecureLoopback=true</c>. Put a value that contains a semicolon in quotes.
    /// </summary>
    /// <param name="name">The name of the connection string.</param>
    public TypedEventsBuilder UseConnectionString(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _registration.ConnectionStrings.Add(name);
        return this;
    }

    /// <summary>Creates the outbox. The tracker opens, owns and disposes it; a disabled tracker doesn't ask for one.</summary>
    /// <param name="factory">Is called when the tracker is made, unless <see cref="EventTrackerOptions.Outbox"/> is set.</param>
    public TypedEventsBuilder UseOutbox(Func<IServiceProvider, IEventOutbox> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        _registration.Outbox = factory;
        return this;
    }

    /// <summary>
    /// Sends the requests with a client from the container's <see cref="IHttpClientFactory"/>, for example for a proxy or a client certificate, unless
    /// <see cref="EventTrackerOptions.HttpClient"/> is set. Without this call the tracker has a handler of its own, which is the better default.
    /// </summary>
    /// <remarks>
    /// The client has no timeout and no rotation of handlers, because the tracker has its own timeouts and its connections are renewed every five minutes.
    /// The <c>Authorization</c> header is redacted in what the factory logs. Handlers of Microsoft.Extensions.Http.Resilience and
    /// Microsoft.Extensions.Http.Polly are removed, even if the application's defaults add them: the tracker retries.
    /// </remarks>
    /// <param name="configure">
    /// Changes the client, such as by <c>ConfigurePrimaryHttpMessageHandler</c>. Don't let it follow redirects. A primary handler that the application sets
    /// for all clients (<c>ConfigureHttpClientDefaults</c>) is used, too.
    /// </param>
    public TypedEventsBuilder UseHttpClientFactory(Action<IHttpClientBuilder>? configure = null)
    {
        IHttpClientBuilder client = _registration.UsesHttpClientFactory
            ? Services.AddHttpClient(_registration.HttpClientName)
            : FactoryClient.Add(Services, _registration.HttpClientName);
        _registration.UsesHttpClientFactory = true;
        configure?.Invoke(client);
        return this;
    }

    /// <summary>Sets what happens if there are no credentials. Default: <see cref="NotConfigured.FailInProduction"/>.</summary>
    /// <param name="reaction">What happens.</param>
    public TypedEventsBuilder WhenNotConfigured(NotConfigured reaction)
    {
        if (!Enum.IsDefined(reaction))
        {
            throw new ArgumentOutOfRangeException(nameof(reaction), reaction, "It must be FailInProduction, Fail or Disable.");
        }

        _registration.NotConfigured = reaction;
        return this;
    }
}
