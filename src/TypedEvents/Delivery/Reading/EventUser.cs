using System.Buffers.Text;

namespace TypedEvents;

/// <summary>Tells the users of events apart.</summary>
internal static class EventUser
{
    /// <summary>The same for all events of one user, who was named by its EUID or by one external id.</summary>
    public static long KeyOf(OutboxEvent stored)
    {
        if (stored.User.IsExternalId)
        {
            return (long)Partition.Hash(stored.User);
        }

        ReadOnlySpan<byte> json = stored.Json.Span;
        int start = EuidPlaceholder.Start(stored.EventName);
        return json.Length > start && Utf8Parser.TryParse(json[start..], out long euid, out _)
            ? (long)Partition.Hash(euid)
            : stored.Position;
    }
}
