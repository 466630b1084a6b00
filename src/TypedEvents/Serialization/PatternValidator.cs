using System.ComponentModel;
using System.Text.RegularExpressions;

namespace TypedEvents;

/// <summary>
/// Checks strings against a <c>[RegularExpression]</c>, in bounded time: generated code creates one for each pattern of an event, for the
/// lifetime of the process.
/// </summary>
/// <remarks>
/// <para>
/// The check runs on the thread that tracks, and the string may be user input: a pattern such as <c>^(\w+\s?)*$</c> takes hours for some
/// strings of 40 characters when the engine backtracks. So the pattern runs with <see cref="RegexOptions.NonBacktracking"/>, which takes
/// time in proportion to the length of the string and finds the same matches. That engine has no lookaround, backreferences, atomic groups or
/// conditionals; a pattern with one of these backtracks, and a match may take 100 milliseconds.
/// </para>
/// <para>
/// After five timeouts the pattern isn't checked anymore, so that it costs a process at most half a second of CPU time,
/// rather than half of each second. All members are thread-safe.
/// </para>
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PatternValidator
{
    /// <summary>The timeout of a match, in milliseconds.</summary>
    internal const int MaxTimeoutMilliseconds = 100;

    /// <summary>The number of timeouts after which the pattern isn't checked anymore.</summary>
    internal const int MaxTimeouts = 5;

    private readonly Regex _regex;
    private readonly string _rule;
    private int _timeouts;

    /// <summary>Creates the validator of a pattern.</summary>
    /// <param name="pattern">The regular expression, which a whole string has to match under the invariant culture.</param>
    /// <param name="timeoutMilliseconds">
    /// The timeout of a match, from 1 to 100. Any other number, -1 for "no limit" included, means 100.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="pattern"/> is not a regular expression.</exception>
    public PatternValidator(string pattern, int timeoutMilliseconds)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        _rule = "RegularExpression: " + pattern;
        _regex = Create(pattern, TimeSpan.FromMilliseconds(timeoutMilliseconds is > 0 and < MaxTimeoutMilliseconds ? timeoutMilliseconds : MaxTimeoutMilliseconds));
    }

    /// <summary>Whether matching takes time proportional to the length of the string, so that no match times out.</summary>
    internal bool IsLinear => (_regex.Options & RegexOptions.NonBacktracking) != 0;

    /// <summary>Checks a string: it is valid if the first match is the whole of it, or if it is empty.</summary>
    /// <param name="value">The string.</param>
    /// <returns>
    /// <see langword="null"/> for a valid string, and for each one after five timeouts. Otherwise the violated rule in
    /// words, without the string: where the match timed out, it says so.
    /// </returns>
    public string? FindViolation(string? value)
    {
        if (string.IsNullOrEmpty(value) || Volatile.Read(ref _timeouts) >= MaxTimeouts)
        {
            return null;
        }

        try
        {
            foreach (ValueMatch match in _regex.EnumerateMatches(value))
            {
                return match.Index == 0 && match.Length == value.Length ? null : _rule;
            }

            return _rule;
        }
        catch (RegexMatchTimeoutException)
        {
            return Interlocked.Increment(ref _timeouts) < MaxTimeouts
                ? $"{_rule} (the match timed out after {_regex.MatchTimeout.TotalMilliseconds} ms)"
                : $"{_rule} (the match timed out after {_regex.MatchTimeout.TotalMilliseconds} ms, for the {MaxTimeouts}th time: this process doesn't check it anymore)";
        }
    }

    private static Regex Create(string pattern, TimeSpan timeout)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, timeout);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, timeout);
        }
    }
}
