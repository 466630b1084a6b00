using System.Data.Common;
using Npgsql;

namespace TypedEvents.Outbox.PostgreSql;

/// <content>Appending within a transaction of the application.</content>
public sealed partial class PostgreSqlOutbox : ITransactionalOutbox
{
    string? ITransactionalOutbox.FindProblem(DbTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (transaction is not NpgsqlTransaction own)
        {
            return $"The transaction is of type {transaction.GetType().Name}. The outbox in {_database.Place} appends within an {nameof(NpgsqlTransaction)}, such as that of EF Core's db.Database.CurrentTransaction!.GetDbTransaction().";
        }

        return IsOpen(own) ? null : "The transaction has ended: it was committed, rolled back or disposed, or its connection was lost. Enlist the tracker in the next one.";
    }

    async ValueTask<bool> ITransactionalOutbox.AppendAsync(EventBlock block, DbTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(block);
        var own = (NpgsqlTransaction)transaction;
        OutboxStore store = await GetStoreAsync(cancellationToken).ConfigureAwait(false);
        if (await store.PrepareInTransactionAsync(block, cancellationToken).ConfigureAwait(false) is not { } append)
        {
            return false;
        }

        // Its timeout is that of the application's connection string, as for the application's own statements.
        var command = new NpgsqlCommand(append.Sql, own.Connection, own);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.AddRange(append.Parameters);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        // The loop can't see the event before the commit, of which nobody tells: it looks at the shorter interval.
        store.NoteActive();
        return true;
    }

    /// <summary>Npgsql tells the end of a transaction only by what its members throw.</summary>
    private static bool IsOpen(NpgsqlTransaction transaction)
    {
        try
        {
            _ = transaction.IsolationLevel;
            return transaction.Connection is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
