using TypedEvents.Tests;

namespace TypedEvents.Outbox.Sqlite.Tests;

public sealed class SqliteOutboxContractTests : OutboxContractTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private protected override IEventOutbox CreateOutbox(long maxBytes, long maxDeadLetterBytes) => SqliteOutbox.Open(
        _folder.Outbox,
        new SqliteOutboxOptions { MaxBytes = maxBytes, MaxDeadLetterBytes = maxDeadLetterBytes, TimeProvider = Clock });
}
