using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>
/// What is long, or deep, costs the generator and the compiler in proportion. Allocations stand for time: they are the same on every
/// host, and what is done twice is allocated twice.
/// </summary>
public class LinearTimeTests
{
    /// <summary>How much more four times as much may cost: a little above four. A square would be sixteen.</summary>
    private const double MaxGrowth = 5;

    [Fact]
    public void A_chain_of_flattened_records_compiles_at_any_depth()
    {
        double ten = Compile(Chain(10));
        double forty = Compile(Chain(40));

        // Names and indentation grow with the depth, so the text grows faster than it; nothing doubles with each level.
        Assert.True(forty < 8 * ten, $"40 levels allocate {forty:F1} MB, 10 levels {ten:F1} MB.");
    }

    [Theory]
    [InlineData("enum")]
    [InlineData("enum elements")]
    [InlineData("allowed strings")]
    [InlineData("allowed numbers")]
    [InlineData("allowed doubles")]
    public void Many_constants_compile_in_linear_time(string kind)
    {
        const int Few = 1500;
        double few = Compile(Many(kind, Few));
        double many = Compile(Many(kind, 4 * Few));

        Assert.True(many < MaxGrowth * few, $"{4 * Few} constants allocate {many:F1} MB, {Few} constants {few:F1} MB.");
    }

    [Fact]
    public void Every_member_of_a_large_enum_is_found_and_no_other_value()
    {
        var members = new SortedDictionary<long, string>();
        var random = new Random(1);
        while (members.Count < 700)
        {
            long value = random.Next(3) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(-500, 500);
            members.TryAdd(value, "m" + members.Count.ToString(CultureInfo.InvariantCulture));
        }

        // In the order of their names, which isn't that of their values.
        string declarations = string.Join(", ", members.OrderBy(member => member.Value, StringComparer.Ordinal)
            .Select(member => string.Create(CultureInfo.InvariantCulture, $"{member.Value} = {member.Key}")));
        IEnumerable<long> values = members.Keys.SelectMany(value => (long[])[unchecked(value - 1), value, unchecked(value + 1)]).Append(long.MinValue).Append(long.MaxValue);
        Assert.Equal(
            values.Select(value => members.TryGetValue(value, out string? name) ? name : value.ToString(CultureInfo.InvariantCulture)),
            Run($"public enum E : long {{ {declarations} }}", "E A", values.Select(value => string.Create(CultureInfo.InvariantCulture, $"(E)({value}L)"))));
    }

    [Fact]
    public void Members_above_the_signed_range_are_found()
    {
        IEnumerable<int> numbers = Enumerable.Range(0, 300);
        string declarations = string.Join(", ", numbers.Select(i => $"m{i} = {(ulong)i * 61489146912365172}UL"));

        Assert.Equal(
            numbers.Select(i => $"m{i}"),
            Run($"public enum E : ulong {{ {declarations} }}", "E A", numbers.Select(i => $"E.m{i}")));
    }

    private static Project Chain(int depth) => new(
        "#pragma warning disable\nusing TypedEvents; namespace Deep;\n"
        + string.Concat(Enumerable.Range(0, depth).Select(i => $"public record R{i}(int V{i}{(i < depth - 1 ? $", [property: Flatten(\"\")] R{i + 1} N" : "")});\n"))
        + "[EngageEvent(\"deep\")] public partial record Deep([property: Flatten(\"\")] R0 First);");

    private static Project Many(string kind, int count)
    {
        IEnumerable<int> numbers = Enumerable.Range(0, count);
        string enumeration = $"public enum E {{ {string.Join(", ", numbers.Select(i => $"Member{i}"))} }}\n";
        string Allowed(Func<int, string> value) => $"[property: System.ComponentModel.DataAnnotations.AllowedValues({string.Join(", ", numbers.Select(value))})]";
        return new("#pragma warning disable\nusing TypedEvents; namespace Long;\n" + kind switch
        {
            "enum" => enumeration + "[EngageEvent(\"x\")] public partial record X(E A);",
            "enum elements" => enumeration + "[EngageEvent(\"x\")] public partial record X(E[] A);",
            "allowed strings" => $"[EngageEvent(\"x\")] public partial record X({Allowed(i => $"\"value {i}\"")} string A);",
            "allowed numbers" => $"[EngageEvent(\"x\")] public partial record X({Allowed(i => $"{i}")} int A);",
            _ => $"[EngageEvent(\"x\")] public partial record X({Allowed(i => $"{i}.5")} double A);",
        });
    }

    /// <summary>Generates and compiles on this thread.</summary>
    /// <returns>The megabytes that it allocates.</returns>
    private static double Compile(Project project)
    {
        CSharpCompilation compilation = project.Compile();
        compilation = compilation.WithOptions(compilation.Options.WithConcurrentBuild(false));
        long before = GC.GetAllocatedBytesForCurrentThread();
        project.CreateDriver().RunGeneratorsAndUpdateCompilation(compilation, out Microsoft.CodeAnalysis.Compilation output, out _, TestContext.Current.CancellationToken);
        Assert.True(output.Emit(Stream.Null, cancellationToken: TestContext.Current.CancellationToken).Success);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 1e6;
    }

    /// <summary>What a property is sent as, for each of some values.</summary>
    /// <param name="declarations">What else the project declares.</param>
    /// <param name="parameter">The property, which is called A.</param>
    /// <param name="values">Its values in C#.</param>
    private static string[] Run(string declarations, string parameter, IEnumerable<string> values)
    {
        var project = new Project($$"""
            #pragma warning disable
            using TypedEvents;
            {{declarations}}
            [EngageEvent("x")] public partial record X({{parameter}});
            public static class Program
            {
                public static string[] Run()
                {
                    X[] events = { {{string.Join(", ", values.Select(value => $"new({value})"))}} };
                    var texts = new string[events.Length];
                    for (int i = 0; i < events.Length; i++)
                    {
                        using var batch = new EventBatch();
                        batch.TryAdd(new Euid(42), events[i]);
                        using var json = System.Text.Json.JsonDocument.Parse(batch.Events);
                        texts[i] = json.RootElement.GetProperty("properties").GetProperty("a").GetString();
                    }

                    return texts;
                }
            }
            """);
        return (string[])project.Generate().Load().GetType("Program")!.GetMethod("Run")!.Invoke(null, null)!;
    }
}
