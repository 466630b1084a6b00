using System.Globalization;

namespace TypedEvents.Tests;

public sealed class EuidTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void A_number_that_is_not_positive_is_rejected_with_a_clear_message(long value)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => new Euid(value));
        Assert.Contains("positive", exception.Message, StringComparison.Ordinal);
        Assert.Contains("RegisterUsersAsync", exception.Message, StringComparison.Ordinal);
        Assert.False(Euid.TryCreate(value, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10000091198)]
    [InlineData(long.MaxValue)]
    public void A_positive_number_is_kept(long value)
    {
        Assert.Equal(value, new Euid(value).Value);
        Assert.True(Euid.TryCreate(value, out Euid euid));
        Assert.Equal(new Euid(value), euid);
        Assert.Equal(euid, Euid.Parse(euid.ToString(), CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("+5")]
    [InlineData(" 5")]
    [InlineData("1,000")]
    [InlineData("9223372036854775808")]
    [InlineData("user-42")]
    public void Text_that_is_no_euid_is_not_parsed(string? text)
    {
        Assert.False(Euid.TryParse(text, out _));
        if (text is not null)
        {
            Assert.Throws<FormatException>(() => Euid.Parse(text, CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void A_euid_is_written_in_digits_whatever_the_culture()
    {
        var spaced = new CultureInfo("") { NumberFormat = { NumberGroupSeparator = "\u00A0", NegativeSign = "\u2212" } };
        Assert.Equal("10000091198", string.Format(spaced, "{0}", new Euid(10000091198)));
        Assert.Equal("10000091198", string.Create(spaced, $"{new Euid(10000091198):N0}"));
    }

    [Fact]
    public void Euids_have_an_order()
    {
        Assert.True(new Euid(1) < new Euid(2));
        Assert.True(new Euid(2) >= new Euid(2));
        Assert.Equal([new Euid(1), new Euid(3)], new[] { new Euid(3), new Euid(1) }.Order());
    }

    [Fact]
    public void The_default_user_has_no_euid()
    {
        Assert.False(default(EngageUser).TryGetEuid(out _));
        EngageUser user = new Euid(5);
        Assert.True(user.TryGetEuid(out Euid euid));
        Assert.Equal(new Euid(5), euid);
    }
}
