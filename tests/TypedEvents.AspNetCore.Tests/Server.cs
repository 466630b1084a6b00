using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TypedEvents.Testing;

namespace TypedEvents.AspNetCore.Tests;

[EngageEvent("page_viewed")]
public partial record PageViewed(string Path);

/// <summary>An application on loopback. Each request to any path tracks a <c>page_viewed</c>, and the response is the result; <c>/none</c> tracks nothing.</summary>
internal sealed class Server : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Server(WebApplication app) => _app = app;

    /// <summary>Doesn't keep cookies: each test says what it sends.</summary>
    public HttpClient Client { get; } = new(new SocketsHttpHandler { UseCookies = false });

    public IServiceProvider Services => _app.Services;

    public RecordingTracker Recorder => Services.GetRecordingTracker();

    /// <param name="services">Registers the trackers; by default one, with the current user.</param>
    /// <param name="pipeline">What runs before the endpoints.</param>
    /// <param name="isRecording">Whether the trackers are replaced by recording ones.</param>
    public static async Task<Server> StartAsync(Action<IServiceCollection>? services = null, Action<WebApplication>? pipeline = null, bool isRecording = true)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        (services ?? (static services => services.AddTypedEvents().AddCurrentUser()))(builder.Services);
        if (isRecording)
        {
            builder.Services.AddTypedEventsTesting();
        }

        WebApplication app = builder.Build();
        pipeline?.Invoke(app);
        app.MapGet("/none", static () => "nothing");
        app.MapGet("/begun", static async (HttpContext context, IUserEventTracker tracker) =>
        {
            await context.Response.WriteAsync("begun ");
            await context.Response.Body.FlushAsync();
            TrackResult result = tracker.TrackPageViewed("/begun");
            await context.Response.WriteAsync(result.ToString());
        });
        app.MapGet("/{name}", static (string name, IUserEventTracker tracker) =>
        {
            TrackResult result = tracker.TrackPageViewed($"/{name}");
            return result.ToString();
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new Server(app) { Client = { BaseAddress = new Uri(app.Urls.First()) } };
    }

    /// <summary>Signs the user of all requests in.</summary>
    public static Action<WebApplication> SignIn(string? authenticationType, params (string Type, string Value)[] claims) => app => app.Use((context, next) =>
    {
        context.User = new ClaimsPrincipal(new ClaimsIdentity(claims.Select(claim => new Claim(claim.Type, claim.Value)), authenticationType));
        return next(context);
    });

    /// <summary>Says for all requests whether the visitor consented.</summary>
    public static Action<WebApplication> Consent(bool canTrack) => app => app.Use((context, next) =>
    {
        context.Features.Set<ITrackingConsentFeature>(new ConsentFeature(canTrack));
        return next(context);
    });

    public Task<string> GetAsync(string path) => Client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public async Task<(string Text, string? SetCookie)> GetWithCookieAsync(string path, string? cookie = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        using HttpResponseMessage response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies) ? Assert.Single(cookies) : null);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private sealed class ConsentFeature(bool canTrack) : ITrackingConsentFeature
    {
        public bool IsConsentNeeded => true;

        public bool HasConsent => canTrack;

        public bool CanTrack => canTrack;

        public void GrantConsent() => throw new NotSupportedException();

        public void WithdrawConsent() => throw new NotSupportedException();

        public string CreateConsentCookie() => throw new NotSupportedException();
    }
}
