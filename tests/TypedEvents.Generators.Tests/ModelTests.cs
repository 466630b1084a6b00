using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

public class ModelTests
{
    [Fact]
    public void Models_hold_plain_values_only()
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (object? model in new EditingSession(new Project(Shapes.Everything)).Models)
        {
            Visit(model, "model");
        }

        // The walk has been somewhere.
        Assert.True(seen.Count > 500, $"{seen.Count} objects");

        void Visit(object? value, string path)
        {
            if (value is null || value is string || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value))
            {
                return;
            }

            Assert.False(value is ISymbol or SyntaxNode or SyntaxTree or Location or Compilation or SemanticModel or SourceText or Delegate, path);
            Assert.False(value.GetType().FullName!.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal), path);
            if (value is IEnumerable items)
            {
                foreach (object? item in items)
                {
                    Visit(item, path + "[]");
                }
            }

            foreach (FieldInfo field in value.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                Visit(field.GetValue(value), $"{path}.{field.Name}");
            }
        }
    }

    [Fact]
    public void Two_parses_of_the_same_source_give_equal_models()
    {
        IReadOnlyList<object?> first = new EditingSession(new Project(Shapes.Everything)).Models;
        IReadOnlyList<object?> second = new EditingSession(new Project(Shapes.Everything)).Models;

        Assert.Equal(first, second);
        Assert.Equal(first.Select(model => model!.GetHashCode()), second.Select(model => model!.GetHashCode()));
        Assert.Equal(first.Count, first.Distinct().Count());
    }

    /// <summary>Rules are remembered by their arguments, which may be equal and yet different.</summary>
    [Fact]
    public void A_rule_says_what_its_attribute_says_whatever_was_read_before()
    {
        string text = new Project("""
            #pragma warning disable CS1591
            using System.ComponentModel.DataAnnotations;
            [TypedEvents.EngageEvent("x")]
            public partial record X(
                [Range(0.0, 1.5)] double A, [Range(-0.0, 1.5)] double B, [Range(0.0, 1.5, MinimumIsExclusive = true)] double C,
                [Range(typeof(decimal), "1.0", "2")] decimal D, [Range(typeof(decimal), "1.00", "2")] decimal E,
                [Range(0, 1)] int F, [Range(0, 1)] decimal G,
                [StringLength(5)] string H, [MaxLength(5)] string I, [MaxLength(5)] string[] J,
                [RegularExpression("a")] string K, [RegularExpression("a", MatchTimeoutInMilliseconds = 7)] string L);
            """).Generate().AssertSilent().Text;

        string[] expected =
        [
            "\"Range: 0 to 1.5\"", "\"Range: -0 to 1.5\"", "\"Range: more than 0 and at most 1.5\"",
            "\"Range: 1.0 to 2\"", "\"Range: 1.00 to 2\"",
            "(long)f < 0L", "(decimal)g < 0M",
            "\"StringLength: at most 5 characters\"", "\"MaxLength: at most 5 characters\"", "\"MaxLength: at most 5 elements\"",
            "(\"a\", 2000)", "(\"a\", 7)",
        ];
        Assert.All(expected, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Arrays_equal_arrays_with_equal_elements()
    {
        var array = new EquatableArray<string>(["a", "b"]);

        Assert.Equal(new EquatableArray<string>(["a", "b"]), array);
        Assert.True(array.Equals((object)new EquatableArray<string>(["a", "b"])));
        Assert.Equal(new EquatableArray<string>(["a", "b"]).GetHashCode(), array.GetHashCode());
        Assert.False(array.Equals(new EquatableArray<string>(["b", "a"])));
        Assert.False(array.Equals(new EquatableArray<string>(["a"])));
        Assert.False(array.Equals(null));
        Assert.Equal(EquatableArray<string>.Empty, new EquatableArray<string>([]));
    }
}
