using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;

namespace TypedEvents.Registration;

/// <summary>
/// The clients of an <see cref="IHttpClientFactory"/> that send the trackers' requests. Each begins with the handler that a tracker has without a
/// factory, so that what the application sets, for this client or for all, changes or replaces that one.
/// </summary>
internal sealed class FactoryClient(TrackerRegistry registry) : IHttpMessageHandlerBuilderFilter
{
    /// <summary>
    /// Handlers that retry, time out or break the circuit underneath the tracker, which does all of that itself. Service defaults put them under
    /// every client; their packages aren't referenced here.
    /// </summary>
    private static readonly string[] ResilienceHandlers =
    [
        "Microsoft.Extensions.Http.Resilience.ResilienceHandler",
        "Microsoft.Extensions.Http.PolicyHttpMessageHandler",
    ];

    public static IHttpClientBuilder Add(IServiceCollection services, string name)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, FactoryClient>());
        return services.AddHttpClient(name)
            .ConfigureHttpClient(static client => client.Timeout = Timeout.InfiniteTimeSpan)
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RedactLoggedHeaders(["Authorization"]);
    }

    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        bool isTrackers = registry.Trackers.Any(tracker => tracker.UsesHttpClientFactory && tracker.HttpClientName == builder.Name);
        if (isTrackers)
        {
            builder.PrimaryHandler = NewPrimaryHandler();
        }

        next(builder);
        if (isTrackers)
        {
            RemoveResilienceHandlers(builder);
        }
    };

    private static SocketsHttpHandler NewPrimaryHandler() => new()
    {
        Proxy = new SystemProxy(),
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    private static void RemoveResilienceHandlers(HttpMessageHandlerBuilder builder)
    {
        for (int i = builder.AdditionalHandlers.Count - 1; i >= 0; i--)
        {
            if (Array.IndexOf(ResilienceHandlers, builder.AdditionalHandlers[i].GetType().FullName) >= 0)
            {
                builder.AdditionalHandlers.RemoveAt(i);
            }
        }
    }

    /// <summary>The system's proxy, except for plain http to this host: a proxy would receive the credentials in clear text.</summary>
    private sealed class SystemProxy : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => HttpClient.DefaultProxy.Credentials;
            set => throw new NotSupportedException("The credentials are those of HttpClient.DefaultProxy.");
        }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : HttpClient.DefaultProxy.GetProxy(destination);

        public bool IsBypassed(Uri host) => (host.Scheme == Uri.UriSchemeHttp && host.IsLoopback) || HttpClient.DefaultProxy.IsBypassed(host);
    }
}
