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
/// A timeout counts real time: a pause of the process, or the first match, which the runtime compiles the engine for, may end a match that is
/// fast. So a match that times out is tried once more, and only a second timeout is one.
/// </para>
/// <para>
/// After five timeouts the pattern isn't checked anymore, so that it costs each thread about a second of CPU time at most,
/// rather than most of each second. All members are thread-safe.
/// </para>
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PatternValidator
{
    /// <summary>The timeout of a match, in milliseconds.</summary>
    internal const int MaxTimeoutMilliseconds = 100;

    /// <summary>The number of timeouts after which the pattern isn't checked anymore.</summary>
    internal const int MaxTimeouts = 5;

    private readonly string _rule;
    private readonly TimeSpan _timeout;
    private readonly Func<string, bool> _isWholeMatch;
    private int _timeouts;

    /// <summary>Creates the validator of a pattern.</summary>
    /// <param name="pattern">The regular expression, which a whole string has to match under the invariant culture.</param>
    /// <param name="timeoutMilliseconds">
    /// The timeout of a match that backtracks, from 1 to 100. Any other number, -1 for "no limit" included, means 100.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="pattern"/> is not a regular expression.</exception>
    public PatternValidator(string pattern, int timeoutMilliseconds)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        Regex regex = Create(pattern, timeoutMilliseconds is > 0 and < MaxTimeoutMilliseconds ? timeoutMilliseconds : MaxTimeoutMilliseconds);
        IsLinear = (regex.Options & RegexOptions.NonBacktracking) != 0;
        _rule = RuleOf(pattern);
        _timeout = regex.MatchTimeout;
        _isWholeMatch = value => IsWholeMatch(regex, value);
    }

    /// <summary>Creates a validator with another engine.</summary>
    internal PatternValidator(string pattern, Func<string, bool> isWholeMatch)
    {
        _rule = RuleOf(pattern);
        _timeout = TimeSpan.FromMilliseconds(MaxTimeoutMilliseconds);
        _isWholeMatch = isWholeMatch;
    }

    /// <summary>Whether matching takes time proportional to the length of the string, so that no match of a usual string times out.</summary>
    internal bool IsLinear { get; }

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
            return _isWholeMatch(value) ? null : _rule;
        }
        catch (RegexMatchTimeoutException)
        {
            return FindViolationAgain(value);
        }
    }

    private string? FindViolationAgain(string value)
    {
        if (Volatile.Read(ref _timeouts) >= MaxTimeouts)
        {
            return null;
        }

        try
        {
            return _isWholeMatch(value) ? null : _rule;
        }
        catch (RegexMatchTimeoutException)
        {
            return Interlocked.Increment(ref _timeouts) < MaxTimeouts
                ? $"{_rule} (the match timed out after {_timeout.TotalMilliseconds} ms)"
                : $"{_rule} (the match timed out after {_timeout.TotalMilliseconds} ms, for the {MaxTimeouts}th time: this process doesn't check it anymore)";
        }
    }

    private static bool IsWholeMatch(Regex regex, string value)
    {
        foreach (ValueMatch match in regex.EnumerateMatches(value))
        {
            return match.Index == 0 && match.Length == value.Length;
        }

        return false;
    }

    private static string RuleOf(string pattern) => "RegularExpression: " + pattern;

    private static Regex Create(string pattern, int timeoutMilliseconds)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, TimeSpan.FromMilliseconds(MaxTimeoutMilliseconds));
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(timeoutMilliseconds));
        }
    }
}
