using System.Buffers;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Authentication;
using System.Text;

namespace TypedEvents;

/// <summary>
/// Makes text from outside (a server, a gateway, a proxy, an <c>HttpClient</c>) safe for logs, exceptions and traces: it
/// redacts credentials and escapes characters that a terminal or a log viewer would interpret instead of showing.
/// </summary>
internal sealed class OutsideText
{
    private const string Redacted = "[redacted]";
    private const string BasicScheme = "Basic ";

    /// <summary>The shortest secret that is redacted within a word; a shorter one only as a whole word: <c>local</c> isn't redacted in <c>localhost</c>.</summary>
    private const int MinSubstringLength = 8;

    /// <summary>The number of pairs of credentials that are redacted: a response may still repeat earlier ones.</summary>
    private const int MaxCredentials = 8;

    /// <summary>The characters that end the authority of a URL in a text.</summary>
    private static readonly SearchValues<char> AuthorityEnds = SearchValues.Create(" \t\r\n/?#\"'<>");

    private readonly object _lock = new();

    /// <summary>Keys and secrets, with a colon between them: a key contains none.</summary>
    private readonly List<string> _credentials = [];
    private volatile string[] _secrets = [];

    /// <summary>Redacts these credentials from now on, in addition to earlier ones.</summary>
    public void AddCredentials(string apiKey, string apiSecret)
    {
        lock (_lock)
        {
            string added = $"{apiKey}:{apiSecret}";
            _credentials.Remove(added);
            if (_credentials.Count == MaxCredentials)
            {
                _credentials.RemoveAt(0);
            }

            _credentials.Add(added);
            HashSet<string> secrets = new(StringComparer.Ordinal);
            foreach (string credentials in _credentials)
            {
                int colon = credentials.IndexOf(':', StringComparison.Ordinal);
                AddForms(secrets, credentials);
                AddForms(secrets, credentials[(colon + 1)..]);
                AddForms(secrets, credentials[..colon]);
            }

            // The longest first, so that a secret that contains another one is redacted as a whole.
            List<string> sorted = new(secrets.Count);
            foreach (string secret in secrets)
            {
                int index = sorted.Count;
                while (index > 0 && sorted[index - 1].Length < secret.Length)
                {
                    index--;
                }

                sorted.Insert(index, secret);
            }

            _secrets = sorted.ToArray();
        }
    }

    /// <summary>Redacts and escapes a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">The most characters to return; an escape sequence isn't cut.</param>
    public string Clean(string text, int maxLength = int.MaxValue)
    {
        // Redact first: a secret that is truncated or escaped can't be recognized anymore.
        return Escape(Redact(text), maxLength);
    }

    /// <summary>
    /// Returns the exception itself where neither a message of it or of its inner exceptions nor what it writes of itself needs to be changed;
    /// otherwise one with the cleaned messages, of the same type where that is possible, and with the same stack trace.
    /// </summary>
    public Exception Clean(Exception exception)
    {
        string written = exception.ToString();
        bool isClean = Redact(written) == written;
        for (Exception? inner = exception; inner is not null && isClean; inner = inner.InnerException)
        {
            isClean = inner.Message == Clean(inner.Message);
        }

        return isClean ? exception : Copy(exception);
    }

    private Exception Copy(Exception exception)
    {
        string message = Clean(exception.Message);
        Exception? inner = exception.InnerException is { } original ? Copy(original) : null;
        Exception copy = exception switch
        {
            HttpRequestException request => new HttpRequestException(request.HttpRequestError, message, inner, request.StatusCode),
            IOException => new IOException(message, inner),
            AuthenticationException => new AuthenticationException(message, inner),
            _ => new CleanedException(exception.GetType().ToString(), message, inner),
        };
        return exception.StackTrace is { } stackTrace ? ExceptionDispatchInfo.SetRemoteStackTrace(copy, stackTrace) : copy;
    }

    private string Redact(string text)
    {
        text = RedactUserInfo(text);
        text = RedactBasicCredentials(text);
        foreach (string secret in _secrets)
        {
            text = Redact(text, secret);
        }

        return text;
    }

    private static void AddForms(HashSet<string> secrets, string secret)
    {
        string base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
        secrets.Add(secret);
        secrets.Add(base64);
        secrets.Add(base64.TrimEnd('='));
        secrets.Add(base64.TrimEnd('=').Replace('+', '-').Replace('/', '_'));
        secrets.Add(Uri.EscapeDataString(secret));
    }

