using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TypedEvents.Tests;

/// <summary>A pattern is checked on the caller's thread, against user input, so the time is bounded.</summary>
public sealed partial class PatternValidatorTests
{
    /// <summary>A backtracking engine wouldn't finish this within the age of the universe.</summary>
    private static readonly string Bad = new string('a', 60) + "!";

    [EngageEvent("named")]
    internal sealed partial record Named(
        [property: RegularExpression(@"^(\w+\s?)*$", MatchTimeoutInMilliseconds = -1)] string? Linear = null,
        [property: RegularExpression("^(?=a)(a+)+$", MatchTimeoutInMilliseconds = -1)] string? Backtracking = null);

    [Theory]
    [InlineData("[A-Z]{2}[0-9]+", true)]
    [InlineData(@"^(\w+\s?)*$", true)]
    [InlineData(@"^([a-zA-Z0-9_\.\-]+)+@([a-z]+\.)+[a-z]{2,}$", true)]
    [InlineData("a|ab", true)]
    [InlineData("(?=x)y", false)]
    [InlineData(@"(a)\1", false)]
    [InlineData("(?>a+)b", false)]
    public void A_pattern_runs_in_linear_time_where_its_syntax_allows(string pattern, bool isLinear) =>
        Assert.Equal(isLinear, new PatternValidator(pattern, 2000).IsLinear);

    [Theory]
    [InlineData("[A-Z]{2}[0-9]+", "AB123", true)]
    [InlineData("[A-Z]{2}[0-9]+", "xAB123", false)]
    [InlineData("a|ab", "ab", false)]
    [InlineData("ab|a", "ab", true)]
    [InlineData("a*?", "aa", false)]
    [InlineData("^a$", "a\n", false)]
    [InlineData("(?=a)a+", "aaa", true)]
    [InlineData("(a)\\1", "aa", true)]
    [InlineData("(a)\\1", "ab", false)]
    [InlineData("a", "", true)]
    [InlineData("a", null, true)]
    public void A_string_is_valid_where_the_first_match_is_the_whole_of_it(string pattern, string? value, bool isValid)
    {
        Assert.Equal(isValid ? null : "RegularExpression: " + pattern, new PatternValidator(pattern, 2000).FindViolation(value));
        Assert.Equal(isValid, new RegularExpressionAttribute(pattern).IsValid(value));
    }

    /// <summary>DataAnnotations would use the culture of the thread, so that servers would disagree about a value.</summary>
    [Fact]
    public void The_culture_does_not_count()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
            Assert.NotNull(new PatternValidator("(?i)ı", 2000).FindViolation("I"));
            Assert.Null(new PatternValidator("(?i)i", 2000).FindViolation("I"));
        }
        catch (CultureNotFoundException)
        {
            Assert.Skip("This process has no cultures: invariant globalization.");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void In_linear_time_a_bad_string_is_rejected_and_not_timed_out()
    {
        var validator = new PatternValidator(@"^(\w+\s?)*$", 2000);
        for (int i = 0; i < 2 * PatternValidator.MaxTimeouts; i++)
        {
            Assert.Equal(@"RegularExpression: ^(\w+\s?)*$", validator.FindViolation(Bad));
        }
    }

    [Fact]
    public void After_some_timeouts_a_pattern_is_not_checked_any_more()
    {
        var validator = new PatternValidator("^(?=a)(a+)+$", 1);

        string?[] violations = [.. Enumerable.Range(0, PatternValidator.MaxTimeouts + 1).Select(_ => validator.FindViolation(Bad))];

        Assert.All(violations[..^1], violation => Assert.StartsWith("RegularExpression: ^(?=a)(a+)+$ (the match timed out after 1 ms", violation, StringComparison.Ordinal));
        Assert.Contains("this process doesn't check it anymore", violations[^2], StringComparison.Ordinal);
        Assert.Null(violations[^1]);
        Assert.Null(validator.FindViolation("b"));
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, "RegularExpression: [a-z]+")]
    public void A_match_that_a_pause_of_the_process_ended_is_tried_once_more(bool isMatch, string? violation)
    {
        int matches = 0;
        var validator = new PatternValidator("[a-z]+", _ => ++matches % 2 == 1 ? throw new RegexMatchTimeoutException() : isMatch);

        Assert.All(Enumerable.Range(0, 2 * PatternValidator.MaxTimeouts), _ => Assert.Equal(violation, validator.FindViolation("abc")));
        Assert.Equal(4 * PatternValidator.MaxTimeouts, matches);
    }

    [Fact]
    public void The_limit_that_the_attribute_gives_is_for_patterns_that_backtrack()
    {
        var violations = new List<string?>();
        var validator = new PatternValidator(@"^(\w+\s?)*$", 1);
        for (int i = 0; i < 2 * PatternValidator.MaxTimeouts; i++)
        {
            violations.Add(validator.FindViolation(new string('a', 100_000)));
        }

        Assert.All(violations, Assert.Null);
        Assert.Equal(@"RegularExpression: ^(\w+\s?)*$", validator.FindViolation("!"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void No_limit_is_longer_than_ours(int timeoutMilliseconds) => Assert.Contains(
        "timed out after 100 ms",
        new PatternValidator("^(?=a)(a+)+$", timeoutMilliseconds).FindViolation(Bad),
        StringComparison.Ordinal);

    [Fact]
    public void Arguments_are_checked()
    {
        Assert.Throws<ArgumentNullException>(() => new PatternValidator(null!, 1));
        Assert.ThrowsAny<ArgumentException>(() => new PatternValidator("(", 1));
    }

    [Fact]
    public void Generated_code_checks_each_pattern_so_and_reports_a_timeout_as_one()
    {
        var scratch = new ScratchBuffer();
        scratch.Begin(100_000, int.MaxValue, ValidationFailurePolicy.OmitProperty);
        var value = new Named(Bad, Bad);

        Assert.True(EventEnvelope.TryWrite(scratch, Trackers.Alice, in value, default, TimeProvider.System, out ReadOnlySpan<byte> json));

        Assert.Contains("\"properties\":{}", System.Text.Encoding.UTF8.GetString(json), StringComparison.Ordinal);
        Assert.Equal(
            [
                new InvalidValue("linear", @"RegularExpression: ^(\w+\s?)*$"),
                new InvalidValue("backtracking", "RegularExpression: ^(?=a)(a+)+$ (the match timed out after 100 ms)"),
            ],
            scratch.InvalidValues);
    }
}
