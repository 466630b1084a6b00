namespace TypedEvents;

/// <summary>Which strings can be sent as they are: UTF-8 has no form for half of a surrogate pair.</summary>
internal static class WellFormedText
{
    /// <summary>Whether each surrogate has its other half. One that hasn't would arrive as U+FFFD, so that two ids become one.</summary>
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
