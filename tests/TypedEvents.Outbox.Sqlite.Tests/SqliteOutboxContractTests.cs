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

    /// <summary>The promises that only a durable outbox makes: the memory outbox can't break them.</summary>
    [Theory]
    [InlineData("any target", "A durable outbox with events rejects another target")]
    [InlineData("no other key", "After a key was added the outbox opens with either")]
    [InlineData("another file", "A durable outbox opened again has all that it had")]
    public async Task A_case_fails_for_an_outbox_that_breaks_its_promise(string fault, string name)
    {
        OutboxContractCase item = OutboxContract.Cases.Single(item => item.Name == name);
        await Assert.ThrowsAnyAsync<Exception>(() => item.RunAsync(new Factory(_folder) { Fault = fault }, TestContext.Current.CancellationToken));
    }

    public void Dispose() => _folder.Dispose();

    private sealed class Broken(IEventOutbox inner, string fault) : DelegatingOutbox(inner)
    {
        public override async ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken)
        {
            if (fault == "any target")
            {
                await GetPositionsAsync(cancellationToken);
            }
            else
            {
                await base.OpenAsync(opening, cancellationToken);
            }
        }

        public override ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken) =>
            fault == "no other key" ? ValueTask.CompletedTask : base.AddTargetAsync(target, cancellationToken);
    }

    private sealed class Factory(TemporaryFolder folder) : OutboxFactory
    {
        private int _files;

        public string? Fault { get; init; }

        public override ValueTask<IEventOutbox> CreateAsync(OutboxSpecification specification, CancellationToken cancellationToken)
        {
            SqliteOutbox outbox = Open(specification, Fault == "another file" ? $"{specification.Name}-{_files++}" : specification.Name);
            return ValueTask.FromResult<IEventOutbox>(Fault is null ? outbox : new Broken(outbox, Fault));
        }

        private SqliteOutbox Open(OutboxSpecification specification, string name) =>
            SqliteOutbox.Open(
                Path.Combine(folder.Path, name + ".db"),
                new SqliteOutboxOptions
                {
                    MaxBytes = specification.MaxBytes,
                    MaxDeadLetterBytes = specification.MaxDeadLetterBytes,
                    TimeProvider = specification.TimeProvider,
                });

        /// <summary>What an event takes in the file.</summary>
        public override long SizeOf(StoredEvent stored, bool isHeld) =>
            EventFacts.BytesOf(stored.Json.Length, stored.EventName, stored.AppKey, stored.User.ExternalId) + EventFacts.LengthOf(stored.Reason?.Message);
    }
}
