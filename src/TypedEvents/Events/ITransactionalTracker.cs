using System.Data.Common;

namespace TypedEvents;

/// <summary>
/// A tracker that can append events within a transaction of the application: an <c>EventTracker</c>, or a class that wraps one and passes this
/// on. Application code calls <c>tracker.Enlist(transaction)</c>. An enlisted tracker that also is an <see cref="IAccountingTracker"/> counts
/// events of an unknown user.
/// </summary>
public interface ITransactionalTracker
{
    /// <summary>Returns a tracker for the events of one transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <exception cref="NotSupportedException">The outbox can't append within a transaction.</exception>
    /// <exception cref="ArgumentException">The transaction is one of another provider or database, or has ended.</exception>
    IEventTracker Enlist(DbTransaction transaction);
}
