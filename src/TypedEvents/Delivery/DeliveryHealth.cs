using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>What keeps events from being delivered.</summary>
internal sealed class DeliveryHealth(Uri reportAddress, Uri registerAddress, ILogger logger)
{
    /// <summary>A fault that comes and goes is logged once a minute at most.</summary>
    private static readonly TimeSpan ShortestFaultInterval = TimeSpan.FromMinutes(1);

    private volatile string? _fault;
    private TimeSpan? _faultLoggedAt;
    private bool _isFaultLogged;
    private volatile string? _remainder;

    /// <summary>What was said of the event that was quarantined last.</summary>
    private string? _lastQuarantined;

    private bool _isOmissionLogged;
    private bool _isRejectionLogged;

    public EndpointHealth Reports { get; } = new(reportAddress, isRegistration: false, logger);

    public EndpointHealth Registrations { get; } = new(registerAddress, isRegistration: true, logger);

    /// <summary>What keeps events from being delivered and what to check, with the address of each endpoint that fails; or <see langword="null"/>.</summary>
    public string? Problem
    {
        get
        {
            string problem = string.Join(' ', Array.FindAll<string?>([_fault, Reports.Problem, Registrations.Problem], one => one is not null));
            return problem.Length > 0 ? problem : _remainder;
        }
    }

    /// <summary>When it is due to log that something still fails.</summary>
    public TimeSpan? NextReminder =>
        Reports.NextReminder is null || Registrations.NextReminder < Reports.NextReminder ? Registrations.NextReminder : Reports.NextReminder;

    /// <summary>Notes that a step failed by an exception. It is logged when that begins, and every 15 minutes while it lasts.</summary>
    public void NoteFault(Exception exception, TimeSpan now)
    {
        _fault = exception.Message;
        if (!(now - _faultLoggedAt < (_isFaultLogged ? RetrySchedules.ReminderInterval : ShortestFaultInterval)))
        {
            Log.DeliveryFaulted(logger, exception);
            _faultLoggedAt = now;
            _isFaultLogged = true;
        }
    }

    /// <summary>Notes that a step ran to its end.</summary>
    public void NoteFaultEnded()
    {
        _fault = null;
        if (_isFaultLogged)
        {
            _isFaultLogged = false;
            Log.FaultEnded(logger);
        }
    }

    /// <summary>Notes that another process has the claim, and so delivers the events: since when they aren't delivered is unknown here.</summary>
    public void NoteOthersDeliver()
    {
        Reports.ForgetSince();
        Registrations.ForgetSince();
    }

    /// <summary>Notes what came back for an event that is quarantined.</summary>
    public void NoteQuarantined(EngageResponse response) => _lastQuarantined = response.Describe(Reports.Address);

    /// <summary>Notes what remains where no endpoint fails: nothing that is known here, if all was settled.</summary>
    /// <param name="outcome">What somebody who waited for events to be settled is told.</param>
    /// <param name="positions">How far the outbox is.</param>
    /// <param name="heldNames">The names on hold.</param>
    /// <param name="quarantined">How many events are quarantined.</param>
    /// <param name="omittedUsers">How many users EngageLab gave no EUID.</param>
    public void NoteRemainder(FlushOutcome outcome, OutboxPositions positions, IReadOnlyCollection<string> heldNames, int quarantined, int omittedUsers) =>
        _remainder = outcome == FlushOutcome.Blocked ? DescribeRemainder(positions, heldNames, quarantined, omittedUsers) : null;

    /// <summary>Logs that users have no EUID: once for each cause, as there may be one for each visitor.</summary>
    public void NoteUnknownUsers(int count, DeadLetterReason reason, bool isOmission)
    {
        if (isOmission ? _isOmissionLogged : _isRejectionLogged)
        {
            return;
        }

        if (isOmission)
        {
            _isOmissionLogged = true;
        }
        else
        {
            _isRejectionLogged = true;
        }

        Log.UsersUnknown(logger, Registrations.Address, count, reason.Message ?? "");
    }

    /// <summary>Logs what still fails, where it is due, with the number of pending events.</summary>
    public void Remind(OutboxStatistics? statistics, TimeSpan now)
    {
        foreach (EndpointHealth endpoint in (EndpointHealth[])[Reports, Registrations])
        {
            if (now >= endpoint.NextReminder)
            {
                endpoint.Remind(statistics?.Pending, now);
            }
        }
    }

    private string DescribeRemainder(OutboxPositions positions, IReadOnlyCollection<string> heldNames, int quarantined, int omittedUsers)
    {
        List<string> remainder = [];
        if (positions.OldestHeld is not null)
        {
            remainder.Add($"EngageLab rejects all events of a name, and they are held{(heldNames.Count > 0 ? $": '{string.Join("', '", heldNames)}'" : "")}. One a minute is tried.");
        }

        if (quarantined > 0)
        {
            remainder.Add($"{quarantined} events failed or were rejected alone, and are quarantined until there is evidence that others are accepted. {_lastQuarantined}");
        }

        if (omittedUsers > 0)
        {
            remainder.Add($"{Registrations.Address} gave no EUID for {omittedUsers} user ids. Their events are pending until it gives other ids of the same kind theirs.");
        }

        return remainder.Count > 0 ? string.Join(' ', remainder) : "What remains can't be sent now.";
    }
}
