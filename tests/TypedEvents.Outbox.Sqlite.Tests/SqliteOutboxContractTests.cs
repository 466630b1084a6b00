using System.Text;
using TypedEvents.Tests;

namespace TypedEvents.Outbox.Sqlite.Tests;

public sealed class SqliteOutboxContractTests : OutboxContractTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The size of an event in the file.</summary>
    private protected override long SizeOf(OutboxModel.Item item, OutboxModel.Place place) =>
        EventFacts.BytesOf(Encoding.UTF8.GetByteCount(item.Json), item.Name, null, item.User.ExternalId)
        + (place == OutboxModel.Place.DeadLetter ? EventFacts.LengthOf(item.Reason?.Message) : 0);

    private protected override IEventOutbox CreateOutbox(long maxBytes, long maxDeadLetterBytes) => SqliteOutbox.Open(
        _folder.Outbox,
        new SqliteOutboxOptions { MaxBytes = maxBytes, MaxDeadLetterBytes = maxDeadLetterBytes, TimeProvider = Clock });
}
