using System.Buffers.Text;

namespace TypedEvents;

/// <summary>
/// The place of the EUID in an event whose user is known by an external id only: blanks, which are legal before a JSON number. There is one
/// form of an event, and it is written once.
/// </summary>
internal static class EuidPlaceholder
{
    /// <summary>Stands in the place while the event is written: as many digits as the longest EUID has.</summary>
    public static Euid LongestEuid { get; } = new(long.MaxValue);

    private const int Length = 19;

    /// <summary>Frees the place of an event that was written with <see cref="LongestEuid"/>.</summary>
    public static void Clear(Span<byte> json, string eventName) => json.Slice(Start(eventName), Length).Fill((byte)' ');

    /// <summary>Whether the place is there and free: a stored event may have changed, or be another version's.</summary>
    public static bool IsFree(ReadOnlySpan<byte> json, string eventName)
    {
        int start = Start(eventName);
        return json.Length >= start + Length
            && json[..start].EndsWith("\",\"euid\":"u8)
            && json.Slice(start, Length).IndexOfAnyExcept((byte)' ') < 0;
    }

    /// <summary>A copy of the event with an EUID in the place.</summary>
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

    /// <summary>Where the EUID stands: behind <c>{"event_name":"…","euid":</c>, as <see cref="EventSchema"/> writes it.</summary>
    private static int Start(string eventName) => """{"event_name":"","euid":""".Length + eventName.Length;
}
