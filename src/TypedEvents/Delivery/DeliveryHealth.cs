using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>What keeps events from being delivered.</summary>
internal sealed class DeliveryHealth(Uri reportAddress, Uri registerAddress, ILogger logger)
{
    private volatile string? _fault;
    private volatile string? _remainder;
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

    /// <summary>Notes that a step failed by an exception, or, with <see langword="null"/>, that one didn't.</summary>
    public void NoteFault(Exception? exception) => _fault = exception?.Message;

    /// <summary>Notes why events can't be delivered although no endpoint fails.</summary>
    public void NoteRemainder(string? remainder) => _remainder = remainder;

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

    /// <summary>Logs what still fails.</summary>
    public void Remind(long pending, TimeSpan now)
    {
        foreach (EndpointHealth endpoint in (EndpointHealth[])[Reports, Registrations])
        {
            if (now >= endpoint.NextReminder)
            {
                endpoint.Remind(pending, now);
            }
        }
    }
}
