using System.Buffers.Text;

namespace TypedEvents;

/// <summary>
/// The placeholder for the EUID in an event whose user is known by an external id only: blanks, which JSON allows before a number. So an event
/// is written only once, before its EUID is known.
/// </summary>
internal static class EuidPlaceholder
{
    /// <summary>Reserves the room while the event is written: it has as many digits as the longest EUID.</summary>
    public static Euid LongestEuid { get; } = new(long.MaxValue);

    private const int Length = 19;

    /// <summary>Replaces the EUID of an event that was written with <see cref="LongestEuid"/> by the placeholder.</summary>
    public static void Clear(Span<byte> json, string eventName) => json.Slice(Start(eventName), Length).Fill((byte)' ');

    /// <summary>Copies an event that was written with <see cref="LongestEuid"/>, with <c>null</c> instead of the EUID, so that it is JSON as it is.</summary>
    public static byte[] ToNull(ReadOnlySpan<byte> json, string eventName)
    {
        int start = Start(eventName);
        return [.. json[..start], .. "null"u8, .. json[(start + Length)..]];
    }

    /// <summary>Whether an event has the placeholder: a stored event may be damaged, or be from another version.</summary>
    public static bool IsFree(ReadOnlySpan<byte> json, string eventName)
    {
        int start = Start(eventName);
        return json.Length >= start + Length
            && json[..start].EndsWith("\",\"euid\":"u8)
            && json.Slice(start, Length).IndexOfAnyExcept((byte)' ') < 0;
    }

    /// <summary>Copies an event, with an EUID instead of the placeholder.</summary>
    public static byte[] Fill(ReadOnlySpan<byte> json, string eventName, Euid euid)
    {
        byte[] filled = json.ToArray();
        Utf8Formatter.TryFormat(euid.Value, filled.AsSpan(Start(eventName), Length), out _);
        return filled;
    }

    /// <summary>The digits of the EUID as they are in the JSON; none where the place is free, or isn't where it should be.</summary>
    public static ReadOnlySpan<byte> DigitsOf(ReadOnlySpan<byte> json, string eventName)
    {
        ReadOnlySpan<byte> rest = json[Math.Min(Start(eventName), json.Length)..];
        int length = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return length < 0 ? rest : rest[..length];
    }

    /// <summary>The offset of the EUID, after <c>{"event_name":"…","euid":</c>, as <see cref="EventSchema"/> writes it.</summary>
    private static int Start(string eventName) => """{"event_name":"","euid":""".Length + eventName.Length;
}
