namespace TypedEvents.Cli;

/// <summary>A value that a property may have: a string, a number or a Boolean.</summary>
/// <param name="Json">The value in JSON.</param>
internal readonly record struct PlanValue(string Json) : IComparable<PlanValue>
{
    public bool IsString => Json[0] == '"';

    public bool IsNumber => Json[0] is '-' or (>= '0' and <= '9');

    public static PlanValue Of(string text) => new(InlineJson.Quote(text));

    /// <summary>Numbers by value and before strings, so that a plan has one order.</summary>
    public int CompareTo(PlanValue other) => (IsNumber, other.IsNumber) switch
    {
        (true, true) => new PlanNumber(Json).CompareTo(new PlanNumber(other.Json)) is not 0 and int order ? order : string.CompareOrdinal(Json, other.Json),
        (true, false) => -1,
        (false, true) => 1,
        _ => string.CompareOrdinal(Json, other.Json),
    };

    /// <summary>The value for people: a string without quotes.</summary>
    public override string ToString() => IsString ? JsonCursor.Unquote(Json) : Json;
}
