using System.Data.Common;

namespace TypedEvents;

/// <content>Tracking within a transaction of the application.</content>
public sealed partial class EventTracker : ITransactionalTracker
{
    private long _enlisted;

    IEventTracker ITransactionalTracker.Enlist(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (_isDisabled)
        {
            // It counts each event as disabled, and has no outbox.
            return this;
        }

        if (_outbox is not ITransactionalOutbox outbox)
        {
            throw new NotSupportedException(
                $"The outbox ({_outbox.GetType().Name}) can't append events within a transaction of the application. Use an outbox in the application's database, or track after the commit.");
        }

        return new EnlistedTracker(this, outbox.Enlist(transaction));
    }

    /// <summary>Writes an event on the caller's thread, as <c>TrackAsync</c> does, and appends it within the transaction.</summary>
    private ValueTask<TrackResult> TrackEnlistedAsync<TEvent>(
        IEnlistedOutbox outbox,
        EngageUser user,
        TEvent value,
        EventContext context,
        CancellationToken cancellationToken)
        where TEvent : IEngageEvent<TEvent>
    {
        if (outbox.FindProblem() is { } problem)
        {
            return ValueTask.FromException<TrackResult>(new InvalidOperationException(problem));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            Drop(DropReason.Cancelled);
            return ValueTask.FromCanceled<TrackResult>(cancellationToken);
        }

        ScratchBuffer scratch = ScratchBuffer.Rent();
        try
        {
            return Encode(scratch, user, in value, in context, out EncodedEvent encoded) is { } reason
                ? ValueTask.FromResult(Drop(reason))
                : new(AppendAsync(outbox, ToBlock(in encoded), cancellationToken));
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

    private async Task<TrackResult> AppendAsync(IEnlistedOutbox outbox, EventBlock block, CancellationToken cancellationToken)
    {
        // Not for long: the application's transaction is open.
        if (!await _initializer.WaitForFirstAttemptAsync(cancellationToken).ConfigureAwait(false))
        {
            throw _initializer.Failure is { } unusable ? Renew(unusable) : new InvalidOperationException(_initializer.Problem);
        }

        if (!await outbox.AppendAsync(block, cancellationToken).ConfigureAwait(false))
        {
            Drop(DropReason.BufferFull);
            return TrackResult.BufferFull;
        }

        Interlocked.Increment(ref _enlisted);
        return TrackResult.Accepted;
    }

    private EventBlock ToBlock(in EncodedEvent encoded)
    {
        var block = new EventBlock(EventPage.BytesOf(encoded.Json.Length, encoded.UnresolvedUser) + EventPage.OverheadBytes, _options.AppKey);
        block.Add(encoded.Partition, encoded.Schema, encoded.UnresolvedUser, encoded.Json, _clock);
        return block;
    }

    /// <summary>The tracker for the events of one transaction.</summary>
    private sealed class EnlistedTracker(EventTracker tracker, IEnlistedOutbox outbox) : IEventTracker, IAccountingTracker
    {
        public TrackResult Track<TEvent>(EngageUser user, TEvent value, EventContext context = default)
            where TEvent : IEngageEvent<TEvent> =>
            throw new NotSupportedException("Track does no I/O, and an event of a transaction is written to the database at once. Use TrackAsync.");

        public ValueTask<TrackResult> TrackAsync<TEvent>(EngageUser user, TEvent value, EventContext context = default, CancellationToken cancellationToken = default)
            where TEvent : IEngageEvent<TEvent> =>
            tracker.TrackEnlistedAsync(outbox, user, value, context, cancellationToken);

        public TrackResult Drop<TEvent>(TEvent value, TrackResult reason)
            where TEvent : IEngageEvent<TEvent> =>
            ((IAccountingTracker)tracker).Drop(value, reason);

        public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("Nothing of a transaction is sent before its commit. Commit it, and flush the tracker itself.");
    }
}
