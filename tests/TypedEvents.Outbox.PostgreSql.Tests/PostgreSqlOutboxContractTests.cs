using TypedEvents.Outbox.Testing;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>What every outbox promises.</summary>
public abstract class ContractTests(DatabaseOfClass database) : IClassFixture<DatabaseOfClass>
{
    protected static TheoryData<string> CasesThat(Func<string, bool> condition) => [.. OutboxContract.Cases.Select(item => item.Name).Where(condition)];

    /// <summary>They take as long as all other cases together.</summary>
    protected static bool IsMix(string name) => name.StartsWith("Any mix", StringComparison.Ordinal);

    protected async Task RunAsync(string name) =>
        await OutboxContract.Cases.Single(item => item.Name == name).RunAsync(new Factory(await database.GetAsync()), TestContext.Current.CancellationToken);

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

/// <summary>The cases of the contract but for the mixes.</summary>
public sealed class PostgreSqlOutboxContractTests(DatabaseOfClass database) : ContractTests(database)
{
    public static TheoryData<string> Cases => CasesThat(static name => !IsMix(name));

    [Theory]
    [MemberData(nameof(Cases))]
    public Task The_contract_is_kept(string name) => RunAsync(name);
}

/// <summary>The mixes, in a class of their own, which runs at the same time.</summary>
public sealed class PostgreSqlOutboxMixTests(DatabaseOfClass database) : ContractTests(database)
{
    public static TheoryData<string> Cases => CasesThat(IsMix);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task The_contract_is_kept(string name) => RunAsync(name);
}
