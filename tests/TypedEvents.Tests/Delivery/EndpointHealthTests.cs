using System.Net;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Tests;

/// <summary>What people are told of an endpoint that fails.</summary>
public sealed class EndpointHealthTests : IDisposable
{
    private static readonly DateTimeOffset Date = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);
    private static readonly EngageResponse Unavailable = new() { Status = HttpStatusCode.ServiceUnavailable };
    private static readonly EngageResponse NotFound = new() { Status = HttpStatusCode.NotFound };

    private readonly CapturingLogger _logger = new();
    private readonly EndpointHealth _health;

    public EndpointHealthTests() => _health = new EndpointHealth(new Uri("https://example.org/v1/event/report"), isRegistration: false, _logger);

    public void Dispose() => _logger.Dispose();

    [Fact]
    public void A_failure_now_and_then_is_a_problem_and_no_entry()
    {
        Note(Unavailable, failures: 1);
        Note(Unavailable, failures: 2);
        Assert.Contains("https://example.org/v1/event/report", _health.Problem, StringComparison.Ordinal);
        _health.NoteRecovery();
        Assert.Null(_health.Problem);
        Assert.Empty(_logger.Entries);
    }

    [Fact]
    public void Failures_consecutively_are_one_entry_however_many_and_the_recovery_another()
    {
        for (int failures = 1; failures <= 20; failures++)
        {
            Note(Unavailable, failures, failures < 5 ? null : CircuitOpenReason.Failures);
        }

        (LogLevel level, string text) = Assert.Single(_logger.Entries);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains("503", text, StringComparison.Ordinal);
        _health.NoteRecovery();
        _health.NoteRecovery();
        Assert.Equal(2, _logger.Entries.Count);
        Assert.Contains("again", _logger.Entries[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void That_somebody_has_to_act_is_an_entry_of_its_own_and_is_not_repeated()
    {
        Note(Unavailable, failures: 3);
        for (int i = 0; i < 3; i++)
        {
            Note(NotFound, failures: 5, CircuitOpenReason.Configuration);
            Note(Unavailable, failures: 6, CircuitOpenReason.Failures);
        }

        Assert.Equal([LogLevel.Warning, LogLevel.Error], _logger.Entries.Select(entry => entry.Level));
    }

    [Fact]
    public void A_server_that_hangs_is_an_entry_after_the_first_timeout()
    {
        Note(new EngageResponse { TransportError = TransportError.TimedOut }, failures: 1);
        Note(new EngageResponse { TransportError = TransportError.TimedOut }, failures: 2);
        Assert.Contains("timed out", Assert.Single(_logger.Entries).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_outage_is_recalled_every_15_minutes_with_the_pending_events_and_since_when()
    {
        Assert.Null(_health.NextReminder);
        Note(Unavailable, failures: 3);
        Assert.Equal(TimeSpan.FromMinutes(15), _health.NextReminder);
        _health.Remind(pending: 0, TimeSpan.FromMinutes(15));
        Assert.Single(_logger.Entries);
        _health.Remind(pending: 42, TimeSpan.FromMinutes(30));
        Assert.Equal(TimeSpan.FromMinutes(45), _health.NextReminder);
        (LogLevel level, string text) = _logger.Entries[1];
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains("since 2026-05-04 03:02:01Z; 42 events are pending", text, StringComparison.Ordinal);
        Assert.Contains("503", text, StringComparison.Ordinal);
        _health.NoteRecovery();
        Assert.Null(_health.NextReminder);
    }

    [Fact]
    public void Where_others_deliver_nothing_is_recalled_before_it_fails_here_again()
    {
        Note(Unavailable, failures: 3);
        _health.ForgetSince();
        Assert.Null(_health.NextReminder);
        Assert.NotNull(_health.Problem);

        DateTimeOffset later = Date + TimeSpan.FromHours(2);
        _health.NoteProblem(Unavailable, null, consecutiveFailures: 4, later, TimeSpan.FromHours(2));
        Assert.Equal(TimeSpan.FromHours(2.25), _health.NextReminder);
        _health.Remind(pending: 42, TimeSpan.FromHours(2.25));
        Assert.Contains("since 2026-05-04 05:02:01Z", _logger.Entries[1].Text, StringComparison.Ordinal);
    }

    private void Note(EngageResponse response, int failures, CircuitOpenReason? circuitBreaker = null) =>
        _health.NoteProblem(response, circuitBreaker, failures, Date, TimeSpan.Zero);
}
