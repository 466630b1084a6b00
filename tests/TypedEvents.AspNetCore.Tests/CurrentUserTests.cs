using System.Data;
using System.Data.Common;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TypedEvents.Testing;

namespace TypedEvents.AspNetCore.Tests;

/// <summary>Whose events those of a request are, and which aren't tracked.</summary>
public sealed class CurrentUserTests
{
    public static TheoryData<string, string, string> Claims => new()
    {
        { ClaimTypes.NameIdentifier, "42", "sub" },
        { "sub", "43", "email" },
    };

    [Theory]
    [MemberData(nameof(Claims))]
    public async Task The_user_is_the_one_of_the_usual_claims(string type, string id, string otherType)
    {
        await using Server server = await Server.StartAsync(pipeline: Server.SignIn("test", (otherType, "other"), (type, id)));

        Assert.Equal("Accepted", await server.GetAsync("/a"));

        Assert.Equal(EngageUser.UserId(id), server.Recorder.Single<PageViewed>().User);
    }

    [Fact]
    public async Task Nobody_is_known_in_a_request_without_a_signed_in_user()
    {
        await using Server server = await Server.StartAsync(pipeline: Server.SignIn(null, (ClaimTypes.NameIdentifier, "42")));

        Assert.Equal("NoUser", await server.GetAsync("/a"));

        Assert.Equal(TrackResult.NoUser, Assert.Single(server.Recorder.Events).Result);
        server.Recorder.Nothing();
    }

    [Fact]
    public async Task A_claim_of_the_applications_choice_is_the_only_one_that_counts()
    {
        await using Server server = await Server.StartAsync(
            static services => services.AddTypedEvents().AddCurrentUser(static options => options.ClaimType = "customer"),
            app =>
            {
                app.MapGet("/with", static (IUserEventTracker tracker) => tracker.User?.ExternalId ?? "nobody");
                Server.SignIn("test", (ClaimTypes.NameIdentifier, "42"))(app);
            });

        Assert.Equal("nobody", await server.GetAsync("/with"));
    }

    [Fact]
    public async Task A_mapping_finds_the_user_at_each_call()
    {
        int calls = 0;
        await using Server server = await Server.StartAsync(services => services.AddTypedEvents().AddCurrentUser(options => options.Map = context =>
        {
            calls++;
            return context.Request.Path == "/a" ? new Euid(7) : null;
        }));

        Assert.Equal(["Accepted", "NoUser"], [await server.GetAsync("/a"), await server.GetAsync("/b")]);

        Assert.Equal(2, calls);
        Assert.Equal(new Euid(7), server.Recorder.Single<PageViewed>().User);
    }

    [Theory]
    [InlineData(false, true, "Filtered")]
    [InlineData(true, true, "Accepted")]
    [InlineData(false, false, "Accepted")]
    public async Task Without_consent_nothing_is_tracked(bool canTrack, bool respectsConsent, string expected)
    {
        bool wasUserRead = false;
        await using Server server = await Server.StartAsync(
            services => services.AddTypedEvents().AddCurrentUser(options =>
            {
                options.RespectTrackingConsent = respectsConsent;
                options.Map = _ =>
                {
                    wasUserRead = true;
                    return new Euid(7);
                };
            }),
            Server.Consent(canTrack));

        Assert.Equal(expected, await server.GetAsync("/a"));
        Assert.Equal(expected == "Accepted", wasUserRead);
        Assert.Equal(expected, Assert.Single(server.Recorder.Events).Result.ToString());
    }

    [Fact]
    public async Task A_bots_events_are_filtered()
    {
        await using Server server = await Server.StartAsync(static services => services.AddTypedEvents().AddCurrentUser(static options =>
        {
            options.Map = static _ => new Euid(7);
            options.IsBot = static context => context.Request.Headers.UserAgent.ToString().Contains("bot", StringComparison.OrdinalIgnoreCase);
        }));
        Assert.Equal("Accepted", await server.GetAsync("/a"));

        server.Client.DefaultRequestHeaders.UserAgent.ParseAdd("SomeBot/1.0");

        Assert.Equal("Filtered", await server.GetAsync("/a"));
    }

    [Fact]
    public async Task A_keyed_tracker_has_a_current_user_of_its_own()
    {
        await using Server server = await Server.StartAsync(
            static services =>
            {
                services.AddTypedEvents().AddCurrentUser();
                services.AddKeyedTypedEvents("billing").AddCurrentUser(static options => options.Map = static _ => new Euid(8));
            },
            static app =>
            {
                Server.SignIn("test", ("sub", "42"))(app);
                app.MapGet("/keyed", static (IServiceProvider services) =>
                {
                    TrackResult result = services.GetRequiredKeyedService<IUserEventTracker>("billing").TrackPageViewed("/keyed");
                    return result.ToString();
                });
            });

        Assert.Equal(["Accepted", "Accepted"], [await server.GetAsync("/keyed"), await server.GetAsync("/a")]);

        Assert.Equal(EngageUser.UserId("42"), server.Recorder.Single<PageViewed>().User);
        Assert.Equal(new Euid(8), server.Services.GetRecordingTracker("billing").Single<PageViewed>().User);
    }

