using System.Globalization;

namespace TypedEvents.Cli;

/// <summary>An event that <c>--expect</c> asks for.</summary>
/// <param name="EventName">Its name.</param>
/// <param name="Count">How often it is to be received; <see langword="null"/>: at least once.</param>
internal sealed record Expectation(string EventName, long? Count)
{
    /// <exception cref="ToolException">It is neither a name nor a name with a count.</exception>
    public static Expectation Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        (string name, string? digits) = equals < 0 ? (text, null) : (text[..equals], text[(equals + 1)..]);
        long count = 0;
        return name.Length > 0 && !name.Any(char.IsWhiteSpace) && (digits is null || long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out count))
            ? new Expectation(name, digits is null ? null : count)
            : throw new ToolException($"--expect takes an event's name, or a name with the exact number, such as sign_up or sign_up=2; it got '{text}'.");
    }

    public bool IsMet(long received) => Count is { } count ? received == count : received > 0;
}
