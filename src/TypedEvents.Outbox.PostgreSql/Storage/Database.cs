using Npgsql;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// Runs the outbox's own transactions: each is one batch, sent and answered in one round trip, so that it works behind PgBouncer in transaction
/// mode and a client that dies leaves no lock behind.
/// </summary>
internal sealed class Database(NpgsqlDataSource dataSource, bool isOwned) : IAsyncDisposable
{
    /// <summary>How long a statement may take: a lost network ends it.</summary>
    public static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(10);

    private const int MaxAttempts = 5;

    private static readonly Command CommitDurably = new("SELECT set_config('synchronous_commit', 'on', true)");

    /// <summary>Where the events are, for messages: host and database, without a user or a password.</summary>
    public string Place { get; } = PlaceOf(dataSource.ConnectionString);

    public NpgsqlDataSource DataSource => dataSource;

    /// <summary>Whether sessions begin with another isolation level than READ COMMITTED, on which the fences depend.</summary>
    public bool NeedsReadCommitted { get; set; }

    /// <summary>Whether the sessions' commits return before they are on the disk, unless a transaction says otherwise.</summary>
    public bool IsCommitAsynchronous { get; set; }

    /// <summary>
    /// The batch of a statement whose effect must survive a crash of the server once its response is here. The setting counts at the commit, so
    /// the statement's result stays the first.
    /// </summary>
    public IReadOnlyList<Command> Durably(Command command) => IsCommitAsynchronous ? [command, CommitDurably] : [command];

    public ValueTask RunAsync(Command command, CancellationToken cancellationToken) => RunAsync([command], cancellationToken);

    public async ValueTask RunAsync(IReadOnlyList<Command> commands, CancellationToken cancellationToken) =>
        await RunAsync(commands, static (_, _) => ValueTask.FromResult(true), CommandTimeout, cancellationToken).ConfigureAwait(false);

    public ValueTask<T> RunAsync<T>(
        IReadOnlyList<Command> commands,
        Func<NpgsqlDataReader, CancellationToken, ValueTask<T>> read,
        CancellationToken cancellationToken) =>
        RunAsync(commands, read, CommandTimeout, cancellationToken);

    /// <summary>Runs a batch as one transaction.</summary>
    /// <param name="commands">The statements.</param>
    /// <param name="read">Reads the results, from the first on. It is called again when the batch is.</param>
    /// <param name="timeout">The most time that the batch may take.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async ValueTask<T> RunAsync<T>(
        IReadOnlyList<Command> commands,
        Func<NpgsqlDataReader, CancellationToken, ValueTask<T>> read,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await RunOnceAsync(commands, read, timeout, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException exception) when (attempt < MaxAttempts && StoreErrors.IsConflict(exception))
            {
                foreach (Command command in commands)
                {
                    Release(command);
                }
            }
            catch (Exception exception) when (StoreErrors.IsPoolStale(exception))
            {
                // A failover: the pool's other connections lead to the old server as well.
                dataSource.Clear();
                throw;
            }

#pragma warning disable CA5394 // Jitter isn't a secret.
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(5, 20 << attempt)), cancellationToken).ConfigureAwait(false);
#pragma warning restore CA5394
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (isOwned)
        {
            await dataSource.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<T> RunOnceAsync<T>(
        IReadOnlyList<Command> commands,
        Func<NpgsqlDataReader, CancellationToken, ValueTask<T>> read,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var batch = new NpgsqlBatch(connection) { Timeout = (int)Math.Ceiling(timeout.TotalSeconds) };
            await using (batch.ConfigureAwait(false))
            {
                if (NeedsReadCommitted)
                {
                    batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN ISOLATION LEVEL READ COMMITTED"));
                }

                foreach ((string sql, NpgsqlParameter[] parameters) in commands)
                {
                    var command = new NpgsqlBatchCommand(sql);
                    foreach (NpgsqlParameter parameter in parameters)
                    {
                        command.Parameters.Add(parameter);
                    }

                    batch.BatchCommands.Add(command);
                }

                if (NeedsReadCommitted)
                {
                    batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
                }

                NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    T result = await read(reader, cancellationToken).ConfigureAwait(false);

                    // An error of a later statement is reported when its result is asked for.
                    while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
                    {
                    }

                    return result;
                }
            }
        }
    }

    /// <summary>Frees the parameters of a batch that failed for the next one.</summary>
    private static void Release(Command command)
    {
        for (int i = 0; i < command.Parameters.Length; i++)
        {
            command.Parameters[i] = command.Parameters[i].Clone();
        }
    }

    private static string PlaceOf(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        return $"{builder.Database ?? builder.Username ?? "postgres"} on {builder.Host ?? "localhost"}";
    }
}
