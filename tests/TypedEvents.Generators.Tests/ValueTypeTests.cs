using System.Reflection;
using System.Text.RegularExpressions;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Parsing;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>What a row of the table of value types needs elsewhere. A new row fails with the names of what was forgotten.</summary>
public partial class ValueTypeTests
{
    private static readonly Dictionary<string, Type> Keywords = new()
    {
        ["string"] = typeof(string),
        ["char"] = typeof(char),
        ["bool"] = typeof(bool),
        ["sbyte"] = typeof(sbyte),
        ["byte"] = typeof(byte),
        ["short"] = typeof(short),
        ["ushort"] = typeof(ushort),
        ["int"] = typeof(int),
        ["uint"] = typeof(uint),
        ["long"] = typeof(long),
        ["ulong"] = typeof(ulong),
        ["nint"] = typeof(nint),
        ["nuint"] = typeof(nuint),
        ["float"] = typeof(float),
        ["double"] = typeof(double),
        ["decimal"] = typeof(decimal),
    };

    public static TheoryData<string> Names => [.. ValueTypes.All.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_was_forgotten(string name)
    {
        Parsing.ValueType row = ValueTypes.All.Single(row => row.Name == name);
        Type type = Keywords.TryGetValue(name, out Type? keyword) ? keyword : Type.GetType($"System.{name}", throwOnError: false) ?? typeof(Uri).Assembly.GetType($"System.{name}", throwOnError: true)!;
        Type written = row.Form switch
        {
            ScalarForm.AsInt32 => typeof(int),
            ScalarForm.AsInt64 => typeof(long),
            ScalarForm.AsUInt64 => typeof(ulong),
            _ => type,
        };
        var forgotten = new List<string>();
        Check(HasWriterMember(row.Writer, written, hasName: true), $"EventWriter.{row.Writer} for {written.Name}");
        Check(!row.IsListElement || HasWriterMember("WriteElement", type, hasName: false), $"EventWriter.WriteElement for {type.Name}");
        Check(IsDocumented(row), "a row of the table of values in docs/reference/events.md");
        Check(IsInSerializationTests(name), "a test in tests/TypedEvents.Serialization.Tests");
        Check(Regex.IsMatch(Shapes.Everything, $@"public {name} \w+ {{ get"), "a property of this type in Infrastructure/Shapes.cs");
        Check(Regex.IsMatch(Shapes.Everything, $@"public {name}\? \w+ {{ get"), "a nullable property of this type in Infrastructure/Shapes.cs");
        Assert.True(forgotten.Count == 0, $"'{name}' lacks {string.Join("; ", forgotten)}.");

        void Check(bool isThere, string what)
        {
            if (!isThere)
            {
                forgotten.Add(what);
            }
        }
    }

    [Fact]
    public void A_type_without_a_row_is_missed()
    {
        Assert.False(HasWriterMember("WriteVersion", typeof(Version), hasName: true));
        Assert.False(IsDocumented(new Parsing.ValueType("Version", default, ScalarForm.AsIs)));
        Assert.False(IsInSerializationTests("Version"));
    }

    private static bool HasWriterMember(string name, Type type, bool hasName) =>
        typeof(EventWriter).GetMethods(BindingFlags.Public | BindingFlags.Instance).Any(method =>
            method.Name == name
            && method.GetParameters() is var parameters
            && parameters.Length > (hasName ? 1 : 0)
            && parameters[hasName ? 1 : 0].ParameterType == type);

    /// <summary>"All integer types" are one row there.</summary>
    private static bool IsDocumented(Parsing.ValueType row)
    {
        string table = File.ReadAllText(Path.Combine(DocumentationTests.Root, "docs", "reference", "events.md"));
        bool isInteger = row.Number is NumberKind.Int64 or NumberKind.UInt64 && Keywords.ContainsKey(row.Name);
        return Row().Matches(table).Any(match => match.Value.Contains(isInteger ? "all integer types" : $"`{row.Name}`", StringComparison.Ordinal));
    }

    private static bool IsInSerializationTests(string name) =>
        Directory.EnumerateFiles(Path.Combine(DocumentationTests.Root, "tests", "TypedEvents.Serialization.Tests"), "*.cs")
            .Any(file => Regex.IsMatch(File.ReadAllText(file), $@"(?<![\w.]){name}\??[ >]"));

    [GeneratedRegex(@"^\| [^|]+\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
