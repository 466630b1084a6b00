using Npgsql;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>Checks the server, the role's rights and the schema, and creates the tables where they are missing.</summary>
internal sealed class SchemaOpener(Database database, PostgreSqlOutboxOptions options)
{
    private static readonly string[] CheckedRights = ["SELECT", "INSERT", "UPDATE", "DELETE"];

    private readonly string _schema = Schema.Quote(options.Schema);

    /// <returns>What was found, and why the process can only append; <see langword="null"/> where it can send.</returns>
    /// <exception cref="OutboxUnusableException">The outbox can't be used, however often it is tried.</exception>
    public async ValueTask<(ServerFacts Facts, string? AppendOnlyReason)> OpenAsync(CancellationToken cancellationToken)
    {
        await CheckServerAsync(cancellationToken).ConfigureAwait(false);
        ServerFacts facts = await LookAsync(cancellationToken).ConfigureAwait(false);
        if (facts.IsStandby)
        {
            throw new InvalidOperationException(
                $"The server of {database.Place} is a standby, and events can be written on the primary only. With several hosts in the connection string, build the data source for the primary (Target Session Attributes=primary).");
        }

        database.NeedsReadCommitted = !facts.IsReadCommitted;
        database.IsCommitAsynchronous = facts.IsCommitAsynchronous;
        await CheckTransactionsAsync(cancellationToken).ConfigureAwait(false);
        if (!facts.HasTables)
        {
            await CreateAsync(facts, cancellationToken).ConfigureAwait(false);
            facts = await LookAsync(cancellationToken).ConfigureAwait(false);
        }

        string? appendOnlyReason = FindAppendOnlyReason(facts);
        if (!facts.Missing([("outbox", ["SELECT"])]).Any())
        {
            await CheckVersionAsync(cancellationToken).ConfigureAwait(false);
        }

        return (facts, appendOnlyReason);
    }

