#pragma warning disable TE0023 // Constants that break rules are what is tested.
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>What becomes of a value that breaks a rule of its property: the setting says.</summary>
public sealed partial class ValidationFailureTests
{
    [EngageEvent("invited")]
    internal sealed partial record Invited([AllowedValues("free", "pro")] string Plan, [Range(1, 100)] int Seats, string Note = "x");

    [EngageEvent("joined")]
    internal sealed partial record Joined([Range(1, 100)] int Seats);

    [Fact]
    public async Task By_default_it_is_sent_all_the_same()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.LoggerFactory = logger);

        Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Alice, new Invited("secret", 500)));
        Assert.Equal(TrackResult.Accepted, await tracker.TrackValidationFailureTestsInvitedAsync(Trackers.Alice, "secret", 5, cancellationToken: Trackers.Cancellation));
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(
            ["""{"plan":"secret","seats":5,"note":"x"}""", """{"plan":"secret","seats":500,"note":"x"}"""],
            emulator.Events.Select(received => received.Properties!.Value.GetRawText()).Order());
        Assert.Equal(3, result.Tracker.ValidationFailures);
        Assert.Equal(2, result.Outbox.Delivered);
        Trackers.AssertAccountingInvariants(result, tracked: 2);
        AssertLogged(logger, "sent anyway");
    }

    [EngageEvent("coded")]
    internal sealed partial record Coded([StringLength(3), RegularExpression("[a-z]+")] string Code);

    [Fact]
    public async Task Each_rule_of_a_property_is_logged_once()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.LoggerFactory = logger);

        foreach (string code in (string[])["1234", "123", "12345", "321"])
        {
            Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Alice, new Coded(code)));
        }

        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(4, result.Tracker.ValidationFailures);
        Trackers.AssertAccountingInvariants(result, tracked: 4);
        string[] rules = [.. logger.Entries.Select(entry => entry.Text).Where(text => text.Contains("failed validation", StringComparison.Ordinal))];
        Assert.Equal(2, rules.Length);
        Assert.Contains("StringLength: at most 3", rules[0], StringComparison.Ordinal);
        Assert.Contains("RegularExpression: [a-z]+", rules[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_may_be_left_out()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.LoggerFactory = logger;
            options.ValidationFailures = ValidationFailurePolicy.OmitProperty;
        });

        Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Alice, new Invited("secret", 500)));
        Assert.Equal(TrackResult.Accepted, await tracker.TrackAsync(Trackers.Alice, new Invited("secret", 5), cancellationToken: Trackers.Cancellation));
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(
            ["""{"note":"x"}""", """{"seats":5,"note":"x"}"""],
            emulator.Events.Select(received => received.Properties!.Value.GetRawText()).Order());
        Assert.Equal(3, result.Tracker.ValidationFailures);
        Assert.Equal(2, result.Outbox.Delivered);
        Trackers.AssertAccountingInvariants(result, tracked: 2);
        AssertLogged(logger, "omitted");
    }

    [Fact]
    public async Task The_event_may_be_rejected()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.LoggerFactory = logger;
            options.ValidationFailures = ValidationFailurePolicy.RejectEvent;
        });

        Assert.Equal(TrackResult.Invalid, tracker.Track(Trackers.Alice, new Invited("secret", 500)));
        Assert.Equal(TrackResult.Invalid, await tracker.TrackAsync(Trackers.Alice, new Invited("secret", 5), cancellationToken: Trackers.Cancellation));
        Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Alice, new Invited("pro", 5)));
        Assert.Equal(TrackResult.Invalid, tracker.Track(default, new Invited("pro", 5)));
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(3, result.Tracker.Dropped.Invalid);
        Assert.Equal(3, result.Tracker.ValidationFailures);
        Assert.Equal(1, result.Outbox.Delivered);
        Assert.Equal(1, emulator.EventCount);
        Trackers.AssertAccountingInvariants(result, tracked: 4);
        AssertLogged(logger, "The event was not tracked");
    }

    [Fact]
    public async Task The_call_may_throw()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options =>
        {
            options.LoggerFactory = logger;
            options.ValidationFailures = ValidationFailurePolicy.Throw;
        });

        EventValidationException thrown = Assert.Throws<EventValidationException>(() => tracker.Track(Trackers.Alice, new Invited("secret", 500)));
        ValueTask<TrackResult> pending = tracker.TrackValidationFailureTestsInvitedAsync(Trackers.Alice, "pro", 500, cancellationToken: Trackers.Cancellation);
        EventValidationException thrownLater = await Assert.ThrowsAsync<EventValidationException>(pending.AsTask);
        Assert.Throws<EventValidationException>(() => tracker.Track(Trackers.Alice, (IEngageEvent)new Joined(0)));
        Assert.Equal(TrackResult.Accepted, tracker.Track(Trackers.Alice, new Invited("pro", 5)));
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal("Property 'plan' of event 'invited' failed validation. AllowedValues: free, pro.", thrown.Message);
        Assert.Equal(("invited", "seats", "Range: 1 to 100"), (thrownLater.EventName, thrownLater.PropertyName, thrownLater.Rule));
        Assert.Equal(3, result.Tracker.Dropped.Invalid);
        Assert.Equal(4, result.Tracker.ValidationFailures);
        Assert.Equal(1, result.Outbox.Delivered);
        Trackers.AssertAccountingInvariants(result, tracked: 4);
        Assert.DoesNotContain("secret", thrown + logger.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_getter_that_throws_makes_an_invalid_event_whatever_is_set()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.ValidationFailures = ValidationFailurePolicy.Throw);

        // The getter tracks by itself, and that call throws: an exception of the getter as any other.
        Assert.Equal(TrackResult.Invalid, tracker.Track(Trackers.Alice, new Misbehaving(() => tracker.Track(Trackers.Alice, new Joined(0)).ToString())));
        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(2, result.Tracker.Dropped.Invalid);
        Trackers.AssertAccountingInvariants(result, tracked: 2);
    }

    [Fact]
    public async Task Each_property_of_each_event_is_logged_once()
    {
        using var logger = new CapturingLogger();
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EventTracker tracker = Trackers.Create(emulator, options => options.LoggerFactory = logger);
        for (int i = 0; i < 10; i++)
        {
            tracker.Track(Trackers.Alice, new Invited("secret", 0));
            tracker.Track(Trackers.Alice, new Joined(0));
        }

        FlushResult result = await tracker.FlushAsync(Trackers.Cancellation);

        Assert.Equal(30, result.Tracker.ValidationFailures);
        Assert.Equal(3, logger.Entries.Count(entry => entry.Text.Contains("failed validation", StringComparison.Ordinal)));
        Trackers.AssertAccountingInvariants(result, tracked: 20);
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
