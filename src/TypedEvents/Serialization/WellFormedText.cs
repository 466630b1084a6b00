namespace TypedEvents;

/// <summary>Checks whether strings can be sent unchanged: UTF-8 can't represent half of a surrogate pair.</summary>
internal static class WellFormedText
{
    /// <summary>Whether it contains a control character.</summary>
    public static bool HasControl(ReadOnlySpan<char> text) =>
        text.ContainsAnyInRange('\0', '\u001F') || text.ContainsAnyInRange('\u007F', '\u009F');

    /// <summary>Whether each surrogate is part of a pair. A lone one would be replaced by U+FFFD, so that two ids become one.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and int surrogate)
        {
            if (text.Length < surrogate + 2 || !char.IsSurrogatePair(text[surrogate], text[surrogate + 1]))
            {
                return false;
            }

            text = text[(surrogate + 2)..];
        }

        return true;
    }
}
