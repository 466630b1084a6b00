using System.Text;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>
/// A row of the table "events" for sending. Each column is read once, because a call to SQLite costs more than most of what is done with the
/// value. Valid until the statement's next step.
/// </summary>
internal readonly ref struct EventRow
{
    public const string Columns = "position, partition, state, name, app_key, identity_name, own_id, appended_at, checksum, json";

    private const int MaxNameLength = 64;

    /// <summary>Reads the current row of a statement with <see cref="Columns"/>.</summary>
    public EventRow(Statement row)
    {
        Position = row.Int64(0);
        Partition = row.Int64(1);
        State = row.Int64(2);
        Name = row.Bytes(3);
        HasAppKey = !row.IsNull(4);
        AppKey = HasAppKey ? row.Bytes(4) : default;
        HasIdentityName = !row.IsNull(5);
        IdentityName = HasIdentityName ? row.Bytes(5) : default;
        HasExternalId = !row.IsNull(6);
        ExternalId = HasExternalId ? row.Bytes(6) : default;
        AppendedAt = row.Int64(7);
        Checksum = row.Int64(8);

        // NULL reads as 0, which is also a checksum.
        HasChecksum = Checksum != 0 || !row.IsNull(8);
        Json = row.Bytes(9);
    }

    public long Position { get; }

    public long Partition { get; }

    /// <summary>An <see cref="EventState"/>, unless it changed on the disk.</summary>
    public long State { get; }

    public ReadOnlySpan<byte> Name { get; }

    public bool HasAppKey { get; }

    public ReadOnlySpan<byte> AppKey { get; }

    public bool HasIdentityName { get; }

    public ReadOnlySpan<byte> IdentityName { get; }

    public bool HasExternalId { get; }

    public ReadOnlySpan<byte> ExternalId { get; }

    public ReadOnlySpan<byte> Json { get; }

    private long AppendedAt { get; }

    private bool HasChecksum { get; }

    private long Checksum { get; }

    /// <summary>The reason, as a dead letter states it, why the row can't be read as an event; <see langword="null"/> if it can.</summary>
    public string? FindFault(out EngageUser user)
    {
        user = default;
        if (HasChecksum && Checksum != RowChecksum.OfEvent(this))
        {
            return "Its bytes changed in the file: they don't match their checksum.";
        }

        if (!StoreClock.IsTime(AppendedAt))
        {
            return "The time at which it was appended is out of range.";
        }

        if (Json.IsEmpty)
        {
            return "It has no JSON.";
        }

        if (!HasIdentityName && !HasExternalId)
        {
            return null;
        }

        string? identityName = HasIdentityName ? Encoding.UTF8.GetString(IdentityName) : null;
        if (EngageUser.TryFromIdentity(identityName, HasExternalId ? Encoding.UTF8.GetString(ExternalId) : null, out user))
        {
            return null;
        }

        return identityName is null || !HasExternalId || EngageUser.TryFromIdentity(identityName, "-", out _)
            ? "Its user id is missing or invalid."
            : $"This version of TypedEvents doesn't know its kind of user id{Quote(identityName)}: a newer version uses the file, or used it.";
    }

    /// <summary>Makes the event of a row in which <see cref="FindFault"/> found no fault.</summary>
    public OutboxEvent ToEvent(EngageUser user, TextCache texts) => new()
    {
        Position = Position,
        Partition = (int)Partition,
        EventName = texts.Get(Name),
        AppKey = HasAppKey ? texts.Get(AppKey) : null,
        User = user,
        Json = Json.ToArray(),
    };

    /// <summary>The name in quotes, if it is safe to show in a message.</summary>
    private static string Quote(string name) =>
        name.Length <= MaxNameLength && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_') ? $" ('{name}')" : "";
}
