namespace TypedEvents.Cli;

/// <summary>The words of names in any style, and how near two names are.</summary>
internal static class Words
{
    /// <summary>The words of <c>http_status</c>, <c>httpStatus</c> or <c>HTTPStatus</c>, in lower case.</summary>
    public static string[] Of(string name)
    {
        List<string> words = [];
        int begin = 0;
        for (int index = 1; index <= name.Length; index++)
        {
            bool isSeparator = index < name.Length && !char.IsLetterOrDigit(name[index]);
            bool isBegin = index < name.Length
                && char.IsUpper(name[index])
                && (!char.IsUpper(name[index - 1]) || (index + 1 < name.Length && char.IsLower(name[index + 1])));
            if (index == name.Length || isSeparator || isBegin)
            {
                string word = name[begin..index].Trim('_', '-', '.', ' ').ToLowerInvariant();
                if (word.Length > 0)
                {
                    words.Add(word);
                }

                begin = index;
            }
        }

        return [.. words];
    }

    /// <summary>The same for names with the same words in another order, style or number.</summary>
    public static string NearKey(string name) => string.Concat(Of(name).Select(Singular).Order(StringComparer.Ordinal));

    /// <summary>Whether one slip of the keyboard makes one name of the other. Short names differ that little by intent.</summary>
    public static bool AreOneSlipApart(string left, string right) =>
        Math.Abs(left.Length - right.Length) <= 1 && Math.Min(left.Length, right.Length) >= 6 && IsOneEditApart(left, right);

    private static string Singular(string word) => word.Length > 3 && word[^1] == 's' && !word.EndsWith("ss", StringComparison.Ordinal) ? word[..^1] : word;

    /// <summary>One letter more, less, other or swapped with the next. A digit is no slip: <c>step_1</c> and <c>step_2</c> are two names.</summary>
    private static bool IsOneEditApart(string left, string right)
    {
        (string shorter, string longer) = left.Length <= right.Length ? (left, right) : (right, left);
        int begin = 0;
        while (begin < shorter.Length && shorter[begin] == longer[begin])
        {
            begin++;
        }

        int end = 0;
        while (end < shorter.Length - begin && shorter[^(end + 1)] == longer[^(end + 1)])
        {
            end++;
        }

        string from = shorter[begin..^end];
        string to = longer[begin..^end];
        return (from + to).All(char.IsLetter)
            && ((from.Length <= 1 && to.Length <= 1) || (from.Length == 2 && to.Length == 2 && from[0] == to[1] && from[1] == to[0]));
    }
}
