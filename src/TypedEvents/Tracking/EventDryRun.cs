using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary>
/// Processes an event as a tracker does before storing it: checks the event and its user, calls the filter, and writes the JSON. It tracks nothing,
/// and needs no credentials and no outbox. It is meant for test kits, and for tools that show what would be sent. Thread-safe.
/// </summary>
public sealed class EventDryRun
{
    private readonly EventTrackerOptions _options;

    /// <summary>Creates a dry run.</summary>
    /// <param name="options">
    /// The options of a tracker. <c>Filter</c>, <c>MaxEventBytes</c>, <c>MaxStringBytes</c>, <c>ValidationFailures</c> and <c>TimeProvider</c> apply; the
    /// others have no effect, and the credentials may be missing. Later changes have no effect.
    /// </param>
    /// <exception cref="ArgumentException">Options are invalid: the message names each of them and its valid values.</exception>
    public EventDryRun(EventTrackerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Copy();

        // A disabled tracker needs no credentials either.
        _options.Enabled = false;
        OptionFailure.ThrowIfAny(EventTrackerOptionsValidator.Find(_options));
    }

    /// <summary>Writes an event.</summary>
    /// <typeparam name="TEvent">The event type: a partial record that has <see cref="EngageEventAttribute"/>.</typeparam>
    /// <param name="user">The user of the event.</param>
    /// <param name="value">The event.</param>
    /// <param name="context">The event's time and id, if they aren't the current time and a new id.</param>
    /// <returns>What a tracker's <c>Track</c> would return, and the JSON or the reason why there is none. Nothing is thrown.</returns>
    public DryRunResult Run<TEvent>(EngageUser user, TEvent value, EventContext context = default)
        where TEvent : IEngageEvent<TEvent>
    {
        EventSchema? schema = null;
        ScratchBuffer scratch = ScratchBuffer.Rent();
        try
        {
            schema = TEvent.Schema;
            bool isNull = !typeof(TEvent).IsValueType && value is null;
            if (Reject(schema, user, isNull, in context) is { } rejected)
            {
                return rejected;
            }

            bool isResolved = user.TryGetEuid(out Euid euid);
            scratch.Begin(_options.MaxEventBytes, _options.MaxStringBytes ?? int.MaxValue, _options.ValidationFailures);
            bool isWithinLimit = EventEnvelope.TryWrite(
                scratch,
                isResolved ? euid : EuidPlaceholder.LongestEuid,
                in value!,
                in context,
                _options.TimeProvider,
                out ReadOnlySpan<byte> json);
            return Conclude(schema, scratch, isResolved, isWithinLimit, json);
        }
#pragma warning disable CA1031 // Getters, static initializers and the filter belong to the application: a tracker turns what they throw into a result.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new DryRunResult
            {
                Result = TrackResult.Invalid,
                EventName = schema?.Name ?? typeof(TEvent).Name,
                Problem = $"One of its getters, its static initializer or the filter threw {exception.GetType()}: {exception.Message}",
                Exception = exception,
            };
        }
        finally
        {
            ScratchBuffer.Return(scratch);
        }
    }

    /// <summary>The result for an event that isn't written, or <see langword="null"/>.</summary>
    private DryRunResult? Reject(EventSchema schema, EngageUser user, bool isNull, in EventContext context)
    {
        EventDefect defect = EventAdmission.Check(user, isNull, in context);
        if (defect == EventDefect.None && !user.IsWellFormed)
        {
            defect = EventDefect.ExternalIdNotWellFormed;
        }

        if (defect != EventDefect.None)
        {
            return new DryRunResult { Result = TrackResult.Invalid, EventName = schema.Name, Problem = $"It is invalid: {EventAdmission.Describe(defect)}" };
        }

        return _options.Filter is { } filter && !filter(user, schema.Name)
            ? new DryRunResult { Result = TrackResult.Filtered, EventName = schema.Name, Problem = "The filter rejected it." }
            : null;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private DryRunResult Conclude(EventSchema schema, ScratchBuffer scratch, bool isResolved, bool isWithinLimit, ReadOnlySpan<byte> json)
    {
        if (scratch.Rejection is { } failure)
        {
            var exception = new EventValidationException(schema.Name, failure.Property, failure.Rule);
            return new DryRunResult { Result = TrackResult.Invalid, EventName = schema.Name, Problem = exception.Message, Exception = exception };
        }

        if (!isWithinLimit)
        {
            return new DryRunResult
            {
                Result = TrackResult.TooLarge,
                EventName = schema.Name,
                Problem = $"Its JSON is larger than MaxEventBytes ({_options.MaxEventBytes}).",
            };
        }

        return new DryRunResult
        {
            Result = TrackResult.Accepted,
            EventName = schema.Name,
            Json = isResolved ? json.ToArray() : EuidPlaceholder.ToNull(json, schema.Name),
        };
    }
}
