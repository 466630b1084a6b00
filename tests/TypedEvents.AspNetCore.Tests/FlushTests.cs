using Microsoft.AspNetCore.Builder;
using TypedEvents.Emulator;

namespace TypedEvents.AspNetCore.Tests;

/// <summary>The events of a request are delivered with it.</summary>
public sealed class FlushTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_the_response_is_complete_the_events_have_arrived()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Token);
        await using Server server = await StartAsync(emulator, FlushMoment.BeforeResponse);

        Assert.Equal("Accepted", await server.GetAsync("/a"));

        Assert.Equal("page_viewed", Assert.Single(emulator.Events).EventName);
        FlushResult result = Assert.Single(await server.Services.FlushTypedEventsAsync(Token)).Value;
        Assert.Equal((1, 1), (result.Tracker.Tracked, result.Outbox!.Delivered));
    }

    [Fact]
    public async Task After_the_response_the_events_arrive_without_the_flush_interval()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Token);
        await using Server server = await StartAsync(emulator, FlushMoment.AfterResponse);

        Assert.Equal("Accepted", await server.GetAsync("/a"));

        await emulator.WaitForEventsAsync(1, cancellationToken: Token);
    }

    [Theory]
    [InlineData(FlushMoment.BeforeResponse)]
    [InlineData(FlushMoment.AfterResponse)]
    public async Task A_flush_that_finds_the_server_down_does_not_change_the_response(FlushMoment moment)
    {
        await using Server server = await Server.StartAsync(pipeline: app => app.UseTypedEventsFlush(moment));
        server.Recorder.ReturnFlush(FlushOutcome.Blocked, "EngageLab is down.");

        Assert.Equal("nothing", await server.GetAsync("/none"));
    }

    [Fact]
    public async Task Any_other_moment_is_rejected()
    {
        await using Server server = await Server.StartAsync();

        Assert.Throws<ArgumentOutOfRangeException>(() => new ApplicationBuilder(server.Services).UseTypedEventsFlush((FlushMoment)2));
    }

    [Fact]
    public async Task Without_a_tracker_the_pipeline_is_not_built()
    {
        await using WebApplication app = WebApplication.CreateSlimBuilder().Build();

        Assert.Contains("AddTypedEvents", Assert.Throws<InvalidOperationException>(() => app.UseTypedEventsFlush()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pipeline_makes_no_tracker()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddTypedEvents(_ => throw new InvalidOperationException("Not yet."));
        await using WebApplication app = builder.Build();
        app.UseTypedEventsFlush();
    }

    private static Task<Server> StartAsync(EngageLabEmulator emulator, FlushMoment moment) => Server.StartAsync(
        services => services.AddTypedEvents(options =>
        {
            (options.BaseAddress, options.AllowInsecureLoopback, options.ApiKey, options.ApiSecret) = (emulator.BaseAddress, true, "local", "local");
            options.FlushInterval = TimeSpan.FromHours(1);
        }).AddCurrentUser(static options => options.Map = static _ => new Euid(7)),
        app => app.UseTypedEventsFlush(moment),
        isRecording: false);
}
