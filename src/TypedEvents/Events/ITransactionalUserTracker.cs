using System.Data.Common;

namespace TypedEvents;

/// <summary>
/// An <see cref="IUserEventTracker"/> that can append events within a transaction of the application. Application code calls
/// <c>tracker.Enlist(transaction)</c>.
/// </summary>
public interface ITransactionalUserTracker
{
    /// <summary>Returns a tracker for the same user's events of one transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <exception cref="NotSupportedException">The outbox can't append within a transaction.</exception>
    /// <exception cref="ArgumentException">The transaction is one of another provider or database, or has ended.</exception>
    IUserEventTracker Enlist(DbTransaction transaction);
}
