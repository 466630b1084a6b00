using TypedEvents.Outbox.Testing;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>What every outbox promises.</summary>
public sealed class PostgreSqlOutboxContractTests : IAsyncLifetime
{
    private PostgreSqlDatabase _database = null!;

    public static TheoryData<string> Cases => [.. OutboxContract.Cases.Select(item => item.Name)];

    public async ValueTask InitializeAsync() => _database = await PostgreSqlDatabase.CreateAsync();

    public async ValueTask DisposeAsync() => await _database.DisposeAsync();

    [Theory]
    [MemberData(nameof(Cases))]
    public Task The_contract_is_kept(string name) =>
        OutboxContract.Cases.Single(item => item.Name == name).RunAsync(new Factory(_database), TestContext.Current.CancellationToken);

    private sealed class Factory(PostgreSqlDatabase database) : OutboxFactory
    {
        public override ValueTask<IEventOutbox> CreateAsync(OutboxSpecification specification, CancellationToken cancellationToken) =>
            ValueTask.FromResult<IEventOutbox>(PostgreSqlOutbox.Create(
                database.DataSource,
                new PostgreSqlOutboxOptions
                {
                    Schema = specification.Name,
                    MaxBytes = specification.MaxBytes,
                    MaxDeadLetterBytes = specification.MaxDeadLetterBytes,
                    EventClock = specification.TimeProvider,
                }));
    }
}
