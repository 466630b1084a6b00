using System.Text;
using System.Text.RegularExpressions;

namespace TypedEvents;

/// <content>Validation attributes: generated code checks them, and asks here what becomes of a value that breaks one.</content>
public ref partial struct EventWriter
{
    /// <summary>Takes a note of a value that breaks a rule, and says whether it is written all the same.</summary>
    /// <param name="name">The property's name as the <c>Write</c> members take it.</param>
    /// <param name="rule">The rule in words, for the log: never a value of the event.</param>
    /// <returns>Whether the property is to be written, by <c>EventTrackerOptions.ValidationFailures</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="rule"/> is <see langword="null"/>.</exception>
    /// <exception cref="InvalidOperationException">This writer has no buffer.</exception>
    public readonly bool ReportInvalidAndShouldWrite(scoped ReadOnlySpan<byte> name, string rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (_owner is null)
        {
            ThrowNoBuffer();
        }

        // ,"plan": is the property plan.
        _owner.NoteInvalidValue(new InvalidValue(Encoding.UTF8.GetString(name.Trim(",\":"u8)), rule));
        return _owner.ValidationFailures == ValidationFailurePolicy.Send;
    }

    /// <summary>Says whether a text keeps a <c>[RegularExpression]</c>: the first match is the whole of it, or it is empty.</summary>
    /// <param name="pattern">The regular expression. A match that takes longer than its timeout doesn't count as one.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentNullException"><paramref name="pattern"/> is <see langword="null"/>.</exception>
    public static bool IsWholeMatch(Regex pattern, string? text)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        try
        {
            foreach (ValueMatch match in pattern.EnumerateMatches(text))
            {
                return match.Index == 0 && match.Length == text.Length;
            }
        }
        catch (RegexMatchTimeoutException)
        {
            // Nobody knows then, and the caller has waited long enough.
        }

        return false;
    }
}
