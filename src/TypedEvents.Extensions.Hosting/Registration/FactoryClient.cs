using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;

namespace TypedEvents.Registration;

/// <summary>The client of an <see cref="IHttpClientFactory"/> that sends a tracker's requests.</summary>
internal static class FactoryClient
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
        IHttpClientBuilder client = services.AddHttpClient(name)
            .ConfigureHttpClient(static client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                ActivityHeadersPropagator = null,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RedactLoggedHeaders(["Authorization"]);

        // After everything else, so that the handlers of defaults that are registered later are there.
        services.PostConfigure<HttpClientFactoryOptions>(name, static options => options.HttpMessageHandlerBuilderActions.Add(RemoveResilienceHandlers));
        return client;
    }

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
}
