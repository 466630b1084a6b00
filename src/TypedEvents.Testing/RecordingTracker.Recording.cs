using System.Data.Common;
using System.Text;

namespace TypedEvents.Testing;

/// <content>Recording calls, and those within a transaction.</content>
public sealed partial class RecordingTracker : ITransactionalTracker
{
    private const string Disposed = "The tracker had been disposed.";

    IEventTracker ITransactionalTracker.Enlist(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return new EnlistedTracker(this, transaction);
    }

    TrackResult IAccountingTracker.Drop<TEvent>(TEvent value, TrackResult reason)
    {
        if (reason is not (TrackResult.NoUser or TrackResult.Filtered))
        {
            throw new ArgumentOutOfRangeException(nameof(reason), reason, "Only NoUser and Filtered are reasons before an event is tracked.");
        }

        (TrackResult result, string problem) = _isClosed
            ? (TrackResult.Closed, Disposed)
            : (reason, reason == TrackResult.NoUser ? "There was no current user." : "The current user's tracker filtered it, such as without consent.");
        Record(new RecordedEvent<TEvent>
        {
            Result = result,
            EventName = TEvent.Schema.Name,
            User = default,
            Value = value,
            Json = "",
            At = _clock.GetUtcNow(),
            Problem = problem,
        });
        return result;
    }

    private ValueTask<TrackResult> RecordAsync<TEvent>(
        EngageUser user,
        TEvent value,
        EventContext context,
        DbTransaction? transaction,
        bool canBeFull,
        CancellationToken cancellationToken)
        where TEvent : IEngageEvent<TEvent>
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _counters.CountCancelled();
            return ValueTask.FromCanceled<TrackResult>(cancellationToken);
        }

        try
        {
            return ValueTask.FromResult(Record(user, value, context, transaction, canBeFull));
        }
        catch (EventValidationException exception)
        {
            return ValueTask.FromException<TrackResult>(exception);
        }
    }

    /// <exception cref="EventValidationException">A value failed validation, and the options say that this throws. The call has been recorded.</exception>
    private TrackResult Record<TEvent>(EngageUser user, TEvent value, EventContext context, DbTransaction? transaction, bool canBeFull)
        where TEvent : IEngageEvent<TEvent>
    {
        DateTimeOffset at = _clock.GetUtcNow();

        // The JSON and At have the same time.
        EventContext dated = context.OccurredAt is null ? context with { OccurredAt = at } : context;
        DryRunResult written = _dryRun.Run(user, value, dated);
        (TrackResult result, string? problem) = (written.Result, written.Problem);
        if (_isClosed)
        {
            (result, problem) = (TrackResult.Closed, Disposed);
        }
        else if (result == TrackResult.Accepted && _forced.TakeNext(canBeFull) is var forced and not TrackResult.Accepted)
        {
            (result, problem) = (forced, "RecordingTracker.Return says so.");
        }

        Record(new RecordedEvent<TEvent>
        {
            Result = result,
            EventName = written.EventName,
            User = user,
            Value = value,
            Json = Encoding.UTF8.GetString(written.Json.Span),
            Context = context,
            At = at,
            Transaction = transaction,
            Problem = problem,
        });

        return _throwsForValidation && result == TrackResult.Invalid && written.Exception is EventValidationException failure ? throw failure : result;
    }

    private void Record<TEvent>(RecordedEvent<TEvent> recorded)
        where TEvent : IEngageEvent<TEvent>
    {
        _counters.Count(recorded.Result, isEnlisted: recorded.Transaction is not null);
        if (recorded.Value is not null)
        {
            _recording.Add(recorded);
        }
    }

    /// <summary>The tracker for the events of one transaction.</summary>
    private sealed class EnlistedTracker(RecordingTracker tracker, DbTransaction transaction) : IEventTracker, IAccountingTracker
    {
        /// <summary>A provider takes the connection away when the transaction ends; a test's own transaction may never have had one.</summary>
        private readonly bool _hadConnection = transaction.Connection is not null;

        public TrackResult Track<TEvent>(EngageUser user, TEvent value, EventContext context = default)
            where TEvent : IEngageEvent<TEvent> =>
            throw new NotSupportedException("Track does no I/O, and an event of a transaction is written to the database at once. Use TrackAsync.");

        public ValueTask<TrackResult> TrackAsync<TEvent>(EngageUser user, TEvent value, EventContext context = default, CancellationToken cancellationToken = default)
            where TEvent : IEngageEvent<TEvent> =>
            _hadConnection && transaction.Connection is null
                ? ValueTask.FromException<TrackResult>(new InvalidOperationException("The transaction has ended: it was committed, rolled back or disposed."))
                : tracker.RecordAsync(user, value, context, transaction, canBeFull: true, cancellationToken);

        public TrackResult Drop<TEvent>(TEvent value, TrackResult reason)
            where TEvent : IEngageEvent<TEvent> =>
            ((IAccountingTracker)tracker).Drop(value, reason);

        public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("Nothing of a transaction is sent before its commit. Commit it, and flush the tracker itself.");
    }
}
