using TypedEvents.Outbox.Testing;

namespace TypedEvents.Outbox.Sqlite.Tests;

/// <summary>What every outbox promises.</summary>
public sealed class SqliteOutboxContractTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Cases => [.. OutboxContract.Cases.Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task The_contract_is_kept(string name) =>
        OutboxContract.Cases.Single(item => item.Name == name).RunAsync(new Factory(_folder), TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Dispose();

    private sealed class Factory(TemporaryFolder folder) : OutboxFactory
    {
        public override ValueTask<IEventOutbox> CreateAsync(OutboxSpecification specification, CancellationToken cancellationToken) =>
            ValueTask.FromResult<IEventOutbox>(SqliteOutbox.Open(
                Path.Combine(folder.Path, specification.Name + ".db"),
                new SqliteOutboxOptions
                {
                    MaxBytes = specification.MaxBytes,
                    MaxDeadLetterBytes = specification.MaxDeadLetterBytes,
                    TimeProvider = specification.TimeProvider,
                }));
    
        /// <summary>What an event takes in the file.</summary>
        public override long SizeOf(StoredEvent stored, bool isHeld) =>
            EventFacts.BytesOf(stored.Json.Length, stored.EventName, stored.AppKey, stored.User.ExternalId) + EventFacts.LengthOf(stored.Reason?.Message);
    }
}
