using System.Net;
using System.Text;

namespace TypedEvents.Tests;

/// <summary>Text from a server, a proxy or a handler is shown without credentials and without characters that a terminal or a log viewer interprets.</summary>
public sealed class OutsideTextTests
{
    private const string Key = "key-9d1f04";
    private const string Secret = "secret+77c2be?";

    [Theory]
    [InlineData(Key)]
    [InlineData(Secret)]
    [InlineData(Key + ":" + Secret)]
    public void Credentials_are_redacted_as_they_are_and_in_every_encoding(string credential)
    {
        OutsideText text = Make();
        string base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(credential));
        foreach (string form in new[] { credential, base64, base64.TrimEnd('='), base64.TrimEnd('=').Replace('+', '-').Replace('/', '_'), Uri.EscapeDataString(credential) })
        {
            Assert.Equal("before [redacted] after", text.Clean($"before {form} after"));
            Assert.StartsWith("[redacted]", text.Clean($"{form}and{form}"), StringComparison.Ordinal);
            Assert.DoesNotContain(form, text.Clean($"{form}and{form}"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_credential_is_redacted_before_the_text_is_cut()
    {
        string cut = Make().Clean(new string('x', 250) + Secret, maxLength: 256);
        Assert.DoesNotContain(Secret[..3], cut, StringComparison.Ordinal);
        Assert.Equal(256, cut.Length);
    }

    [Theory]
    [InlineData("wrong secret: local", "wrong secret: [redacted]")]
    [InlineData("localhost rejected (local)", "localhost rejected ([redacted])")]
    [InlineData("locally", "locally")]
    public void A_short_credential_is_redacted_where_it_stands_alone(string message, string expected)
    {
        var text = new OutsideText();
        text.AddCredentials("local", "local");
        Assert.Equal(expected, text.Clean(message));
    }

    [Fact]
    public void Earlier_credentials_stay_redacted()
    {
        OutsideText text = Make();
        text.AddCredentials("key-of-today", "secret-of-today");
        Assert.Equal("[redacted], [redacted]", text.Clean($"{Secret}, secret-of-today"));
    }

    [Theory]
    [InlineData("The proxy tunnel request to proxy 'http://user:pa%40ss@127.0.0.2:8080/' failed with status code '503'.", "The proxy tunnel request to proxy 'http://[redacted]@127.0.0.2:8080/' failed with status code '503'.")]
    [InlineData("http://a:b@c/, https://d:e@f", "http://[redacted]@c/, https://[redacted]@f")]
    [InlineData("https://example.org/a@b", "https://example.org/a@b")]
    [InlineData("Proxy-Authorization: Basic dXNlcjpwYUBzcw== rejected", "Proxy-Authorization: Basic [redacted] rejected")]
    [InlineData("basic dXNlcjpwYUBzcw", "basic [redacted]")]
    [InlineData("Basic dXNlcjpwYUBzc", "Basic [redacted]")]
    [InlineData("Basic dXNlcjpwYUBz", "Basic [redacted]")]
    [InlineData("Basic dXNlcjpwY", "Basic [redacted]")]
    [InlineData("Basic authentication is required. Basic ", "Basic authentication is required. Basic ")]
    public void Credentials_of_a_proxy_are_redacted_though_nobody_knows_them(string message, string expected) =>
        Assert.Equal(expected, Make().Clean(message));

    [Theory]
    [InlineData("a\u001b[31mb\r\nc", "a\\u001B[31mb\\u000D\\u000Ac")]
    [InlineData("a\u202eb\u2028c\u2029d\u200be\ufefff\u0085g", "a\\u202Eb\\u2028c\\u2029d\\u200Be\\uFEFFf\\u0085g")]
    [InlineData("\U000E0041", "\\uE0041")]
    [InlineData("grün, 漢字, 😀", "grün, 漢字, 😀")]
    public void What_a_terminal_or_a_log_reader_would_obey_is_escaped(string message, string expected) =>
        Assert.Equal(expected, Make().Clean(message));

    [Fact]
    public void Half_of_a_surrogate_pair_is_escaped() => Assert.Equal("\\uD83Dx\\uDE00", Make().Clean("\ud83dx\ude00"));

    [Theory]
    [InlineData("ab\u001b", 7, "ab")]
    [InlineData("ab\u001b", 8, "ab\\u001B")]
    [InlineData("ab😀", 3, "ab")]
    public void An_escape_and_a_character_are_never_cut_in_half(string message, int maxLength, string expected) =>
        Assert.Equal(expected, Make().Clean(message, maxLength));

    [Fact]
    public void An_exception_that_needs_no_change_is_the_same_one()
    {
        var exception = new HttpRequestException("Connection refused (127.0.0.1:1)", new IOException("gone"));
        Assert.Same(exception, Make().Clean(exception));
    }

    [Fact]
    public void An_exception_with_a_credential_is_replaced_and_keeps_its_type_its_error_and_its_stack_trace()
    {
        Exception thrown = Throw(new HttpRequestException(
            HttpRequestError.ProxyTunnelError, $"proxy 'http://u:p@q/'", new InvalidOperationException($"{Secret}\u001b"), HttpStatusCode.BadGateway));

        HttpRequestException cleaned = Assert.IsType<HttpRequestException>(Make().Clean(thrown));

        Assert.Equal((HttpRequestError.ProxyTunnelError, HttpStatusCode.BadGateway), (cleaned.HttpRequestError, cleaned.StatusCode));
        Assert.Equal("proxy 'http://[redacted]@q/'", cleaned.Message);
        Assert.Contains(nameof(Throw), cleaned.StackTrace, StringComparison.Ordinal);
        string whole = cleaned.ToString();
        Assert.Contains("System.InvalidOperationException: [redacted]\\u001B", whole, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, whole, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_that_writes_a_credential_beside_its_message_is_replaced()
    {
        string written = Make().Clean(new IOException("gone", new TalkativeException())).ToString();

        Assert.Contains("gone", written, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, written, StringComparison.Ordinal);
    }

    private sealed class TalkativeException : Exception
    {
        public override string ToString() => $"{Message} Authorization: {Secret}";
    }

    private static OutsideText Make()
    {
        var text = new OutsideText();
        text.AddCredentials(Key, Secret);
        return text;
    }

    private static HttpRequestException Throw(HttpRequestException exception)
    {
        try
        {
            throw exception;
        }
        catch (HttpRequestException caught)
        {
            return caught;
        }
    }
}
