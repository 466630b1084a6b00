using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace TypedEvents;

/// <content>Validation attributes: generated code checks them, and asks here whether a value that fails is written.</content>
public ref partial struct EventWriter
{
    /// <summary>Notes that a value fails a validation attribute, and returns whether the value is written in any case.</summary>
    /// <param name="name">The property's name, as for the <c>Write</c> members.</param>
    /// <param name="rule">The attribute and its arguments, for the log; never a value of the event.</param>
    /// <returns>Whether the property is to be written, by <c>EventTrackerOptions.ValidationFailures</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="rule"/> is <see langword="null"/>.</exception>
    /// <exception cref="InvalidOperationException">This writer has no buffer.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool ReportInvalidAndShouldWrite(scoped ReadOnlySpan<byte> name, string rule) => ReportInvalid(_owner, name, rule);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool ReportInvalid(ScratchBuffer? owner, scoped ReadOnlySpan<byte> name, string rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (owner is null)
        {
            ThrowNoBuffer();
        }

        // ,"plan": is the property plan.
        owner.NoteInvalidValue(new InvalidValue(Encoding.UTF8.GetString(name.Trim(",\":"u8)), rule));
        return owner.ValidationFailures == ValidationFailurePolicy.Send;
    }

    /// <summary>Whether a string satisfies a <c>[RegularExpression]</c>: it is empty, or the first match is the whole string.</summary>
    /// <param name="pattern">The regular expression. A match that takes longer than its timeout doesn't count as one.</param>
    /// <param name="text">The string.</param>
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
            // Undecided, and the caller has waited long enough.
        }

        return false;
    }
}
