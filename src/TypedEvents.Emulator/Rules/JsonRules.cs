using System.Text.Json;
using System.Text.Unicode;

namespace TypedEvents.Emulator;

/// <summary>Reads JSON more strictly than the parser: it must be UTF-8, without duplicate members, and with integers written as integers.</summary>
internal static class JsonRules
{
    public const string Body = "body";

    /// <summary>Parses a body. The caller disposes the document; an element that is kept must be cloned.</summary>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            throw RejectionException.At(Body, "must be UTF-8.");
        }

        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw RejectionException.At(Body, $"must be JSON. {e.Message}");
        }
    }

    /// <summary>Returns an object's members by name. Rejects duplicates, including those that differ only in how they are escaped.</summary>
    public static Dictionary<string, JsonElement> Members(JsonElement element, string place)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw RejectionException.At(place, "must be an object.");
        }

        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string name = Name(property, place);
            if (!members.TryAdd(name, property.Value))
            {
                throw RejectionException.At($"{place}.{name}", "must not occur twice.");
            }
        }

        return members;
    }

    /// <summary>Returns an object's members by name. Rejects duplicates and members that aren't documented.</summary>
    public static Dictionary<string, JsonElement> Members(JsonElement element, string place, params ReadOnlySpan<string> documented)
    {
        Dictionary<string, JsonElement> members = Members(element, place);
        foreach (string name in members.Keys)
        {
            if (!documented.Contains(name))
            {
                throw RejectionException.At($"{place}.{name}", "is not a documented member.");
            }
        }

        return members;
    }

    public static JsonElement Required(Dictionary<string, JsonElement> members, string name, string place, int code = EmulatorCodes.InvalidBody) =>
        members.TryGetValue(name, out JsonElement value) ? value : throw RejectionException.At($"{place}.{name}", "is required.", code);

    public static string String(JsonElement value, string place)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw RejectionException.At(place, "must be a string.");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw RejectionException.At(place, "must be valid Unicode: it contains an unpaired surrogate.");
        }
    }

    public static string NonEmptyString(JsonElement value, string place) =>
        String(value, place) is { Length: > 0 } text ? text : throw RejectionException.At(place, "must not be empty.");

    public static long Integer(JsonElement value, string place)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number))
        {
            return number;
        }

        throw RejectionException.At(place, "must be a 64-bit integer, written without quotes, fraction and exponent.");
    }

    /// <summary>Checks that a value is an array of 1 to <paramref name="max"/> elements, and returns it.</summary>
    public static JsonElement Array(JsonElement value, string place, int max)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw RejectionException.At(place, "must be an array.");
        }

        int length = value.GetArrayLength();
        return length >= 1 && length <= max
            ? value
            : throw RejectionException.At(place, $"must have between 1 and {max} elements, but has {length}.");
    }

    private static string Name(JsonProperty property, string place)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw RejectionException.At(place, "must have names that are valid Unicode: one contains an unpaired surrogate.");
        }
    }
}
