using System.Data.Common;

namespace TypedEvents.Outbox;

/// <summary>
/// An outbox that can append an event within a transaction of the application, so that both are committed or neither: what
/// <c>tracker.Enlist(transaction)</c> needs. An outbox whose events lie in another database than the application's doesn't
/// implement it.
/// </summary>
public interface ITransactionalOutbox
{
    /// <summary>Says why no event can be appended within a transaction. It is called before each append, and does no I/O.</summary>
    /// <param name="transaction">The application's transaction.</param>
    /// <returns>
    /// A sentence for a person: the transaction is one of another provider or database, or has ended, and what is expected;
    /// <see langword="null"/> where events can be appended.
    /// </returns>
    string? FindProblem(DbTransaction transaction);

    /// <summary>
    /// Appends a block on the transaction's connection. Nobody sees its events before the commit, and a rollback removes them.
    /// </summary>
    /// <param name="block">The events. The caller uses their memory again when the task has ended.</param>
    /// <param name="transaction">The application's transaction.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether the block was appended: not where the outbox has no room, which leaves the transaction usable.</returns>
    /// <exception cref="DbException">The statement failed, and with it the transaction.</exception>
    ValueTask<bool> AppendAsync(EventBlock block, DbTransaction transaction, CancellationToken cancellationToken);
}
