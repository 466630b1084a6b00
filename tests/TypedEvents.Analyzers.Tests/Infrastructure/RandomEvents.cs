using System.Globalization;
using System.Text;

namespace TypedEvents.Analyzers.Tests.Infrastructure;

/// <summary>Writes random records, most of which compile: of all shapes, with valid and invalid properties of all kinds.</summary>
internal sealed class RandomEvents(int seed)
{
    /// <summary>The types that the properties have.</summary>
    public const string Library = """
        global using System; global using System.Collections.Generic; global using System.Collections.Immutable;
        global using System.ComponentModel.DataAnnotations; global using TypedEvents;
        public enum Plan { Free, Pro }
        [Flags] public enum Rights { None, Read, Write }
        public readonly record struct Geo(double Latitude, double Longitude);
        public record Address(string City, [Flatten] Geo? At = null, [EventIgnore] object? Tag = null);
        public record Nested([Flatten] Address From, [Flatten("")] Geo To);
        public record Loop(int Value, [Flatten] Loop? Next);
        public record Broken(int Value, object Thing);
        public record Twice(int Value, [EventProperty("value")] int Other);
        public record Box<T>(T Value);
        public sealed class Plain { public int Value { get; init; } }
        public struct PlainStruct { public int Value { get; init; } }
        public class Texts : List<string>;
        public class Numbers : List<int>;
        public abstract class Both : IEnumerable<string>, IEnumerable<Guid>
        {
            public abstract System.Collections.IEnumerator GetEnumerator();
            IEnumerator<string> IEnumerable<string>.GetEnumerator() => null!;
            IEnumerator<Guid> IEnumerable<Guid>.GetEnumerator() => null!;
        }
        """;

    private static readonly string[] Names = ["A", "B", "C", "UserId", "UserID", "HTTPStatus", "HttpStatus", "user_id", "Größe", "EventName", "At", "AtCity", "@class", "Schema"];

    private static readonly string[] Sendable =
    [
        "string", "string?", "int", "long?", "byte", "decimal", "double?", "bool", "bool?", "char", "nint", "Half", "UInt128", "Guid", "Uri?", "DateTime",
        "DateTimeOffset?", "DateOnly", "TimeOnly", "TimeSpan", "Plan", "Plan?", "Rights", "string[]", "List<string?>", "IEnumerable<Guid?>", "ImmutableArray<Uri>",
        "ImmutableArray<Plan>?", "HashSet<Plan>", "Texts",
    ];

    private static readonly string[] Unsendable =
    [
        "object", "dynamic", "int[]", "List<DateTime>", "Dictionary<string, string>", "(int, string)", "Action", "Type", "Plain", "PlainStruct?", "Geo", "Address?",
        "Box<int>", "Numbers", "Both", "string[,]", "string[][]", "List<Rights>", "System.IO.Stream", "KeyValuePair<string, string>", "System.Text.Json.JsonElement",
    ];

    private static readonly string[] Flattened = ["Geo", "Geo?", "Address", "Address?", "Nested", "Loop?", "Broken", "Twice", "Box<int>", "Box<object>", "Plain", "string", "List<Geo>"];

    private static readonly string[] Annotations =
    [
        "[EventIgnore] ", "[EventProperty] ", "[EventProperty(\"b\")] ", "[EventProperty(\"user_id\", Boolean = BooleanFormat.Literal)] ",
        "[EventProperty(Date = DateFormat.UnixMilliseconds)] ", "[Range(1, 9)] ", "[StringLength(5)] ", "[AllowedValues(\"a\", 1)] ", "[property: Obsolete] ",
        "[EventIgnore, EventProperty(\"x\")] ",
    ];

    private readonly Random _random = new(seed);

