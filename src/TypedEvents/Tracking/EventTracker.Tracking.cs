using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <content>The way of an event into the buffer.</content>
public sealed partial class EventTracker
{
    /// <inheritdoc/>
    public TrackResult Track<TEvent>(EngageUser user, TEvent value, EventContext context = default)
        where TEvent : IEngageEvent<TEvent>
    {
        ScratchBuffer scratch = ScratchBuffer.Rent();
        try
        {
            return Encode(scratch, user, in value, in context, out EncodedEvent encoded) is { } reason ? Drop(reason) : Add(in encoded);
        }
        finally
        {
            ScratchBuffer.Return(scratch);
        }
    }

    /// <inheritdoc/>
    public ValueTask<TrackResult> TrackAsync<TEvent>(
        EngageUser user,
        TEvent value,
        EventContext context = default,
        CancellationToken cancellationToken = default)
        where TEvent : IEngageEvent<TEvent>
    {
        if (cancellationToken.IsCancellationRequested)
        {
            Drop(DropReason.Cancelled);
            return ValueTask.FromCanceled<TrackResult>(cancellationToken);
        }

        if (_initializer.Failure is { } unusable)
        {
            _buffer.Drop(DropReason.OutboxUnusable);
            return ValueTask.FromException<TrackResult>(Renew(unusable));
        }

        ScratchBuffer scratch = ScratchBuffer.Rent();
        try
        {
            return Encode(scratch, user, in value, in context, out EncodedEvent encoded) is { } reason
                ? ValueTask.FromResult(Drop(reason))
                : AddAsync(in encoded, cancellationToken);
        }
        catch (EventValidationException exception)
        {
            return ValueTask.FromException<TrackResult>(exception);
        }
        finally
        {
            ScratchBuffer.Return(scratch);
        }
    }

    TrackResult IAccountingTracker.Drop<TEvent>(TEvent value, TrackResult reason)
    {
        DropReason known = reason switch
        {
            TrackResult.NoUser => DropReason.NoUser,
            TrackResult.Filtered => DropReason.Filtered,
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Only NoUser and Filtered are reasons before an event is tracked."),
        };
        return Drop(_buffer.IsClosed ? NoteClosed(typeof(TEvent).Name) : known);
    }

    /// <summary>
    /// Writes an event, or says why it is dropped. This method, <see cref="Track"/> and <see cref="TrackAsync"/> are compiled for each event
    /// type, so they contain only what needs the type. The rest is in <see cref="Admit"/>, before the properties are read, and
    /// <see cref="Conclude"/>, for what is unusual after that. Methods off the path of an accepted event aren't inlined, so that they aren't part of each event type's code.
    /// </summary>
    /// <exception cref="EventValidationException">A value failed validation, and the options say that this throws. The event has been counted.</exception>
    private DropReason? Encode<TEvent>(ScratchBuffer scratch, EngageUser user, in TEvent value, in EventContext context, out EncodedEvent encoded)
        where TEvent : IEngageEvent<TEvent>
    {
        EventSchema? schema = null;
        bool isWithinLimit;
        encoded = default;
        try
        {
            schema = TEvent.Schema;

            // Without the first half, a struct would be boxed where the compiler doesn't optimize.
            bool isNull = !typeof(TEvent).IsValueType && value is null;
            if (Admit(schema, user, isNull, in context, out Euid euid, out encoded) is { } reason)
            {
                return reason;
            }

            scratch.Begin(_maxEventBytes, _maxStringBytes, _options.ValidationFailures);
            isWithinLimit = EventEnvelope.TryWrite(scratch, euid, in value!, in context, _clock, out ReadOnlySpan<byte> json);
            encoded.Json = json;
        }
#pragma warning disable CA1031 // Getters, static initializers and the filter belong to the application: their exceptions must not reach its code that tracks.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return NoteThrown(typeof(TEvent), schema, exception);
        }

