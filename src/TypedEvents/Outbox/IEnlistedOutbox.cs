using System.Data.Common;

namespace TypedEvents.Outbox;

/// <summary>An outbox within one transaction of the application. It isn't used concurrently, as a connection isn't.</summary>
public interface IEnlistedOutbox
{
    /// <summary>Returns why no more events can be appended. It is called before each append, and does no I/O.</summary>
    /// <returns>
    /// A sentence for a person, such as that the transaction has ended; <see langword="null"/> if events can be appended.
    /// </returns>
    string? FindProblem();

    /// <summary>
    /// Appends a block on the transaction's connection. Nobody sees its events before the commit, and a rollback removes them.
    /// </summary>
    /// <param name="block">The events. The caller uses their memory again when the task has ended.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether the block was appended. It isn't if the outbox has no room, which leaves the transaction usable.</returns>
    /// <exception cref="InvalidOperationException">
    /// The transaction has ended, which some databases notice only here: the connection is in another transaction, to which nothing was appended.
    /// </exception>
    /// <exception cref="DbException">The statement failed, and with it the transaction.</exception>
    ValueTask<bool> AppendAsync(EventBlock block, CancellationToken cancellationToken);
}
