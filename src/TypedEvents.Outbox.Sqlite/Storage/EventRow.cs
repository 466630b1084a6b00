namespace TypedEvents.Outbox.Sqlite;

/// <summary>Reads rows of the table "events" for sending, and tells why a row can't be sent.</summary>
internal static class EventRow
{
    public const string Columns = "position, partition, state, name, app_key, identity_name, own_id, appended_at, checksum, json";

    public const int Position = 0;
    public const int Partition = 1;
    public const int State = 2;
    public const int Name = 3;
    public const int AppKey = 4;
    public const int IdentityName = 5;
    public const int ExternalId = 6;
    public const int AppendedAt = 7;
    public const int Checksum = 8;
    public const int Json = 9;

    private const int MaxNameLength = 64;

    /// <summary>The reason, as a dead letter states it, why a row can't be read as an event; <see langword="null"/> if it can.</summary>
    public static string? FindFault(Statement row, out EngageUser user)
    {
        user = default;
        if (!row.IsNull(Checksum) && row.Int64(Checksum) != RowChecksum.OfEvent(row))
        {
            return "Its bytes changed in the file: they don't match their checksum.";
        }

        if (!StoreClock.IsTime(row.Int64(AppendedAt)))
        {
            return "The time at which it was appended is out of range.";
        }

        if (row.Bytes(Json).IsEmpty)
        {
            return "It has no JSON.";
        }

        if (row.IsNull(IdentityName) && row.IsNull(ExternalId))
        {
            return null;
        }

        string? identityName = row.Text(IdentityName);
        if (EngageUser.TryFromIdentity(identityName, row.Text(ExternalId), out user))
        {
            return null;
        }

        return row.IsNull(ExternalId) || row.IsNull(IdentityName) || EngageUser.TryFromIdentity(identityName, "-", out _)
            ? "Its user id is missing or invalid."
            : $"This version of TypedEvents doesn't know its kind of user id{Quote(identityName!)}: a newer version uses the file, or used it.";
    }

    /// <summary>Makes the event of a row in which <see cref="FindFault"/> found no fault.</summary>
    public static OutboxEvent ToEvent(Statement row, EngageUser user, TextCache texts) => new()
    {
        Position = row.Int64(Position),
        Partition = (int)row.Int64(Partition),
        EventName = texts.Get(row.Bytes(Name)),
        AppKey = row.IsNull(AppKey) ? null : texts.Get(row.Bytes(AppKey)),
        User = user,
        Json = row.Bytes(Json).ToArray(),
    };

    /// <summary>The name in quotes, if it is safe to show in a message.</summary>
    private static string Quote(string name) =>
        name.Length <= MaxNameLength && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_') ? $" ('{name}')" : "";
}
