using System.Globalization;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Emission;

/// <summary>Prints the checks of value rules, and the class that holds their regular expressions.</summary>
/// <param name="eventModel">The event.</param>
internal sealed class RulesEmitter(EventModel eventModel)
{
    private readonly Dictionary<(string Pattern, int Timeout), string> _patterns = [];

    private string ClassName => eventModel.Declaration.Name + "Patterns";

    /// <summary>
    /// Prints the rest of a condition, so that it holds where the value breaks no rule, or where it is sent all the same. The first rule
    /// that it breaks counts.
    /// </summary>
    /// <param name="writer">Where to.</param>
    /// <param name="property">The property, which has rules.</param>
    /// <param name="local">What holds its value, which isn't null.</param>
    public void EmitCondition(SourceWriter writer, PropertyModel property, string local)
    {
        // && (code.Length > 10 ? writer.SendsDespite(",\"code\":"u8, "MaxLength: at most 10 characters")
        //     : true))
        string start = "&& (";
        foreach (RuleModel rule in property.Rules)
        {
            writer.Line($"{start}{BreachOf(rule, property.Value, local)} ? writer.SendsDespite({Literal.OfName(property.WireName)}, {Literal.Of(rule.Description)})");
            start = "    : ";
        }

        writer.Line("    : true))");
    }

    /// <summary>Prints the class with all patterns that were asked for.</summary>
    public void EmitPatterns(SourceWriter writer)
    {
        if (_patterns.Count == 0)
        {
            return;
        }

        writer.Line();
        writer.Open($"file static class {Identifier.Escape(ClassName)}");
        bool isFirst = true;
        foreach (KeyValuePair<(string Pattern, int Timeout), string> pattern in _patterns)
        {
            if (!isFirst)
            {
                writer.Line();
            }

            isFirst = false;
            writer.Line(EventEmitter.GeneratedCode);
            writer.Line($"internal static readonly global::System.Text.RegularExpressions.Regex {pattern.Value} = new global::System.Text.RegularExpressions.Regex(");
            writer.Indent();
            writer.Line($"{Literal.Of(pattern.Key.Pattern)},");
            writer.Line("global::System.Text.RegularExpressions.RegexOptions.CultureInvariant,");
            writer.Line($"global::System.TimeSpan.FromMilliseconds({pattern.Key.Timeout.ToString(CultureInfo.InvariantCulture)}D));");
            writer.Unindent();
        }

        writer.Close();
    }

    private string BreachOf(RuleModel rule, ValueModel value, string local) => rule switch
    {
        LengthRule length when value is ListModel list => BreachOf(length, list, local),
        LengthRule length => BreachOf(length, local),
        RangeRule range => BreachOf(range, local),
        AllowedValuesRule allowed => BreachOf(allowed, local),
        PatternRule pattern => $"!global::TypedEvents.EventWriter.IsWholeMatch({NameOf(pattern)}, {local})",
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

        string space = eventModel.Namespace.Length == 0 ? "" : eventModel.Namespace + ".";
        return $"global::{space}{Identifier.Escape(ClassName)}.{name}";
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
