using System.Globalization;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>A value as it is in the JSON payload.</summary>
/// <param name="Type"><c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c> or <c>string[]</c>.</param>
/// <param name="Format">What the type doesn't say; <see langword="null"/> for nothing.</param>
/// <param name="Enum">The enum whose names it has; <see langword="null"/> for none.</param>
internal readonly record struct WireValue(string Type, string? Format, EnumModel? Enum)
{
    public const string Strings = "string[]";

    public static WireValue Of(ValueModel value) => value switch
    {
        EnumValueModel { Enum: var model } => new WireValue(model.IsFlags ? Strings : "string", null, model),
        ListModel list => new WireValue(Strings, FormatOfElement(list.ElementType), list.ElementEnum),
        ScalarModel scalar => Of(scalar),
        _ => new WireValue("string", null, null),
    };

    private static WireValue Of(ScalarModel scalar)
    {
        (string type, string? format) = (scalar.Writer, scalar.Form) switch
        {
            (_, ScalarForm.UnixMilliseconds) => ("integer", "unix-ms"),
            (_, ScalarForm.DateAndTime) => ("string", "date-and-time"),
            (_, ScalarForm.BooleanLiteral) => ("boolean", null),
            ("WriteBoolean", _) => ("string", "boolean-string"),
            ("WriteDateTime" or "WriteDateTimeOffset", _) => ("string", "date-time"),
            ("WriteDateOnly", _) => ("string", "date"),
            ("WriteTimeOnly", _) => ("string", "time"),
            ("WriteTimeSpan", _) => ("number", "duration-ms"),
            ("WriteGuid", _) => ("string", "uuid"),
            ("WriteUri", _) => ("string", "uri"),
            ("WriteString" or "WriteChar", _) => ("string", null),
            ("WriteSingle" or "WriteDouble" or "WriteDecimal" or "WriteHalf", _) => ("number", null),
            _ => ("integer", (string?)null),
        };
        return new WireValue(type, format, null);
    }

    private static string? FormatOfElement(string type) => type switch
    {
        "global::System.Guid" => "uuid",
        "global::System.Uri" => "uri",
        _ => null,
    };

    /// <summary>A constant as it is sent, in JSON; <see langword="null"/> for what is never sent.</summary>
    public string? JsonOf(object constant) => constant switch
    {
        string text => Json.QuoteOnOneLine(text),
        char character => Json.QuoteOnOneLine(character.ToString()),
        bool truth => Type == "boolean" ? (truth ? "true" : "false") : (truth ? "\"true\"" : "\"false\""),
        _ => Enum is { } model ? EnumNameOf(model, constant) : Numbers.JsonOf(constant),
    };

    private static string? EnumNameOf(EnumModel model, object constant)
    {
        if (Numbers.JsonOf(constant) is not { } digits)
        {
            return null;
        }

        long? number = constant switch
        {
            ulong unsigned => unchecked((long)unsigned),
            sbyte or byte or short or ushort or int or uint or long => Convert.ToInt64(constant, CultureInfo.InvariantCulture),
            _ => null,
        };
        foreach (EnumMember member in model.Members)
        {
            if (member.Value == number)
            {
                return Json.QuoteOnOneLine(member.WireName);
            }
        }

        return Json.Quote(digits);
    }
}
