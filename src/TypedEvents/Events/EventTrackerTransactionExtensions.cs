using System.Data.Common;

namespace TypedEvents;

/// <summary>Tracks events in the transaction of the business data that they are about.</summary>
public static class EventTrackerTransactionExtensions
{
    /// <summary>
    /// Returns a tracker whose <c>TrackAsync</c> appends an event on the transaction's connection: the event and the business data are committed
    /// together, or neither is. Nothing is sent before the commit.
    /// </summary>
    /// <remarks>
    /// <c>TrackAsync</c> throws what the statement throws; the transaction can't be committed then. Where the outbox is full it returns
    /// <see cref="TrackResult.BufferFull"/>, and the transaction stays usable. Events that are tracked outside of the transaction have no order
    /// relative to those inside. The synchronous <c>Track</c> and <c>FlushAsync</c> throw <see cref="NotSupportedException"/>. After the end of
    /// the transaction every call throws.
    /// </remarks>
    /// <param name="tracker">The tracker.</param>
    /// <param name="transaction">The transaction, such as EF Core's <c>db.Database.CurrentTransaction!.GetDbTransaction()</c>.</param>
    /// <exception cref="NotSupportedException">
    /// The tracker's outbox can't append within a transaction: it isn't in a database that applications use, such as a memory outbox.
    /// </exception>
    /// <exception cref="ArgumentException">The transaction is one of another provider or database, or has ended.</exception>
    public static IEventTracker Enlist(this IEventTracker tracker, DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(transaction);
        return tracker is ITransactionalTracker transactional
            ? transactional.Enlist(transaction)
            : throw new NotSupportedException(
                $"A tracker of type {tracker.GetType().Name} can't track within a transaction. Use an EventTracker, or let the class that wraps one implement {nameof(ITransactionalTracker)}.");
    }
}
