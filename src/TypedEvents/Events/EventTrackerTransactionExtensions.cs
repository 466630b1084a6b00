using System.Data.Common;

namespace TypedEvents;

/// <summary>Tracks events in the same transaction as the business data that they describe.</summary>
public static class EventTrackerTransactionExtensions
{
    /// <summary>
    /// Returns a tracker whose <c>TrackAsync</c> appends an event on the transaction's connection: the event and the business data are committed
    /// together, or neither is. Nothing is sent before the commit.
    /// </summary>
    /// <remarks>
    /// <para>
    /// If the statement fails, <c>TrackAsync</c> throws its exception, and the transaction can no longer be committed. If the outbox is full, it returns
    /// <see cref="TrackResult.BufferFull"/>, and the transaction stays usable. There is no order between events that are tracked outside the
    /// transaction and those inside. The synchronous <c>Track</c> and <c>FlushAsync</c> throw <see cref="NotSupportedException"/>. After the end of
    /// the transaction every call throws <see cref="InvalidOperationException"/>.
    /// </para>
    /// <para>
    /// An event that is appended counts in <see cref="TrackerStatistics.Enlisted"/> and in no other figure of the tracker, and the outbox counts
    /// it at the commit. An event that isn't appended, such as an invalid one, counts as tracked and dropped.
    /// </para>
    /// </remarks>
    /// <param name="tracker">The tracker.</param>
    /// <param name="transaction">The transaction, such as EF Core's <c>db.Database.CurrentTransaction!.GetDbTransaction()</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="tracker"/> or <paramref name="transaction"/> is <see langword="null"/>.</exception>
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

    /// <summary>
    /// Returns a tracker of the same user's events whose <c>TrackAsync</c> appends an event on the transaction's connection, as
    /// <see cref="Enlist(IEventTracker, DbTransaction)"/> does.
    /// </summary>
    /// <inheritdoc cref="Enlist(IEventTracker, DbTransaction)"/>
    public static IUserEventTracker Enlist(this IUserEventTracker tracker, DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(transaction);
        return tracker is ITransactionalUserTracker transactional
            ? transactional.Enlist(transaction)
            : throw new NotSupportedException(
                $"A tracker of type {tracker.GetType().Name} can't track within a transaction. Use tracker.ForUser(user), or let that class implement {nameof(ITransactionalUserTracker)}.");
    }
}