        return isWithinLimit && !scratch.HasDiagnostics && !encoded.UnresolvedUser.IsExternalId ? null : Conclude(scratch, in encoded, isWithinLimit);
    }

    /// <summary>Decides whether an event is tracked, before any of its properties is read, and finds its user's EUID.</summary>
    /// <param name="schema">The event's type.</param>
    /// <param name="user">Whose event it is.</param>
    /// <param name="isNull">Whether the event is <see langword="null"/>.</param>
    /// <param name="context">The time and id that the caller gave.</param>
    /// <param name="euid">The EUID to write: the user's, or <see cref="EuidPlaceholder.LongestEuid"/>.</param>
    /// <param name="admitted">The event, without its JSON.</param>
    /// <returns>Why the event is dropped, which has been logged, or <see langword="null"/>.</returns>
    /// <exception cref="Exception">Whatever the filter throws.</exception>
    private DropReason? Admit(EventSchema schema, EngageUser user, bool isNull, in EventContext context, out Euid euid, out EncodedEvent admitted)
    {
        admitted = default;
        euid = default;
        if (_buffer.IsClosed)
        {
            return NoteClosed(schema.Name);
        }

        EventDefect defect = EventAdmission.Check(user, isNull, in context);
        if (defect != EventDefect.None)
        {
            return NoteDefect(schema, defect);
        }

        int partition;
        EngageUser unresolved = default;
        if (user.TryGetEuid(out euid))
        {
            partition = Partition.Of(euid);
        }
        else if (_users.TryUse(user) is { } cached)
        {
            euid = cached.Euid;
            partition = cached.Partition;
        }
        else if (user.IsWellFormed)
        {
            euid = EuidPlaceholder.LongestEuid;
            partition = Partition.Of(user);
            unresolved = user;
        }
        else
        {
            return NoteDefect(schema, EventDefect.ExternalIdNotWellFormed);
        }

        if (_options.Filter is { } filter && !filter(user, schema.Name))
        {
            return DropReason.Filtered;
        }

        admitted = new EncodedEvent(schema, partition, unresolved, default);
        return null;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private DropReason NoteDefect(EventSchema schema, EventDefect defect)
    {
        _diagnostics.NoteInvalid(schema.Name, EventAdmission.Describe(defect), null);
        return DropReason.Invalid;
    }

    /// <summary>Makes an event ready for the buffer that isn't ready yet, or rejects it for what its properties hold.</summary>
    /// <returns>Why the event is dropped, which has been logged, or <see langword="null"/>.</returns>
    /// <exception cref="EventValidationException">As for <see cref="Encode"/>.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private DropReason? Conclude(ScratchBuffer scratch, in EncodedEvent encoded, bool isWithinLimit)
    {
        EventSchema schema = encoded.Schema;
        if (scratch.HasDiagnostics)
        {
            _diagnostics.Note(schema, scratch);
            if (scratch.Rejection is { } failure)
            {
                if (scratch.ValidationFailures != ValidationFailurePolicy.Throw)
                {
                    return DropReason.Invalid;
                }

                Drop(DropReason.Invalid);
                throw new EventValidationException(schema.Name, failure.Property, failure.Rule);
            }
        }

        if (!isWithinLimit)
        {
            _diagnostics.NoteTooLarge(schema, _maxEventBytes);
            return DropReason.TooLarge;
        }

        if (encoded.UnresolvedUser.IsExternalId)
        {
            EuidPlaceholder.Clear(scratch.Room, schema.Name);
        }

        return null;
    }

    /// <param name="type">The event's type.</param>
    /// <param name="schema">Its schema; <see langword="null"/> if getting it threw, as it is one of the type's static members.</param>
    /// <param name="exception">What was thrown.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private DropReason NoteThrown(Type type, EventSchema? schema, Exception exception)
    {
        if (schema is null && _buffer.IsClosed)
        {
            return NoteClosed(type.Name);
        }

        _diagnostics.NoteInvalid(schema?.Name ?? type.Name, "one of its getters, its static initializer or the filter threw an exception.", exception);
        return DropReason.Invalid;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private DropReason NoteClosed(string eventName)
    {
        if (_isDisabled)
        {
            return DropReason.Disabled;
        }

        _diagnostics.NoteTrackedAfterStop(eventName);
        return DropReason.Closed;
    }

    private TrackResult Add(in EncodedEvent encoded)
    {
        TrackResult result = _buffer.TryAdd(in encoded, isAwaited: false, out _, out bool isHandOverDue);
        if (isHandOverDue)
        {
            _appender.Arm();
        }

        if (result == TrackResult.BufferFull)
        {
            _diagnostics.NoteBufferFull();
        }
        else if (result == TrackResult.Closed)
        {
            _diagnostics.NoteTrackedAfterStop(encoded.Schema.Name);
        }

        return result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<TrackResult> AddAsync(in EncodedEvent encoded, CancellationToken cancellationToken)
    {
        Task roomMade = _buffer.RoomMade;
        TrackResult result = _buffer.TryAdd(in encoded, isAwaited: true, out Task<bool>? appended, out _);
        _appender.Wake();
        if (result == TrackResult.Closed)
        {
            _diagnostics.NoteTrackedAfterStop(encoded.Schema.Name);
        }

        return result switch
        {
            TrackResult.Accepted => new(WaitUntilAppendedAsync(appended!, cancellationToken)),
            TrackResult.BufferFull => new(AddWhenThereIsRoomAsync(encoded.Copy(), roomMade, cancellationToken)),
            _ => ValueTask.FromResult(result),
        };
    }

    private async Task<TrackResult> AddWhenThereIsRoomAsync(EncodedEvent.Copied copied, Task roomMade, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await WaitAsync(roomMade, cancellationToken).ConfigureAwait(false);
            }
            catch (OutboxUnusableException)
            {
                Drop(DropReason.OutboxUnusable);
                throw;
            }
            catch (OperationCanceledException)
            {
                Drop(DropReason.Cancelled);
                throw;
            }

            roomMade = _buffer.RoomMade;
            TrackResult result = _buffer.TryAdd(copied.Event, isAwaited: true, out Task<bool>? appended, out _);
            _appender.Wake();
            if (result != TrackResult.BufferFull)
            {
                return result == TrackResult.Accepted
                    ? await WaitUntilAppendedAsync(appended!, cancellationToken).ConfigureAwait(false)
                    : result;
            }
        }
    }

    private async Task<TrackResult> WaitUntilAppendedAsync(Task<bool> appended, CancellationToken cancellationToken)
    {
        await WaitAsync(appended, cancellationToken).ConfigureAwait(false);
        return await appended.ConfigureAwait(false) ? TrackResult.Accepted : TrackResult.Closed;
    }

    /// <exception cref="OutboxUnusableException">What is waited for won't come: the outbox can't be used.</exception>
    private async ValueTask WaitAsync(Task task, CancellationToken cancellationToken)
    {
        if (_initializer.IsOpen)
        {
            await task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        Task<OutboxUnusableException> failed = _initializer.Failed;
        if (await Task.WhenAny(task, failed).WaitAsync(cancellationToken).ConfigureAwait(false) == failed && !task.IsCompleted)
        {
            throw Renew(await failed.ConfigureAwait(false));
        }
    }

    /// <summary>An exception of its own for each caller: one that is thrown twice has the stack of both.</summary>
    private static OutboxUnusableException Renew(OutboxUnusableException failure) => new(failure.Message, failure);

    /// <summary>Counts an event that isn't added to the buffer.</summary>
    /// <returns>What the caller of <see cref="Track"/> gets.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private TrackResult Drop(DropReason reason)
    {
        _buffer.Drop(reason);
        return reason switch
        {
            DropReason.TooLarge => TrackResult.TooLarge,
            DropReason.Filtered => TrackResult.Filtered,
            DropReason.Closed => TrackResult.Closed,
            DropReason.Disabled => TrackResult.Disabled,
            DropReason.NoUser => TrackResult.NoUser,
            _ => TrackResult.Invalid,
        };
    }
}
