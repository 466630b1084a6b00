using System.Globalization;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Emission;

/// <summary>Prints the checks of value rules, and the class that holds their regular expressions.</summary>
internal sealed class RulesEmitter
{
    private const string ClassName = "__Patterns";
    private const string Validator = "global::TypedEvents.PatternValidator";

    private readonly Dictionary<(string Pattern, int Timeout), string> _patterns = [];

    /// <summary>
    /// Prints the rest of a condition, so that it holds where the value breaks no rule, or where it is sent all the same. The first rule
    /// that it breaks counts.
    /// </summary>
    /// <param name="writer">Where to.</param>
    /// <param name="property">The property, which has rules.</param>
    /// <param name="local">What holds its value, which isn't null.</param>
    /// <param name="takeLocal">Makes the name of another local, which the method doesn't have yet.</param>
    public void EmitCondition(SourceWriter writer, PropertyModel property, string local, Func<string, string> takeLocal)
    {
        // && (code.Length > 10 ? writer.SendsDespite(",\"code\":"u8, "MaxLength: at most 10 characters")
        //     : __Patterns.Pattern1.FindViolation(code) is { } violation ? writer.SendsDespite(",\"code\":"u8, violation)
        //     : true))
        string start = "&& (";
        foreach (RuleModel rule in property.Rules)
        {
            (string breach, string words) = BreachOf(rule, property.Value, local, takeLocal);
            writer.Line($"{start}{breach} ? writer.SendsDespite({Literal.OfName(property.WireName)}, {words})");
            start = "    : ";
        }

        writer.Line("    : true))");
    }

    /// <summary>
    /// Prints the class with all patterns that were asked for. It stands within the record: the name of a <c>file</c> type holds a hash of
    /// the path, and then two folders would give two assemblies.
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
    private (string Breach, string Words) BreachOf(RuleModel rule, ValueModel value, string local, Func<string, string> takeLocal)
    {
        if (rule is PatternRule pattern)
        {
            string violation = takeLocal("violation");
            return ($"{ClassName}.{NameOf(pattern)}.FindViolation({local}) is {{ }} {violation}", violation);
        }

        return (BreachOf(rule, value, local), Literal.Of(rule.Description));
    }

    private static string BreachOf(RuleModel rule, ValueModel value, string local) => rule switch
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
        string max = Number(length.Max);
        string item = list.HasNullableStructs ? list.ElementType + "?" : list.ElementType;
        return list.Source switch
        {
            ListSource.ImmutableArray => $"{local}.Length > {max}",
            ListSource.ArraySegment => $"{local}.Count > {max}",
            _ => $"(object){local} is global::System.Collections.ICollection {{ Count: > {max} }} or global::System.Collections.Generic.IReadOnlyCollection<{item}> {{ Count: > {max} }}",
        };
    }

    private static string BreachOf(RangeRule range, string local)
    {
        string number = CastTo(range.Min) + local;
        string below = $"{number} {(range.IsMinExclusive ? "<=" : "<")} {Literal.OfConstant(range.Min)}";
        string above = $"{number} {(range.IsMaxExclusive ? ">=" : ">")} {Literal.OfConstant(range.Max)}";
        return $"{below} || {above}";
    }

    private static string BreachOf(AllowedValuesRule allowed, string local) =>
        $"{CastTo(allowed.Values[0].Value)}{local} is not ({string.Join(" or ", allowed.Values.Select(value => Literal.OfConstant(value.Value)))})";

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
