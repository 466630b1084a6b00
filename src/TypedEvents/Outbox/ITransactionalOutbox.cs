using System.Data.Common;

namespace TypedEvents.Outbox;

/// <summary>
/// An outbox that can append an event within a transaction of the application, so that both are committed or neither: what
/// <c>tracker.Enlist(transaction)</c> needs. An outbox whose events aren't in the application's database doesn't implement it.
/// </summary>
public interface ITransactionalOutbox
{
    /// <summary>Enlists in a transaction. This does no I/O.</summary>
    /// <param name="transaction">The application's transaction.</param>
    /// <returns>The outbox within this transaction.</returns>
    /// <exception cref="ArgumentException">
    /// The transaction is one of another provider or database, or has ended. The message says what is expected.
    /// </exception>
    IEnlistedOutbox Enlist(DbTransaction transaction);
}
