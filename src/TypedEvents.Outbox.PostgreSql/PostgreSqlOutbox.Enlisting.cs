using System.Data.Common;
using Npgsql;

namespace TypedEvents.Outbox.PostgreSql;

/// <content>Appending within a transaction of the application.</content>
public sealed partial class PostgreSqlOutbox : ITransactionalOutbox
{
    private const string HasEnded = "The transaction has ended: it was committed, rolled back or disposed, or its connection was lost. Enlist the tracker in the next one.";

    IEnlistedOutbox ITransactionalOutbox.Enlist(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (transaction is not NpgsqlTransaction own)
        {
            throw new ArgumentException(
                $"The transaction is of type {transaction.GetType().Name}. The outbox in {_database.Place} appends within an {nameof(NpgsqlTransaction)}, such as that of EF Core's db.Database.CurrentTransaction!.GetDbTransaction().",
                nameof(transaction));
        }

        var enlisted = new EnlistedOutbox(this, own);
        return enlisted.FindProblem() is { } problem ? throw new ArgumentException(problem, nameof(transaction)) : enlisted;
    }

    /// <remarks>
    /// Npgsql reuses one transaction object for all transactions of a connection, so the object alone doesn't tell them apart. The first append
    /// learns the transaction's id, and each later one inserts only under that. The id, unlike a setting of the session, survives a rollback to a
    /// savepoint.
    /// </remarks>
    private sealed class EnlistedOutbox(PostgreSqlOutbox outbox, NpgsqlTransaction transaction) : IEnlistedOutbox
    {
        private string? _transactionId;

        /// <summary>Npgsql tells the end of a transaction only by what its members throw.</summary>
        public string? FindProblem()
        {
            try
            {
                _ = transaction.IsolationLevel;
                return transaction.Connection is null ? HasEnded : null;
            }
            catch (InvalidOperationException)
            {
                return HasEnded;
            }
        }

        public async ValueTask<bool> AppendAsync(EventBlock block, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(block);
            OutboxStore store = await outbox.GetStoreAsync(cancellationToken).ConfigureAwait(false);
            if (await store.PrepareInTransactionAsync(block, _transactionId, cancellationToken).ConfigureAwait(false) is not { } append)
            {
                return false;
            }

            // Its timeout is that of the application's connection string, as for the application's own statements.
            var command = new NpgsqlCommand(append.Sql, transaction.Connection, transaction);
            await using (command.ConfigureAwait(false))
            {
                command.Parameters.AddRange(append.Parameters);
                _transactionId = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string
                    ?? throw new InvalidOperationException($"{HasEnded} Its connection is in another transaction now, to which nothing was added.");
            }

            // The loop can't see the event before the commit, of which nobody tells: it looks at the shorter interval.
            store.NoteActive();
            return true;
        }
    }
}
