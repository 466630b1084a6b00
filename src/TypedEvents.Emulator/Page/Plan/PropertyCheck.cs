using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TypedEvents.Emulator;

/// <summary>Checks values against one property of a plan.</summary>
internal sealed class PropertyCheck
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(100);

    private readonly PlannedProperty _property;
    private readonly Regex? _pattern;

    public PropertyCheck(PlannedProperty property)
    {
        _property = property;
        try
        {
            _pattern = property.Pattern is null ? null : new Regex($"^(?:{property.Pattern})\\z", RegexOptions.CultureInvariant, PatternTimeout);
        }
        catch (ArgumentException)
        {
            // A pattern that isn't one checks nothing: the plan's own tools report it.
        }

        Expectation = Describe(property);
    }

    public PlannedProperty Property => _property;

    /// <summary>What is expected, for people, such as <c>integer · 1 to 100</c>.</summary>
    public string Expectation { get; }

    /// <summary>What is wrong with a value, or <see langword="null"/>.</summary>
    public string? Find(JsonElement value)
    {
        if (TypeOf(value) is var type && type != _property.Type && !(type == "integer" && _property.Type == "number"))
        {
            return $"is {Article(type)}, expected {Article(_property.Type)}";
        }

        return value.ValueKind switch
        {
            JsonValueKind.Array => Elements(value),
            JsonValueKind.Number => Number(value) ?? Listed(value),
            JsonValueKind.String => Text(value.GetString()!) ?? Listed(value),
            _ => Listed(value),
        };
    }

    /// <summary>The wire type of a value.</summary>
    public static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.TryGetInt64(out _) || value.TryGetUInt64(out _) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Array => "string[]",
        _ => "null",
    };

    public static string Show(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string Article(string type) => type switch
    {
        "integer" => "an integer",
        "string[]" => "a list of strings",
        _ => $"a {type}",
    };

    private string? Elements(JsonElement list)
    {
        int length = list.GetArrayLength();
        if (length < _property.MinItems)
        {
            return $"has fewer than {_property.MinItems} elements";
        }

        if (length > _property.MaxItems)
        {
            return $"has more than {_property.MaxItems} elements";
        }

        return list.EnumerateArray().Select(element => Listed(element)).FirstOrDefault(problem => problem is not null);
    }

    private string? Number(JsonElement value)
    {
        double number = value.GetDouble();
        return number < _property.Min ? $"below {Format(_property.Min)}"
            : number <= _property.ExclusiveMin ? $"not above {Format(_property.ExclusiveMin)}"
            : number > _property.Max ? $"above {Format(_property.Max)}"
            : number >= _property.ExclusiveMax ? $"not below {Format(_property.ExclusiveMax)}"
            : null;
    }

    private string? Text(string text)
    {
        if (text.Length < _property.MinLength)
        {
            return $"shorter than {_property.MinLength} characters";
        }

        if (text.Length > _property.MaxLength)
        {
            return $"longer than {_property.MaxLength} characters";
        }

        if (!HasFormat(text))
        {
            return $"not a {_property.Format}";
        }

        try
        {
            return text.Length == 0 || _pattern?.IsMatch(text) != false ? null : $"doesn't match {_property.Pattern}";
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private bool HasFormat(string text) => _property.Format switch
    {
        "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "boolean-string" => text is "true" or "false",
        _ => true,
    };

    private string? Listed(JsonElement value)
    {
        if (_property.Denied?.Any(denied => Same(denied, value)) == true)
        {
            return "not one of the expected values";
        }

        // An enum is open: a value that it doesn't define is sent as its number.
        return _property.Values is not { } values || _property.Flags || values.Any(expected => Same(expected, value))
            ? null
            : _property.Open && value.ValueKind == JsonValueKind.String && long.TryParse(value.GetString(), CultureInfo.InvariantCulture, out _)
                ? "not a member of the enum"
                : $"not one of {string.Join(", ", values.Select(Show))}";
    }

    private static bool Same(JsonElement left, JsonElement right) => left.ValueKind == right.ValueKind && left.ValueKind switch
    {
        JsonValueKind.String => left.ValueEquals(right.GetString()),
        JsonValueKind.Number => left.GetDouble() == right.GetDouble(),
        _ => true,
    };

    private static string Describe(PlannedProperty property)
    {
        string?[] parts =
        [
            property.Format is null ? property.Type : $"{property.Type}, {property.Format}",
            property.Values is { } values ? "one of " + string.Join(", ", values.Select(Show)) : null,
            Range(property.Min ?? property.ExclusiveMin, property.Max ?? property.ExclusiveMax, ""),
            Range(property.MinLength, property.MaxLength, " characters"),
            Range(property.MinItems, property.MaxItems, " elements"),
            property.Pattern is { } pattern ? $"matches {pattern}" : null,
            property.Required ? "always sent" : null,
        ];
        return string.Join(" · ", parts.Where(part => part is not null));
    }

    private static string? Range(double? min, double? max, string unit) => (min, max) switch
    {
        (null, null) => null,
        (_, null) => $"from {Format(min)}{unit}",
        (null, _) => $"up to {Format(max)}{unit}",
        _ => $"{Format(min)} to {Format(max)}{unit}",
    };

    private static string Format(double? number) => number?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
