#pragma warning disable TE0023 // These tests need constants that fail validation.
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Tests;

/// <summary>Values that fail a validation attribute are treated as the policy says.</summary>
public sealed partial class ValidationFailureTests
{
    [EngageEvent("invited")]
    internal sealed partial record Invited([AllowedValues("free", "pro")] string Plan, [Range(1, 100)] int Seats, string Note = "x");

    [EngageEvent("joined")]
    internal sealed partial record Joined([Range(1, 100)] int Seats);

    [Fact]
    public async Task By_default_the_value_is_sent()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();

        Assert.Equal(TrackResult.Accepted, scenario.Track(new Invited("secret", 500)));
        Assert.Equal(TrackResult.Accepted, await scenario.TrackValidationFailureTestsInvitedAsync(Trackers.Alice, "secret", 5, cancellationToken: Trackers.Cancellation));
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(
            ["""{"plan":"secret","seats":5,"note":"x"}""", """{"plan":"secret","seats":500,"note":"x"}"""],
            scenario.Emulator.Events.Select(received => received.PropertiesJson()).Order());
        Assert.Equal(3, result.Tracker.ValidationFailures);
        Assert.Equal(2, result.Outbox!.Delivered);
        AssertLogged(scenario.Log, "sent anyway");
    }

    [EngageEvent("coded")]
    internal sealed partial record Coded([StringLength(3), RegularExpression("[a-z]+")] string Code);

    [Fact]
    public async Task Each_attribute_of_a_property_is_logged_once()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();

        foreach (string code in (string[])["1234", "123", "12345", "321"])
        {
            Assert.Equal(TrackResult.Accepted, scenario.Track(new Coded(code)));
        }

        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(4, result.Tracker.ValidationFailures);
        string[] rules = [.. scenario.Log.Entries.Select(entry => entry.Text).Where(text => text.Contains("failed validation", StringComparison.Ordinal))];
        Assert.Equal(2, rules.Length);
        Assert.Contains("StringLength: at most 3", rules[0], StringComparison.Ordinal);
        Assert.Contains("RegularExpression: [a-z]+", rules[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_property_may_be_omitted()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.ValidationFailures = ValidationFailurePolicy.OmitProperty);

        Assert.Equal(TrackResult.Accepted, scenario.Track(new Invited("secret", 500)));
        Assert.Equal(TrackResult.Accepted, await scenario.TrackAsync(new Invited("secret", 5)));
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(
            ["""{"note":"x"}""", """{"seats":5,"note":"x"}"""],
            scenario.Emulator.Events.Select(received => received.PropertiesJson()).Order());
        Assert.Equal(3, result.Tracker.ValidationFailures);
        Assert.Equal(2, result.Outbox!.Delivered);
        AssertLogged(scenario.Log, "omitted");
    }

    [Fact]
    public async Task The_event_may_be_rejected()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.ValidationFailures = ValidationFailurePolicy.RejectEvent);

        Assert.Equal(TrackResult.Invalid, scenario.Track(new Invited("secret", 500)));
        Assert.Equal(TrackResult.Invalid, await scenario.TrackAsync(new Invited("secret", 5)));
        Assert.Equal(TrackResult.Accepted, scenario.Track(new Invited("pro", 5)));
        Assert.Equal(TrackResult.Invalid, scenario.Track(default, new Invited("pro", 5)));
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(3, result.Tracker.Dropped.Invalid);
        Assert.Equal(3, result.Tracker.ValidationFailures);
        Assert.Equal(1, result.Outbox!.Delivered);
        Assert.Equal(1, scenario.Emulator.EventCount);
        AssertLogged(scenario.Log, "The event was not tracked");
    }

    [Fact]
    public async Task The_call_may_throw()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.ValidationFailures = ValidationFailurePolicy.Throw);

        EventValidationException thrown = Assert.Throws<EventValidationException>(() => scenario.Track(new Invited("secret", 500)));
        ValueTask<TrackResult> pending = scenario.TrackValidationFailureTestsInvitedAsync(Trackers.Alice, "pro", 500, cancellationToken: Trackers.Cancellation);
        EventValidationException thrownLater = await Assert.ThrowsAsync<EventValidationException>(pending.AsTask);
        Assert.Throws<EventValidationException>(() => scenario.Track(Trackers.Alice, (IEngageEvent)new Joined(0)));
        Assert.Equal(TrackResult.Accepted, scenario.Track(new Invited("pro", 5)));
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal("Property 'plan' of event 'invited' failed validation. AllowedValues: free, pro.", thrown.Message);
        Assert.Equal(("invited", "seats", "Range: 1 to 100"), (thrownLater.EventName, thrownLater.PropertyName, thrownLater.Rule));
        Assert.Equal(3, result.Tracker.Dropped.Invalid);
        Assert.Equal(4, result.Tracker.ValidationFailures);
        Assert.Equal(1, result.Outbox!.Delivered);
        Assert.DoesNotContain("secret", thrown + scenario.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_getter_that_throws_makes_an_invalid_event_with_any_policy()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(options => options.ValidationFailures = ValidationFailurePolicy.Throw);

        // The getter tracks an event, and that call throws: for the outer call this is an ordinary exception of a getter.
        Assert.Equal(TrackResult.Invalid, scenario.Track(new Misbehaving(() => scenario.Track(new Joined(0)).ToString())));
        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(2, result.Tracker.Dropped.Invalid);
    }

    [Fact]
    public async Task Each_property_of_each_event_is_logged_once()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync();
        for (int i = 0; i < 10; i++)
        {
            scenario.Track(new Invited("secret", 0));
            scenario.Track(new Joined(0));
        }

        FlushResult result = await scenario.FlushAsync();

        Assert.Equal(30, result.Tracker.ValidationFailures);
        Assert.Equal(3, scenario.Log.Entries.Count(entry => entry.Text.Contains("failed validation", StringComparison.Ordinal)));
    }

    private static void AssertLogged(CapturingLogger logger, string consequence)
    {
        (LogLevel Level, string Text)[] entries = [.. logger.Entries.Where(entry => entry.Text.Contains("failed validation", StringComparison.Ordinal))];
        Assert.Equal(2, entries.Length);
        Assert.All(entries, entry => Assert.Equal(LogLevel.Warning, entry.Level));
        Assert.Contains("'plan' of event 'invited' failed validation. AllowedValues: free, pro.", entries[0].Text, StringComparison.Ordinal);
        Assert.Contains("'seats' of event 'invited' failed validation. Range: 1 to 100.", entries[1].Text, StringComparison.Ordinal);
        Assert.All(entries, entry => Assert.Contains(consequence, entry.Text, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", logger.Text, StringComparison.Ordinal);
    }
}
