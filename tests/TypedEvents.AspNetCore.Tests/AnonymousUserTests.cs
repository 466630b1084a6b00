using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace TypedEvents.AspNetCore.Tests;

/// <summary>Visitors who haven't signed in.</summary>
public sealed class AnonymousUserTests
{
    private static readonly Action<WebApplication> Anonymous = static app => app.UseAnonymousUsers();

    [Fact]
    public async Task A_visitor_is_recognized_by_the_cookie_of_the_first_event()
    {
        await using Server server = await Server.StartAsync(pipeline: Anonymous);

        (string first, string? cookie) = await server.GetWithCookieAsync("/first");
        (string second, string? again) = await server.GetWithCookieAsync("/second", cookie!.Split(';')[0]);
        (_, string? other) = await server.GetWithCookieAsync("/other");

        Assert.Equal(["Accepted", "Accepted"], [first, second]);
        Assert.Null(again);
        Assert.NotEqual(cookie, other);
        Assert.Matches("^\\.TypedEvents\\.Visitor=[0-9A-F]{32}; max-age=31536000; path=/; secure; samesite=lax; httponly$", cookie);
        EngageUser[] users = [.. server.Recorder.Of<PageViewed>().Select(item => item.User)];
        Assert.Equal(EngageUser.AnonymousId(cookie.Split('=', ';')[1]), users[0]);
        Assert.Equal(users[0], users[1]);
        Assert.NotEqual(users[0], users[2]);
    }

    [Fact]
    public async Task A_response_without_events_sets_no_cookie()
    {
        await using Server server = await Server.StartAsync(pipeline: Anonymous);

        Assert.Equal(("nothing", null), await server.GetWithCookieAsync("/none"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("user-42")]
    [InlineData("0123456789ABCDEF0123456789ABCDEG")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF0")]
    public async Task A_cookie_that_was_not_made_here_is_replaced(string value)
    {
        await using Server server = await Server.StartAsync(pipeline: Anonymous);

        (_, string? cookie) = await server.GetWithCookieAsync("/a", $".TypedEvents.Visitor={value}");

        Assert.NotNull(cookie);
        Assert.DoesNotContain($"={value};", cookie, StringComparison.Ordinal);
        Assert.NotEqual(EngageUser.AnonymousId(value), server.Recorder.Single<PageViewed>().User);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_consent_there_is_no_cookie(bool respectsConsent)
    {
        await using Server server = await Server.StartAsync(
            services => services.AddTypedEvents().AddCurrentUser(options => options.RespectTrackingConsent = respectsConsent),
            static app =>
            {
                Server.Consent(canTrack: false)(app);
                app.UseAnonymousUsers();
            });

        Assert.Equal((respectsConsent ? "Filtered" : "NoUser", null), await server.GetWithCookieAsync("/a"));
    }

    [Fact]
    public async Task A_signed_in_user_is_not_anonymous()
    {
        await using Server server = await Server.StartAsync(pipeline: static app =>
        {
            app.UseAnonymousUsers();
            Server.SignIn("test", ("sub", "42"))(app);
        });

        Assert.Equal(("Accepted", null), await server.GetWithCookieAsync("/a"));

        Assert.Equal(EngageUser.UserId("42"), server.Recorder.Single<PageViewed>().User);
    }

    [Fact]
    public async Task A_new_visitor_whose_response_has_begun_has_no_id()
    {
        await using Server server = await Server.StartAsync(pipeline: Anonymous);

        Assert.Equal("begun NoUser", await server.GetAsync("/begun"));
        Assert.Equal("begun Accepted", (await server.GetWithCookieAsync("/begun", ".TypedEvents.Visitor=0123456789ABCDEF0123456789ABCDEF")).Text);
    }

    [Fact]
    public async Task A_cookie_that_cannot_work_is_rejected_with_everything_that_is_wrong_before_a_request_comes()
    {
        await using Server server = await Server.StartAsync();

        ArgumentException wrong = Assert.Throws<ArgumentException>(() => new ApplicationBuilder(server.Services).UseAnonymousUsers(static options =>
        {
            options.Cookie.Name = "my visitor";
            options.Cookie.MaxAge = TimeSpan.Zero;
            options.Cookie.Path = "shop";
            options.Cookie.SameSite = SameSiteMode.None;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }));

        Assert.All(
            ["Cookie.Name must", "Cookie.MaxAge must", "Cookie.Path must", "Cookie.SecurePolicy must"],
            part => Assert.Contains(part, wrong.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_cookie_is_the_applications_choice()
    {
        await using Server server = await Server.StartAsync(pipeline: static app => app.UseAnonymousUsers(static options => (options.Cookie.Name, options.Cookie.Domain) = ("v", "example.com")));

        (_, string? cookie) = await server.GetWithCookieAsync("/a");

        Assert.StartsWith("v=", cookie, StringComparison.Ordinal);
        Assert.Contains("domain=example.com", cookie, StringComparison.Ordinal);
    }
}