    /// <summary>Checks that the server is PostgreSQL, and that the data source can pass what the statements need.</summary>
    private async ValueTask CheckServerAsync(CancellationToken cancellationToken)
    {
        (string version, int number) = await database.RunAsync(
            [new Command("SELECT version(), current_setting('server_version_num')")],
            static async (reader, token) =>
            {
                await reader.ReadAsync(token).ConfigureAwait(false);
                return (reader.GetString(0), int.Parse(reader.GetString(1), System.Globalization.CultureInfo.InvariantCulture));
            },
            cancellationToken).ConfigureAwait(false);
        if (ServerFacts.FindUnsupported(version, number) is { } reason)
        {
            throw new OutboxUnusableException($"The outbox can't be opened in {database.Place}. {reason}");
        }

        try
        {
            await database.RunAsync(new Command("SELECT pg_current_snapshot()::text, cardinality($1)", Command.Of((string?[])[])), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedFunction)
        {
            throw new OutboxUnusableException(
                $"The outbox can't be opened in {database.Place}: the server has no pg_current_snapshot(), so it isn't PostgreSQL 13 or later. Use PostgreSQL 13 or later.",
                exception);
        }
        catch (Exception exception) when (exception is InvalidCastException or NotSupportedException)
        {
            throw new OutboxUnusableException(
                "The data source doesn't support arrays, which the outbox needs. Call EnableArrays() on the NpgsqlSlimDataSourceBuilder that builds it.",
                exception);
        }
    }

    /// <summary>A claim takes several statements in one transaction, which a pooler in statement mode rejects.</summary>
    private async ValueTask CheckTransactionsAsync(CancellationToken cancellationToken)
    {
        try
        {
            NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                NpgsqlTransaction transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    var command = new NpgsqlCommand("SELECT 1", connection, transaction);
                    await using (command.ConfigureAwait(false))
                    {
                        await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
                    }

                    await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (PostgresException exception) when (exception.MessageText.Contains("statement pooling", StringComparison.OrdinalIgnoreCase))
        {
            throw new OutboxUnusableException(
                $"The outbox can't be opened in {database.Place}: the connection leads through PgBouncer in statement mode, which doesn't support transactions. Use a pool with pool_mode = transaction or session.",
                exception);
        }
    }

    private ValueTask<ServerFacts> LookAsync(CancellationToken cancellationToken) => database.RunAsync(
        [
            new Command("""
                SELECT current_user::text, pg_is_in_recovery(), current_setting('default_transaction_isolation'), current_setting('synchronous_commit'),
                  n.oid IS NOT NULL, coalesce(has_schema_privilege(n.oid, 'USAGE'), false)
                FROM (SELECT 1) one LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1
                """,
                Command.Of(options.Schema)),
            new Command("""
                SELECT c.relname::text, right_name
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                CROSS JOIN unnest($2) AS right_name
                WHERE n.nspname = $1 AND c.relname = ANY($3)
                  AND CASE
                    WHEN right_name = '' THEN true
                    WHEN c.relkind = 'S' THEN right_name IN ('SELECT', 'UPDATE') AND has_sequence_privilege(c.oid, right_name)
                    ELSE has_table_privilege(c.oid, right_name) END
                """,
                Command.Of(options.Schema),
                Command.Of((string?[])["", .. CheckedRights]),
                Command.Of([.. Schema.SenderRights.Select(right => right.Table)])),
        ],
        static async (reader, token) =>
        {
            await reader.ReadAsync(token).ConfigureAwait(false);
            var facts = new ServerFacts
            {
                Role = reader.GetString(0),
                IsStandby = reader.GetBoolean(1),
                IsReadCommitted = reader.GetString(2) == "read committed",
                IsCommitAsynchronous = reader.GetString(3) == "off",
                HasSchema = reader.GetBoolean(4),
                MayUseSchema = reader.GetBoolean(5),
                Rights = new Dictionary<string, IReadOnlySet<string>>(),
            };
            Dictionary<string, HashSet<string>> rights = [];
            await reader.NextResultAsync(token).ConfigureAwait(false);
            while (await reader.ReadAsync(token).ConfigureAwait(false))
            {
                if (!rights.TryGetValue(reader.GetString(0), out HashSet<string>? has))
                {
                    rights[reader.GetString(0)] = has = [];
                }

                has.Add(reader.GetString(1));
            }

            return facts with { Rights = rights.ToDictionary(table => table.Key, table => (IReadOnlySet<string>)table.Value) };
        },
        cancellationToken);

    private async ValueTask CreateAsync(ServerFacts facts, CancellationToken cancellationToken)
    {
        if (!options.CreateSchema)
        {
            throw new OutboxUnusableException(
                $"The schema {_schema} in {database.Place} holds no outbox, and PostgreSqlOutboxOptions.CreateSchema is false. Have a database administrator run the script that PostgreSqlOutbox.GetScript returns.");
        }

        try
        {
            NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                NpgsqlTransaction transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    // One process creates the tables, and the others find them when they have the lock.
                    await ExecuteAsync(
                        connection,
                        transaction,
                        ["SET LOCAL lock_timeout = '10s'", "SET LOCAL synchronous_commit = 'on'", $"SELECT pg_advisory_xact_lock(hashtextextended('TypedEvents outbox ' || {Literal(options.Schema)}, 0))"],
                        cancellationToken).ConfigureAwait(false);
                    facts = await LookAsync(cancellationToken).ConfigureAwait(false);
                    if (!facts.HasTables)
                    {
                        // CREATE SCHEMA IF NOT EXISTS would need a right on the database even where the schema exists.
                        IReadOnlyList<string> tables = Schema.CreateTables(options.Schema);
                        await ExecuteAsync(connection, transaction, facts.HasSchema ? tables : [$"CREATE SCHEMA {_schema}", .. tables], cancellationToken).ConfigureAwait(false);
                        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (PostgresException exception) when (StoreErrors.IsDenied(exception))
        {
            string needed = facts.HasSchema ? $"CREATE and USAGE on the schema {_schema}" : "CREATE on the database";
            throw new OutboxUnusableException(
                $"The role '{facts.Role}' may not create the outbox's tables in the schema {_schema} of {database.Place}. Grant it {needed}, or have a database administrator run the script that PostgreSqlOutbox.GetScript returns.",
                exception);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject)
        {
            throw new OutboxUnusableException(
                $"The schema {_schema} of {database.Place} holds tables of something else ({exception.MessageText}). Set PostgreSqlOutboxOptions.Schema to a schema of its own.",
                exception);
        }
    }

    private string? FindAppendOnlyReason(ServerFacts facts)
    {
        IReadOnlyList<string> missing = facts.Missing(Schema.SenderRights);
        if (facts.MayUseSchema && missing.Count == 0)
        {
            return null;
        }

        IReadOnlyList<string> toAppend = facts.Missing(Schema.AppendRights);
        if (!facts.MayUseSchema || toAppend.Count > 0)
        {
            string lacks = string.Join(", ", facts.MayUseSchema ? toAppend : ["USAGE ON SCHEMA", .. toAppend]);
            throw new OutboxUnusableException(
                $"The role '{facts.Role}' may not append to the outbox in the schema {_schema} of {database.Place}: it lacks {lacks}. PostgreSqlOutbox.GetScript returns the GRANT statements for a database administrator.");
        }

        return $"The role '{facts.Role}' only appends to the outbox in the schema {_schema} of {database.Place}, as it lacks {string.Join(", ", missing)}: a process whose role has these rights has to send the events.";
    }

    private async ValueTask CheckVersionAsync(CancellationToken cancellationToken)
    {
        (int version, int minVersion)? found = await database.RunAsync<(int, int)?>(
            [new Command($"SELECT schema_version, min_version FROM {_schema}.outbox")],
            static async (reader, token) => await reader.ReadAsync(token).ConfigureAwait(false) ? (reader.GetInt32(0), reader.GetInt32(1)) : null,
            cancellationToken).ConfigureAwait(false);
        if (found is not { } versions)
        {
            throw new OutboxUnusableException(
                $"The table {_schema}.outbox in {database.Place} is empty, so the version of the outbox is unknown. Restore its row from a backup, or drop the schema if its events aren't needed.");
        }

        if (versions.minVersion > Schema.Version)
        {
            throw new OutboxUnusableException(
                $"The outbox in the schema {_schema} of {database.Place} has version {versions.version}, and this version of TypedEvents.Outbox.PostgreSql knows version {Schema.Version}. Update the package.");
        }

        if (versions.version < Schema.Version)
        {
            throw new OutboxUnusableException(
                $"The outbox in the schema {_schema} of {database.Place} has version {versions.version}, which this version of TypedEvents.Outbox.PostgreSql doesn't know.");
        }
    }

    private static async ValueTask ExecuteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<string> statements, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection, transaction) { Timeout = 30 };
        await using (batch.ConfigureAwait(false))
        {
            foreach (string statement in statements)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
            }

            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
