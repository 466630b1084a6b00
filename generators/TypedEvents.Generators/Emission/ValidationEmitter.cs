using System.Globalization;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Emission;

/// <summary>Prints the checks of validation attributes, and the class that holds their regular expressions.</summary>
internal sealed class ValidationEmitter
{
    private const string ClassName = "__Patterns";
    private const string Validator = "global::TypedEvents.PatternValidator";

    private readonly Dictionary<(string Pattern, int Timeout), string> _patterns = [];

    /// <summary>The local functions that look a value up among many allowed ones.</summary>
    private readonly Dictionary<AllowedValuesRule, string> _searches = [];

    /// <summary>
    /// Prints the rest of a condition that holds if the value is valid, or if an invalid value is to be sent. Only the first violated rule
    /// is reported.
    /// </summary>
    /// <param name="writer">Where to.</param>
    /// <param name="property">The property, which has rules.</param>
    /// <param name="local">What holds its value, which isn't null.</param>
    /// <param name="takeLocal">Makes the name of another local, which the method doesn't have yet.</param>
    public void EmitCondition(SourceWriter writer, PropertyModel property, string local, Func<string, string> takeLocal)
    {
        // && (code.Length > 10 ? writer.ReportInvalidAndShouldWrite(",\"code\":"u8, "MaxLength: at most 10 characters")
        //     : __Patterns.Pattern1.FindViolation(code) is { } violation ? writer.ReportInvalidAndShouldWrite(",\"code\":"u8, violation)
        //     : true))
        string start = "&& (";
        foreach (ValidationRule rule in property.Rules)
        {
            (string breach, string words) = BreachOf(rule, property.Value, local, takeLocal);
            writer.Line($"{start}{breach} ? writer.ReportInvalidAndShouldWrite({Literal.OfName(property.WireName)}, {words})");
            start = "    : ";
        }

        writer.Line("    : true))");
    }

    /// <summary>Prints the local functions that conditions call.</summary>
    public void EmitHelpers(SourceWriter writer)
    {
        foreach (KeyValuePair<AllowedValuesRule, string> search in _searches)
        {
            EmitSearch(writer, search.Key, search.Value);
        }
    }

    /// <summary>
    /// Prints the class that holds the patterns in use. It is nested in the record. A <c>file</c> type wouldn't do: its name contains a hash
    /// of the path, so that two folders would give two different assemblies.
    /// </summary>
    public void EmitPatterns(SourceWriter writer)
    {
        if (_patterns.Count == 0)
        {
            return;
        }

        writer.Line();
        writer.Line(EventEmitter.GeneratedCode);
        writer.Open($"private static class {ClassName}");
        foreach (KeyValuePair<(string Pattern, int Timeout), string> pattern in _patterns)
        {
            writer.Line($"internal static readonly {Validator} {pattern.Value} = new {Validator}({Literal.Of(pattern.Key.Pattern)}, {Number(pattern.Key.Timeout)});");
        }

        writer.Close();
    }

    /// <summary>The condition under which a value breaks a rule, and the rule in words, in C#.</summary>
    private (string Breach, string Words) BreachOf(ValidationRule rule, ValueModel value, string local, Func<string, string> takeLocal)
    {
        if (rule is PatternRule pattern)
        {
            string violation = takeLocal("violation");
            return ($"{ClassName}.{NameOf(pattern)}.FindViolation({local}) is {{ }} {violation}", violation);
        }

        return (BreachOf(rule, value, local), Literal.Of(rule.Description));
    }

    private string BreachOf(ValidationRule rule, ValueModel value, string local) => rule switch
    {
        LengthRule length when value is ListModel list => BreachOf(length, list, local),
        LengthRule length => BreachOf(length, local),
        RangeRule range => BreachOf(range, local),
        AllowedValuesRule allowed => BreachOf(allowed, local),
        _ => "false",
    };

    private static string BreachOf(LengthRule length, string local)
    {
        string min = Number(length.Min);
        string max = Number(length.Max);
        return (length.Min > 0, length.Max < int.MaxValue) switch
        {
            (true, true) => $"{local}.Length < {min} || {local}.Length > {max}",
            (true, false) => $"{local}.Length < {min}",
            _ => $"{local}.Length > {max}",
        };
    }

