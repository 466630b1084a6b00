namespace TypedEvents.Tests;

public sealed class EventSchemaTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("sign_up_2")]
    public void A_name_within_the_documented_rule_is_taken(string name) => Assert.Equal(name, new EventSchema(name).Name);

    [Theory]
    [InlineData("")]
    [InlineData("SignUp")]
    [InlineData("2fast")]
    [InlineData("_private")]
    [InlineData("sign-up")]
    [InlineData("größe")]
    [InlineData("a\"b")]
    public void A_name_outside_the_documented_rule_is_rejected(string name) =>
        Assert.Contains("lowercase", Assert.Throws<ArgumentException>(() => new EventSchema(name)).Message, StringComparison.Ordinal);
}
