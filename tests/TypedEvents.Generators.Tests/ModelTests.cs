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
