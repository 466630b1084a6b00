using System.Security.Cryptography;
using Npgsql;

namespace TypedEvents.PostgreSql.TestServer;

/// <summary>A database of one test. It is dropped at the end with the roles that were created for it.</summary>
public sealed class PostgreSqlDatabase : IAsyncDisposable
{
    private readonly List<string> _roles = [];

    internal PostgreSqlDatabase(PostgreSqlServer server, string name)
    {
        Server = server;
        Name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString;
        DataSource = NpgsqlDataSource.Create(ConnectionString);
    }

    public PostgreSqlServer Server { get; }

    public string Name { get; }

    /// <summary>A connection string of a user who may do everything.</summary>
    public string ConnectionString { get; }

    /// <summary>A data source for <see cref="ConnectionString"/>.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>Creates a database in the server of all tests. Skips the test where there is none.</summary>
    public static async Task<PostgreSqlDatabase> CreateAsync() => await (await PostgreSqlServer.GetSharedAsync()).CreateDatabaseAsync();

    /// <summary>Creates a role that may log in, and nothing else.</summary>
    /// <returns>Its name, and the connection string with which it uses this database.</returns>
    public async Task<(string Name, string ConnectionString)> CreateRoleAsync()
    {
        string role = $"typedevents_{Guid.NewGuid():N}";
        string password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        await ExecuteAsync($"""CREATE ROLE "{role}" LOGIN PASSWORD '{password}'""");
        _roles.Add(role);
        return (role, new NpgsqlConnectionStringBuilder(ConnectionString) { Username = role, Password = password }.ConnectionString);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The single value that a query returns.</summary>
    public async Task<T> QueryAsync<T>(string sql)
    {
        await using NpgsqlCommand command = DataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        Server.Forget(this);
        await DataSource.DisposeAsync();
        await Server.ExecuteAsync($"""DROP DATABASE IF EXISTS "{Name}" WITH (FORCE)""");
        foreach (string role in _roles)
        {
            await Server.ExecuteAsync($"""DROP ROLE IF EXISTS "{role}" """);
        }
    }
}
