using System.Globalization;
using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>
/// What is wrong with one of EngageLab's endpoints, as people are told: one entry in the log when it fails, one more if it turns out that
/// somebody has to act, one every 15 minutes while it lasts, and one when it works again.
/// </summary>
/// <param name="address">The endpoint.</param>
/// <param name="isRegistration">Whether it registers users; otherwise it takes events.</param>
/// <param name="logger">The log.</param>
internal sealed class EndpointHealth(Uri address, bool isRegistration, ILogger logger)
{
    private const int FailuresToLog = 3;

    private volatile string? _problem;
    private bool _isLogged;
    private CircuitOpenReason? _loggedReason;
    private DateTimeOffset? _failingSince;

    public Uri Address => address;

    /// <summary>What came back last that wasn't an acceptance, and what to check; <see langword="null"/> once something was accepted.</summary>
    public string? Problem => _problem;

    /// <summary>When it is due to log that the endpoint still fails; <see langword="null"/>: it doesn't, or that wasn't logged at all.</summary>
    public TimeSpan? NextReminder { get; private set; }

    /// <summary>Notes a response other than an acceptance.</summary>
    /// <param name="response">The response.</param>
    /// <param name="circuitBreaker">Why the circuit breaker of the endpoint is closed now, if it is.</param>
    /// <param name="consecutiveFailures">How many requests have failed consecutively.</param>
    /// <param name="utcNow">The date.</param>
    /// <param name="now">The time.</param>
    public void NoteProblem(EngageResponse response, CircuitOpenReason? circuitBreaker, int consecutiveFailures, DateTimeOffset utcNow, TimeSpan now)
    {
        string problem = _problem = response.Describe(address);
        if (consecutiveFailures > 0 || circuitBreaker is not null)
        {
            NoteFailing(utcNow, now);
        }

        if (circuitBreaker is { } reason && reason != _loggedReason && !(reason == CircuitOpenReason.Failures && _isLogged))
        {
            Log.CircuitOpened(logger, Subject, Describe(reason), problem, response.Exception);
            _loggedReason = reason;
            NoteLogged(now);
        }
        else if (!_isLogged && (consecutiveFailures >= FailuresToLog || response.TransportError == TransportError.TimedOut))
        {
            Log.DeliveryFailed(logger, Subject, problem, response.Exception);
            NoteLogged(now);
        }
    }

    /// <summary>Notes that registrations are accepted and nobody gets an EUID.</summary>
    /// <param name="users">How many were asked for.</param>
    /// <param name="consecutiveResponses">How many responses consecutively were like that.</param>
    /// <param name="utcNow">The date.</param>
    /// <param name="now">The time.</param>
    public void NoteEmpty(int users, int consecutiveResponses, DateTimeOffset utcNow, TimeSpan now)
    {
        string problem = _problem = $"{address} accepted a request for {users} user ids and gave an EUID for none of them. Check the ids, BaseAddress and a proxy in between.";
        NoteFailing(utcNow, now);
        if (!_isLogged && consecutiveResponses >= FailuresToLog)
        {
            Log.DeliveryFailed(logger, Subject, problem, null);
            NoteLogged(now);
        }
    }

    /// <summary>Notes that the endpoint did what it is there for: events were delivered, or a user got an EUID.</summary>
    public void NoteRecovery()
    {
        _problem = null;
        _failingSince = null;
        _loggedReason = null;
        NextReminder = null;
        if (_isLogged)
        {
            _isLogged = false;
            if (isRegistration)
            {
                Log.RegistrationRecovered(logger);
            }
            else
            {
                Log.DeliveryRecovered(logger);
            }
        }
    }

    /// <summary>Forgets since when the endpoint fails: others deliver the events. Nothing is to be recalled before it fails here again.</summary>
    public void ForgetSince()
    {
        _failingSince = null;
        NextReminder = null;
    }

    /// <summary>Logs that the endpoint still fails.</summary>
    public void Remind(long? pending, TimeSpan now)
    {
        NextReminder = now + RetrySchedules.ReminderInterval;
        if (pending != 0 && _failingSince is { } since)
        {
            Log.StillFailing(logger, Subject, since, pending?.ToString("N0", CultureInfo.InvariantCulture) ?? "an unknown number of", _problem ?? "");
        }
    }

    private string Subject => isRegistration ? "Events of users who have to be registered first" : "Events";

    private void NoteFailing(DateTimeOffset utcNow, TimeSpan now)
    {
        _failingSince ??= utcNow;
        if (_isLogged)
        {
            NextReminder ??= now + RetrySchedules.ReminderInterval;
        }
    }

    private void NoteLogged(TimeSpan now)
    {
        _isLogged = true;
        NextReminder ??= now + RetrySchedules.ReminderInterval;
    }

    private static string Describe(CircuitOpenReason reason) => reason switch
    {
        CircuitOpenReason.Configuration => "configuration error",
        CircuitOpenReason.Rejections => "every request is rejected",
        _ => "consecutive requests failed",
    };
}
