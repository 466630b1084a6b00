using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>Reports unusual events: each kind is logged once per event type, and always counted.</summary>
internal sealed class EventDiagnostics(ILogger logger)
{
    private readonly LoggedKinds _logged = new();
    private readonly LoggedKinds _loggedRules = new();
    private long _nonFiniteNumbersOmitted;
    private long _stringsTruncated;
    private long _validationFailures;

    public long NonFiniteNumbersOmitted => Interlocked.Read(ref _nonFiniteNumbersOmitted);

    public long StringsTruncated => Interlocked.Read(ref _stringsTruncated);

    public long ValidationFailures => Interlocked.Read(ref _validationFailures);

    public void Note(EventSchema schema, ScratchBuffer scratch)
    {
        Interlocked.Add(ref _stringsTruncated, scratch.StringsTruncated);
        Interlocked.Add(ref _nonFiniteNumbersOmitted, scratch.NonFiniteNumbers.Count);
        foreach (string property in scratch.NonFiniteNumbers)
        {
            if (IsFirst(schema.Name, property))
            {
                Log.NumberNotFinite(logger, schema.Name, property);
            }
        }

        Interlocked.Add(ref _validationFailures, scratch.InvalidValues.Count);
        foreach (InvalidValue broken in scratch.InvalidValues)
        {
            if (_loggedRules[schema.Name][broken.Property].IsFirst(broken.Rule))
            {
                Log.ValidationFailed(logger, schema.Name, broken.Property, broken.Rule, ConsequenceOf(scratch.ValidationFailures));
            }
        }
    }

    public void NoteInvalid(string eventName, string reason, Exception? exception)
    {
        if (IsFirst(eventName, exception?.GetType().FullName ?? reason))
        {
            Log.EventInvalid(logger, eventName, reason, exception);
        }
    }

    public void NoteTooLarge(EventSchema schema, int maxEventBytes)
    {
        if (IsFirst(schema.Name, nameof(DropReason.TooLarge)))
        {
            Log.EventTooLarge(logger, schema.Name, maxEventBytes);
        }
    }

    public void NoteBufferFull()
    {
        if (IsFirst("", nameof(DropReason.BufferFull)))
        {
            Log.BufferFull(logger);
        }
    }

    public void NoteTrackedAfterStop(string eventName)
    {
        if (IsFirst("", nameof(DropReason.Closed)))
        {
            Log.TrackedAfterStop(logger, eventName);
        }
    }

    private static string ConsequenceOf(ValidationFailurePolicy policy) => policy switch
    {
        ValidationFailurePolicy.OmitProperty => "It was omitted.",
        ValidationFailurePolicy.RejectEvent or ValidationFailurePolicy.Throw => "The event was not tracked.",
        _ => "It was sent anyway.",
    };

    private bool IsFirst(string eventName, string kind) => _logged[eventName].IsFirst(kind);
}
