namespace TypedEvents.Serialization.Tests;

public partial class BooleanTests
{
    [EngageEvent("b")]
    internal partial record BooleanEvent(
        bool Value,
        bool? Optional = null,
        [EventProperty(Boolean = BooleanFormat.Literal)] bool Literal = false,
        [EventProperty(Boolean = BooleanFormat.Literal)] bool? OptionalLiteral = null);

    [Fact]
    public void A_bool_is_a_string()
    {
        Assert.Equal("""{"value":"true","optional":"false","literal":false}""", Wire.JsonOf(new BooleanEvent(true, false)));
        Assert.Equal("""{"value":"false","literal":false}""", Wire.JsonOf(new BooleanEvent(false)));
    }

    [Fact]
    public void A_bool_is_a_literal_if_configured() => Assert.Equal(
        """{"value":"false","literal":true,"optional_literal":false}""",
        Wire.JsonOf(new BooleanEvent(false, null, true, false)));
}
