using System.Text;
using Npgsql;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>A row of <c>events</c> as an event, read from the columns <see cref="EventSql.Columns"/>.</summary>
internal sealed class EventRow
{
    private const int MaxNames = 1000;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <param name="reader">The reader, at a row.</param>
    /// <param name="first">Which column is the position.</param>
    /// <returns>
    /// The event; without a user where the kind of the user's id is unknown here, such as a newer version's: then it has no EUID either, and the
    /// delivery loop reports it as unreadable.
    /// </returns>
    public OutboxEvent Read(NpgsqlDataReader reader, int first) => new()
    {
        Position = reader.GetInt64(first),
        Partition = reader.GetInt16(first + 1),
        EventName = Shared(reader.GetString(first + 2)),
        AppKey = reader.IsDBNull(first + 3) ? null : Shared(reader.GetString(first + 3)),
        User = UserOf(reader, first + 4, out _),
        Json = reader.GetFieldValue<byte[]>(first + 6),
    };

    /// <param name="reader">The reader, at a row.</param>
    /// <param name="identityName">Which column holds the kind of the user's id; the next one holds the id.</param>
    /// <param name="isReadable">Whether the kind is known: where it isn't, the event must not be sent as one without a user.</param>
    public static EngageUser UserOf(NpgsqlDataReader reader, int identityName, out bool isReadable)
    {
        if (reader.IsDBNull(identityName + 1))
        {
            isReadable = reader.IsDBNull(identityName);
            return default;
        }

        isReadable = EngageUser.TryFromIdentity(
            reader.IsDBNull(identityName) ? null : reader.GetString(identityName),
            Utf8.GetString(reader.GetFieldValue<byte[]>(identityName + 1)),
            out EngageUser user);
        return user;
    }

    /// <summary>Names repeat: each is kept once.</summary>
    private string Shared(string name) => _names.Count < MaxNames ? _names.GetOrAdd(name, name) : _names.GetValueOrDefault(name, name);
}
