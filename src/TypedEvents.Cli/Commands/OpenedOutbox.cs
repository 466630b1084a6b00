using System.Data.Common;
using System.Text.RegularExpressions;
using TypedEvents.Outbox.PostgreSql;
using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Cli;

/// <summary>An outbox that exists and can be read, and what messages call it. No command creates one.</summary>
internal sealed partial class OpenedOutbox : IAsyncDisposable
{
    private OpenedOutbox(IEventOutbox outbox, string name)
    {
        Outbox = outbox;
        Name = name;
    }

    public IEventOutbox Outbox { get; }

    /// <summary>The file, or the variable that holds the connection string, which itself is never shown.</summary>
    public string Name { get; }

    /// <exception cref="ToolException">There is no such file, or it can't be used.</exception>
    public static async Task<OpenedOutbox> OpenFileAsync(string file, ToolContext context, CancellationToken cancellationToken)
    {
        string path = context.Resolve(file);
        if (!File.Exists(path))
        {
            throw new ToolException(Directory.Exists(path) ? $"'{context.Show(path)}' is a folder." : $"There is no file '{context.Show(path)}'.");
        }

        SqliteOutbox outbox = SqliteOutbox.Open(path);
        try
        {
            await outbox.GetStatisticsAsync(cancellationToken);
        }
        catch
        {
            await outbox.DisposeAsync();
            throw;
        }

        if (outbox.CorruptDatabasePath is { } corrupt)
        {
            await outbox.DisposeAsync();
            throw new ToolException($"'{context.Show(path)}' is corrupt and was moved to '{context.Show(corrupt)}'. Recover its events: typedevents outbox salvage --file {context.Show(corrupt)} --to <new file>");
        }

        return new OpenedOutbox(outbox, context.Show(outbox.FilePath));
    }

    /// <exception cref="ToolException">The variable holds no connection string, the database can't be reached, or the role may not read the outbox.</exception>
    public static async Task<OpenedOutbox> OpenDatabaseAsync(string variable, string schema, ToolContext context, CancellationToken cancellationToken)
    {
        if (!VariableName().IsMatch(variable))
        {
            throw new ToolException("--connection-env takes the name of an environment variable, and not the connection string itself: other processes could read that from the command line. What was given isn't repeated here.");
        }

        string connectionString = context.Environment(variable) is { Length: > 0 } value
            ? value
            : throw new ToolException($"The environment variable {variable} isn't set. Set it to the connection string of the database, such as Host=db;Username=app;Password=…;Database=shop.");
        string name = $"the database of {variable}";
        try
        {
            PostgreSqlOutbox outbox = await context.WorkAsync(
                $"Connecting to {name}",
                () => PostgreSqlOutbox.OpenAsync(connectionString, new PostgreSqlOutboxOptions { Schema = schema, CreateSchema = false }, cancellationToken));
            if (outbox.AppendOnlyReason is { } reason)
            {
                await outbox.DisposeAsync();
                throw new ToolException($"The role of {variable} may not read the outbox: {reason}");
            }

            return new OpenedOutbox(outbox, name);
        }
        catch (ArgumentException exception) when (exception.ParamName == "connectionString")
        {
            throw new ToolException($"{variable} doesn't hold a connection string that Npgsql can read. It isn't shown here, as it may contain a password: check its keywords and values, and put a value that contains ';', '=' or quotes in quotes.");
        }
        catch (ArgumentException exception)
        {
            throw new ToolException(exception.Message, exception);
        }
        catch (Exception exception) when (exception is OutboxUnusableException or DbException or TimeoutException or IOException)
        {
            throw new ToolException($"The database of {variable} can't be used: {exception.Message}", exception);
        }
    }

    public ValueTask DisposeAsync() => Outbox.DisposeAsync();

    /// <summary>As configuration names them, too: <c>ConnectionStrings__Events</c>.</summary>
    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex VariableName();
}
