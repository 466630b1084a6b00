namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>
/// One database for all tests of a class, whose outboxes have schemas of their own: creating and dropping a database costs more than most of the
/// tests. It is created by the first test, so that a test is skipped, and doesn't fail, where there is no server.
/// </summary>
public sealed class DatabaseOfClass : IAsyncDisposable
{
    private readonly Lazy<Task<PostgreSqlDatabase>> _database = new(PostgreSqlDatabase.CreateAsync);

    public Task<PostgreSqlDatabase> GetAsync() => _database.Value;

    public async ValueTask DisposeAsync()
    {
        if (_database is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _database.Value).DisposeAsync();
        }
    }
}