    [Fact]
    public async Task The_current_users_tracker_is_enlisted_in_a_transaction_with_its_user_and_its_filters()
    {
        using var transaction = new OpenTransaction();
        await using Server server = await Server.StartAsync(
            static services => services.AddTypedEvents().AddCurrentUser(static options => options.IsBot = static context => context.Request.Path == "/bot"),
            app =>
            {
                Server.SignIn("test", ("sub", "42"))(app);
                app.MapGet("/order", TrackAsync);
                app.MapGet("/bot", TrackAsync);
            });

        Assert.Equal(["Accepted", "Filtered"], [await server.GetAsync("/order"), await server.GetAsync("/bot")]);

        RecordedEvent<PageViewed> recorded = server.Recorder.Single<PageViewed>();
        Assert.Equal((EngageUser.UserId("42"), transaction), (recorded.User, recorded.Transaction));
        FlushResult result = await server.Recorder.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, 1, 1), (result.Tracker.Enlisted, result.Tracker.Tracked, result.Tracker.Dropped.Filtered));

        async Task<string> TrackAsync(IUserEventTracker tracker) => $"{await tracker.Enlist(transaction).TrackPageViewedAsync("/order")}";
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_accessor_of_the_applications_own_needs_no_request(bool isRegisteredFirst)
    {
        var services = new ServiceCollection();
        if (isRegisteredFirst)
        {
            services.AddScoped<IEngageUserAccessor, CircuitUser>();
        }

        services.AddTypedEvents().AddCurrentUser();
        if (!isRegisteredFirst)
        {
            services.AddScoped<IEngageUserAccessor, CircuitUser>();
        }

        services.AddTypedEventsTesting();
        await using ServiceProvider provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        using IServiceScope circuit = provider.CreateScope();

        Assert.Equal(TrackResult.Accepted, await circuit.ServiceProvider.GetRequiredService<IUserEventTracker>().TrackPageViewedAsync("/", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(EngageUser.UserId("circuit"), provider.GetRecordingTracker().Single<PageViewed>().User);
    }

    [Fact]
    public async Task An_empty_claim_type_is_named()
    {
        var services = new ServiceCollection();
        services.AddTypedEvents().AddCurrentUser(static options => options.ClaimType = " ");
        services.AddTypedEventsTesting();
        await using ServiceProvider provider = services.BuildServiceProvider();
        using IServiceScope scope = provider.CreateScope();

        Assert.Contains("CurrentUserOptions.ClaimType", Assert.Throws<OptionsValidationException>(scope.ServiceProvider.GetRequiredService<IUserEventTracker>).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_option_fails_the_start_together_with_those_of_the_tracker()
    {
        var services = new ServiceCollection();
        services.AddTypedEvents(static options => options.MaxBatchEvents = 0).AddCurrentUser(static options => options.ClaimType = "");
        services.AddKeyedTypedEvents("billing", static options => (options.ApiKey, options.ApiSecret) = ("k", "s")).AddCurrentUser(static options => options.ClaimType = " ");
        await using ServiceProvider provider = services.BuildServiceProvider();

        OptionsValidationException invalid = await Assert.ThrowsAsync<OptionsValidationException>(() => provider.StartTypedEventsAsync(TestContext.Current.CancellationToken).AsTask());

        Assert.All(
            ["MaxBatchEvents", "ApiKey", "CurrentUserOptions.ClaimType must", "CurrentUserOptions.ClaimType of the tracker 'billing'"],
            part => Assert.Contains(part, invalid.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, "circuit")]
    [InlineData(true, "keyed")]
    public async Task An_accessor_of_the_applications_own_is_that_of_keyed_trackers_too_unless_they_have_another(bool hasKeyed, string expected)
    {
        var services = new ServiceCollection();
        services.AddKeyedTypedEvents("billing").AddCurrentUser();
        services.AddScoped<IEngageUserAccessor, CircuitUser>();
        if (hasKeyed)
        {
            services.AddKeyedScoped<IEngageUserAccessor>("billing", static (_, _) => new KeyedUser());
        }

        services.AddTypedEventsTesting();
        await using ServiceProvider provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        using IServiceScope circuit = provider.CreateScope();

        circuit.ServiceProvider.GetRequiredKeyedService<IUserEventTracker>("billing").TrackPageViewed("/");

        Assert.Equal(EngageUser.UserId(expected), provider.GetRecordingTracker("billing").Single<PageViewed>().User);
    }

    private sealed class KeyedUser : IEngageUserAccessor
    {
        public EngageUser? GetUser() => EngageUser.UserId("keyed");
    }

    private sealed class CircuitUser : IEngageUserAccessor
    {
        public EngageUser? GetUser() => EngageUser.UserId("circuit");
    }

    private sealed class OpenTransaction : DbTransaction
    {
        public override IsolationLevel IsolationLevel => IsolationLevel.ReadCommitted;

        protected override DbConnection? DbConnection => null;

        public override void Commit() => throw new NotSupportedException();

        public override void Rollback() => throw new NotSupportedException();
    }
}