    private static string Redact(string text, string secret)
    {
        int start = 0;
        StringBuilder? redacted = null;
        for (int i = text.IndexOf(secret, StringComparison.Ordinal); i >= 0; i = i + 1 < text.Length ? text.IndexOf(secret, i + 1, StringComparison.Ordinal) : -1)
        {
            if (i < start || (secret.Length < MinSubstringLength && !StandsAlone(text, i, secret.Length)))
            {
                continue;
            }

            redacted = (redacted ?? new StringBuilder()).Append(text, start, i - start).Append(Redacted);
            start = i + secret.Length;
        }

        return redacted is null ? text : redacted.Append(text, start, text.Length - start).ToString();
    }

    private static bool StandsAlone(string text, int start, int length) =>
        (start == 0 || !char.IsLetterOrDigit(text[start - 1]))
        && (start + length == text.Length || !char.IsLetterOrDigit(text[start + length]));

    /// <summary>Redacts the user name and password in URLs, such as a proxy's in the exceptions of <c>HttpClient</c>.</summary>
    private static string RedactUserInfo(string text)
    {
        for (int i = text.IndexOf("://", StringComparison.Ordinal); i >= 0; i = text.IndexOf("://", i + 3, StringComparison.Ordinal))
        {
            int authority = i + 3;
            ReadOnlySpan<char> rest = text.AsSpan(authority);
            int length = rest.IndexOfAny(AuthorityEnds);
            int end = (length < 0 ? rest : rest[..length]).LastIndexOf('@');
            if (end > 0)
            {
                text = string.Concat(text.AsSpan(0, authority), Redacted, rest[end..]);
            }
        }

        return text;
    }

    /// <summary>Redacts the credentials of all Basic headers, including those of a proxy, which the library doesn't know.</summary>
    private static string RedactBasicCredentials(string text)
    {
        for (int i = text.IndexOf(BasicScheme, StringComparison.OrdinalIgnoreCase); i >= 0; i = text.IndexOf(BasicScheme, i + BasicScheme.Length, StringComparison.OrdinalIgnoreCase))
        {
            int start = i + BasicScheme.Length;
            int end = start;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '+' or '/' or '-' or '_'))
            {
                end++;
            }

            if (IsUserAndPassword(text.AsSpan(start, end - start)))
            {
                while (end < text.Length && text[end] == '=')
                {
                    end++;
                }

                text = string.Concat(text.AsSpan(0, start), Redacted, text.AsSpan(end));
            }
        }

        return text;
    }

    /// <summary>
    /// Whether it is Base64 of something with a colon (RFC 7617), or the beginning of that, such as where a gateway cuts what it repeats: the word
    /// behind "Basic" may also be one of a sentence.
    /// </summary>
    private static bool IsUserAndPassword(ReadOnlySpan<char> token)
    {
        // One character more than whole groups of four says nothing by itself, and can't be decoded.
        token = token[..(token.Length % 4 == 1 ? token.Length - 1 : token.Length)];
        string standard = token.ToString().Replace('-', '+').Replace('_', '/');
        byte[] bytes = new byte[token.Length];
        return Convert.TryFromBase64String(standard.PadRight((standard.Length + 3) / 4 * 4, '='), bytes, out int length)
            && bytes.AsSpan(0, length).Contains((byte)':');
    }

    private static string Escape(string text, int maxLength)
    {
        if (text.Length <= maxLength && !NeedsEscape(text))
        {
            return text;
        }

        var escaped = new StringBuilder();
        for (int i = 0; i < text.Length;)
        {
            bool isWhole = Rune.TryGetRuneAt(text, i, out Rune rune);
            int length = isWhole ? rune.Utf16SequenceLength : 1;
            string? escape = !isWhole || IsObeyed(rune)
                ? string.Create(CultureInfo.InvariantCulture, $"\\u{(isWhole ? rune.Value : text[i]):X4}")
                : null;
            if (escaped.Length + (escape?.Length ?? length) > maxLength)
            {
                break;
            }

            _ = escape is null ? escaped.Append(text, i, length) : escaped.Append(escape);
            i += length;
        }

        return escaped.ToString();
    }

    private static bool NeedsEscape(string text)
    {
        for (int i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out Rune rune) || IsObeyed(rune))
            {
                return true;
            }

            i += rune.Utf16SequenceLength;
        }

        return false;
    }

    private static bool IsObeyed(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator;

    /// <summary>Stands in for an exception whose message must not be shown.</summary>
    private sealed class CleanedException(string type, string message, Exception? inner) : Exception(message, inner)
    {
        public override string ToString()
        {
            string text = $"{type}: {Message}";
            text = InnerException is null ? text : $"{text}{Environment.NewLine} ---> {InnerException}{Environment.NewLine}   --- End of inner exception stack trace ---";
            return StackTrace is null ? text : text + Environment.NewLine + StackTrace;
        }
    }
}
