using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>What is out of the ordinary with events: each kind is logged once for an event type, and counted ever after.</summary>
internal sealed class EventNotes(ILogger logger)
{
    private readonly ConcurrentDictionary<(string EventName, string Kind), bool> _logged = new();
    private readonly ConcurrentDictionary<(string EventName, BrokenRule Rule), bool> _loggedRules = new();
    private long _nonFiniteNumbersOmitted;
    private long _textsCut;
    private long _ruleViolations;

    public long NonFiniteNumbersOmitted => Interlocked.Read(ref _nonFiniteNumbersOmitted);

    public long TextsCut => Interlocked.Read(ref _textsCut);

    public long RuleViolations => Interlocked.Read(ref _ruleViolations);

    public void Note(EventSchema schema, ScratchBuffer scratch)
    {
        Interlocked.Add(ref _textsCut, scratch.TextsCut);
        Interlocked.Add(ref _nonFiniteNumbersOmitted, scratch.NonFiniteNumbers.Count);
        foreach (string property in scratch.NonFiniteNumbers)
        {
            if (IsFirst(schema.Name, property))
            {
                Log.NumberNotFinite(logger, schema.Name, property);
            }
        }

        Interlocked.Add(ref _ruleViolations, scratch.BrokenRules.Count);
        foreach (BrokenRule broken in scratch.BrokenRules)
        {
            if (_loggedRules.TryAdd((schema.Name, broken), true))
            {
                Log.RuleBroken(logger, schema.Name, broken.Property, broken.Rule, ConsequenceOf(scratch.RuleViolations));
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

    private static string ConsequenceOf(RuleViolationPolicy policy) => policy switch
    {
        RuleViolationPolicy.OmitProperty => "It was left out.",
        RuleViolationPolicy.RefuseEvent or RuleViolationPolicy.Throw => "The event was not tracked.",
        _ => "It was sent all the same.",
    };

    private bool IsFirst(string eventName, string kind) => _logged.TryAdd((eventName, kind), true);
}