    /// <summary>A list that doesn't know its length isn't counted: it may be enumerated once.</summary>
    private static string BreachOf(LengthRule length, ListModel list, string local)
    {
        string item = list.HasNullableStructs ? list.ElementType + "?" : list.ElementType;
        string pattern = (length.Min > 0, length.Max < int.MaxValue) switch
        {
            (true, true) => $"< {Number(length.Min)} or > {Number(length.Max)}",
            (true, false) => $"< {Number(length.Min)}",
            _ => $"> {Number(length.Max)}",
        };
        string isKeyword = length.Min > 0 && length.Max < int.MaxValue ? "is " : "";
        return list.Source switch
        {
            ListSource.ImmutableArray => $"{local}.Length {isKeyword}{pattern}",
            ListSource.ArraySegment => $"{local}.Count {isKeyword}{pattern}",
            _ => $"(object){local} is global::System.Collections.ICollection {{ Count: {pattern} }} or global::System.Collections.Generic.IReadOnlyCollection<{item}> {{ Count: {pattern} }}",
        };
    }

    private static string BreachOf(RangeRule range, string local)
    {
        string number = CastTo(range.Min) + local;
        string below = $"{number} {(range.IsMinExclusive ? "<=" : "<")} {Literal.OfConstant(range.Min)}";
        string above = $"{number} {(range.IsMaxExclusive ? ">=" : ">")} {Literal.OfConstant(range.Max)}";
        return $"{below} || {above}";
    }

    private string BreachOf(AllowedValuesRule allowed, string local)
    {
        string value = CastTo(allowed.Values[0].Value) + local;
        return allowed.Values.Count > ConstantSearch.MaxCases
            ? $"{(allowed.IsDenied ? "" : "!")}{HelperOf(allowed)}({value})"
            : $"{value} is {(allowed.IsDenied ? "" : "not ")}({PatternOf(allowed.Values)})";
    }

    private static string PatternOf(IEnumerable<AllowedValue> values) => string.Join(" or ", values.Select(value => Literal.OfConstant(value.Value)));

    private string HelperOf(AllowedValuesRule allowed)
    {
        if (!_searches.TryGetValue(allowed, out string? name))
        {
            name = "IsListed" + Number(_searches.Count + 1);
            _searches.Add(allowed, name);
        }

        return name;
    }

    private static void EmitSearch(SourceWriter writer, AllowedValuesRule allowed, string name)
    {
        AllowedValue[] sorted = [.. allowed.Values];
        bool isString = sorted[0].Value is string;
        Array.Sort(sorted, isString
            ? static (one, other) => string.CompareOrdinal((string)one.Value, (string)other.Value)
            : static (one, other) => ((IComparable)one.Value).CompareTo(other.Value));
        writer.Line();
        writer.Open($"static bool {name}({TypeOf(sorted[0].Value)} value)");
        ConstantSearch.Emit(
            writer,
            sorted.Length,
            index => isString
                ? $"string.CompareOrdinal(value, {Literal.OfConstant(sorted[index].Value)}) < 0"
                : $"value < {Literal.OfConstant(sorted[index].Value)}",
            (first, count) => writer.Line($"return value is {PatternOf(sorted.Skip(first).Take(count))};"));
        writer.Close();
    }

    private static string TypeOf(object value) => value switch
    {
        string => "string",
        char => "char",
        long => "long",
        ulong => "ulong",
        float => "float",
        double => "double",
        decimal => "decimal",
        _ => "bool",
    };

    private static string CastTo(object value) => value switch
    {
        long => "(long)",
        ulong => "(ulong)",
        double => "(double)",
        decimal => "(decimal)",
        _ => "",
    };

    private string NameOf(PatternRule rule)
    {
        (string, int) key = (rule.Pattern, rule.TimeoutMilliseconds);
        if (!_patterns.TryGetValue(key, out string? name))
        {
            name = "Pattern" + Number(_patterns.Count + 1);
            _patterns.Add(key, name);
        }

        return name;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