    /// <summary>Writes a file with an event in a separate namespace.</summary>
    public string Next(int number)
    {
        string id = number.ToString(CultureInfo.InvariantCulture);
        var text = new StringBuilder();
        text.Append("namespace N").Append(id).Append(";\n");
        bool isStruct = Chance(20);
        string kind = Chance(4) ? (isStruct ? "struct" : "class") : isStruct ? "record struct" : "record";
        bool isRecord = kind.StartsWith("record", StringComparison.Ordinal);
        string? @base = isRecord && !isStruct && Chance(30) ? WriteBase(text, id) : null;

        int containers = Chance(25) ? _random.Next(1, 3) : 0;
        for (int i = 0; i < containers; i++)
        {
            text.Append(Chance(3) && i == 0 ? "file " : "public ").Append(Chance(90) ? "partial " : "");
            text.Append(Pick("class", "struct", "interface", "record", "record struct"));
            text.Append(" Outer").Append(i).Append(Chance(4) ? "<T>" : "").Append(" { ");
        }

        text.Append("[EngageEvent(").Append(EventName(id)).Append(")]\n");
        text.Append(containers == 0 && Chance(3) ? "file " : Pick("public ", "public ", "internal ")).Append(isStruct ? Pick("", "readonly ") : @base is null ? Pick("", "sealed ", "abstract ") : "");
        text.Append(Chance(94) ? "partial " : "").Append(kind).Append(" X").Append(Chance(3) ? "<T>" : "");

        List<string> names = [.. Names];
        int positional = isRecord ? _random.Next(0, 4) : 0;
        if (isRecord && (positional > 0 || Chance(50)))
        {
            text.Append('(').AppendJoin(", ", Enumerable.Range(0, positional).Select(_ => Typed(names))).Append(')');
        }

        text.Append(@base).Append(" {\n");
        for (int i = _random.Next(0, 4); i > 0; i--)
        {
            text.Append("    ").Append(Member(names, isStruct)).Append('\n');
        }

        return text.Append('}', containers + 1).Append('\n').ToString();
    }

    private string WriteBase(StringBuilder text, string id)
    {
        string attribute = Chance(10) ? "[EngageEvent(\"base_" + id + "\")] " : "";
        List<string> names = [.. Names];
        text.Append(attribute).Append("public ").Append(attribute.Length > 0 ? "partial " : Pick("abstract ", "")).Append("record Base {\n");
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            text.Append("    ").Append(Member(names, isStruct: false)).Append('\n');
        }

        text.Append("}\n");
        if (Chance(30))
        {
            text.Append("public abstract record Middle : Base { public int Between => 1; }\n");
            return " : Middle";
        }

        return " : Base";
    }

    private string EventName(string id) => Chance(90)
        ? "\"event_" + id + "\""
        : Pick("\"\"", "\"Event" + id + "\"", "\"1st\"", "null!", "\"größe\"", "nameof(Plan)", "\"a b\"", "\"_x\"");

    /// <summary>A parameter.</summary>
    private string Typed(List<string> names) => Annotated(out string type) + type + " " + Take(names);

    private string Member(List<string> names, bool isStruct)
    {
        string annotations = Annotated(out string type);
        string name = Take(names);
        return annotations + Pick(
            $"public {type} {name} {{ get; init; }} = default!;",
            $"public {type} {name} {{ get; init; }} = default!;",
            $"public {type} {name} => default!;",
            $"public required {type} {name} {{ get; init; }}",
            $"internal {type} {name} => default!;",
            $"public static {type} {name} => default!;",
            $"public {type} {name} {{ set {{ }} }}",
            isStruct ? $"public readonly {type} {name} => default!;" : $"public virtual {type} {name} {{ get; protected init; }} = default!;");
    }

    /// <summary>A type and its attributes: such as belong together more often than not.</summary>
    private string Annotated(out string type)
    {
        if (Chance(12))
        {
            type = Pick(Flattened);
            return Pick("[Flatten] ", "[Flatten] ", "[Flatten(\"\")] ", "[Flatten(\"at_\")] ", "[EventProperty(\"a\"), Flatten] ");
        }

        bool isSendable = Chance(90);
        type = isSendable ? Pick(Sendable) : Pick(Unsendable);
        return Chance(isSendable ? 15 : 50) ? Pick(Annotations) : "";
    }

    private string Take(List<string> names)
    {
        int index = _random.Next(Math.Min(names.Count, 11));
        string name = names[index];
        names.RemoveAt(index);
        return name;
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
