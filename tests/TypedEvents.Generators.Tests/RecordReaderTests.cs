using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Parsing;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>
/// <c>SyntaxRecordReader</c> reads the same as <c>SymbolRecordReader</c>, or leaves the record to it. So each record here is
/// read both ways.
/// </summary>
public class RecordReaderTests
{
    private const string Types = """
        #pragma warning disable
        using System;
        using System.Collections.Generic;
        using System.ComponentModel.DataAnnotations;
        using System.Diagnostics.CodeAnalysis;
        using System.Runtime.CompilerServices;
        using TypedEvents;
        using Money = System.Decimal;
        using Moment = System.DateTime;
        using AliasedAttribute = System.ObsoleteAttribute;

        namespace Shop
        {
            public enum Plan : byte { Free, Pro }
            [Flags] public enum Access { None, Read = 1, Write = 2 }
            public record Geo(double Latitude, [EventProperty("lng")] double Longitude, [Flatten] Spot? Spot = null);
            public readonly record struct Spot([property: Range(1, 5)] int Floor, Plan Plan) { public bool IsTop => Floor == 5; }
            public record Boxed<T>(T Content, int Weight);
            public static class Limits { public const int Max = 40; public const string Name = "name"; }
            public abstract record Page([EventProperty("address")] string Url, [StringLength(9)] string? Title) : Visit(Url) { public abstract int Depth { get; } [MaxLength(3)] public virtual string Kind => ""; protected const string EventName = ""; }
            public record Typed<T>(T Tag, List<T> Tags);
            public struct Plain { }
            public record Visit(string Page) { public required int Id { get; init; } }
            public interface IPriced { decimal Price { get; } }
            public class OtherAttribute : Attribute { public OtherAttribute(string? text = null) { } }
            public class ClashAttribute : Attribute { }
            public class Clash : Attribute { }
        }
        """;

    private static readonly string[] CertainParameters =
    [
        "string @0", "string? @0", "int @0", "int? @0", "nint @0", "bool @0", "char @0", "sbyte @0", "float? @0", "decimal @0", "Money @0", "Moment? @0",
        "DateTimeOffset @0", "System.Guid @0", "global::System.Uri @0", "Uri? @0", "TimeSpan? @0", "Int128 @0", "Plan @0", "Shop.Plan? @0", "Access @0",
        "string[] @0", "string?[]? @0", "Guid?[] @0", "List<string> @0", "List<Plan?>? @0", "IReadOnlyList<Uri?> @0",
        "System.Collections.Immutable.ImmutableArray<string>? @0", "ArraySegment<string> @0", "HashSet<string?> @0",
        "string? @0 = null", "string @0 = \"a\\\"b\"", "string? @0 = default", "int @0 = 1", "int? @0 = null", "int? @0 = 5", "long @0 = 5", "long? @0 = -5",
        "double @0 = 1.5", "double @0 = 3", "float @0 = -1.5f", "decimal @0 = 1.50m", "decimal @0 = 7", "bool @0 = true", "bool? @0 = false", "char @0 = 'x'",
        "Guid @0 = default", "Guid? @0 = default", "Plan? @0 = null", "ulong @0 = 5UL", "uint @0 = 5U", "List<string>? @0 = null",
        "[EventProperty(\"name_@0\")] string @0", "[property: EventProperty(\"name_@0\")] int @0", "[EventIgnore] object @0",
        "[Other] string @0", "[property: Other(\"text\")] bool @0", "[EventIgnore] string?[]?[] @0", "[EventIgnore] Dictionary<string, List<int?>?>? @0", "[EventIgnore] (int A, string? B) @0",
        "[EventIgnore] Func<string?, int>? @0",
        "Plan @0 = Plan.Pro", "Plan? @0 = Shop.Plan.Pro", "Plan @0 = default", "Access @0 = global::Shop.Access.Read", "int @0 = int.MaxValue", "int @0 = 1 + 1", "byte @0 = 7", "int @0 = default", "bool @0 = default",
        "DateTime @0 = default", "Guid @0 = default(Guid)", "string @0 = nameof(Plan)", "string @0 = nameof(Shop.Plan.Pro)", "float @0 = 1", "string @0 = \"a\" + \"b\"", "string @0 = Limits.Name", "int @0 = Limits.Max * 2", "double @0 = -double.Epsilon",
        "long @0 = long.MinValue", "char @0 = char.MaxValue", "decimal @0 = Limits.Max", "string? @0 = null!", "ushort? @0 = 65535", "float @0 = float.NaN",
        "[Obsolete] int @0", "[property: Obsolete(\"old\")] int @0", "[Flatten] Geo @0", "[Flatten(\"\"), Other] Geo? @0", "[property: Flatten(null)][EventProperty(\"geo_@0\")] Geo @0", "[Flatten] Boxed<string?> @0", "[StringLength(5)] string @0",
        "[EventProperty(Date = DateFormat.DateAndTime)] DateTime @0", "[EventProperty(\"b_@0\", Boolean = BooleanFormat.Literal)] bool? @0", "[EventProperty(\"a\" + \"b@0\")] string @0", "[EventProperty(\"first_@0\"), Other] string @0",
        "[TypedEvents.EventProperty(\"qualified_@0\")] string @0", "[System.ComponentModel.DataAnnotations.MaxLength(3)] string @0", "[EventIgnoreAttribute] int @0", "[Aliased] int @0", "[field: Obsolete] int @0", "[param: MaxLength(2)] string @0",
        "[StringLength(Limits.Max, MinimumLength = 2, ErrorMessage = \"no\")] string @0", "[Range(1, 100)] int @0", "[Range(0, 1.5, MaximumIsExclusive = true)] double @0", "[Range(-1L, 5)] long @0", "[Range('a', 5)] int @0",
        "[Range(typeof(decimal), \"0.5\", \"1.5\")] decimal? @0", "[AllowedValues(\"a\", null, \"b\")] string? @0", "[AllowedValues(Plan.Free)] Plan @0", "[AllowedValues(null)] string? @0", "[AllowedValues] string @0", "[AllowedValues(1, 2L, 'a')] byte @0",
        "[RegularExpression(\"[a-z]\", MatchTimeoutInMilliseconds = 5)] string @0", "[property: RegularExpression(@\"\\d\"), MaxLength(3)] string? @0", "[MaxLength] string @0",
        "[CallerMemberName] string @0 = \"\"", "[CallerLineNumber] int @0 = 0", "[EventIgnore] dynamic? @0", "[EventIgnore] IPriced @0",
    ];

    private static readonly string[] OtherParameters =
    [
        "object @0", "Plain @0", "Missing @0", "int[] @0", "Geo @0", "ref int @0", "in int @0", "params string[] @0", "int* @0",
        "int @0 = \"no\"", "int @0 = 5_000_000_000", "Plan @0 = (Plan)1", "int @0 = Limits.Missing", "int @0 = X.Max", "Guid @0 = new()", "int @0 = 1 / 0", "byte @0 = 256",
        "[@EventIgnore] int @0", "[Clash] int @0", "[Unknown] int @0", "[Flatten] int @0", "[Flatten] X @0", "[StringLength] string @0", "[StringLength(\"5\")] string @0", "[MaxLength(3L)] string @0",
        "[EventProperty(name: \"other_@0\")] string @0", "[AllowedValues(new object[] { 1, 2 })] int @0", "[MaxLength((byte)3)] string @0", "[Range(1, 2, 3)] int @0",
        "string ToString", "string Equals", "int GetType", "string X",
    ];

    private static readonly string[] CertainMembers =
    [
        "public string @0 { get; init; } = \"\";", "public int? @0 { get; set; }", "public int @0 => 1;", "public Plan @0 { get { return Plan.Free; } }",
        "public required string @0 { get; init; }", "public required List<string?>? @0 { get; set; }", "internal int @0 { get; set; }", "int @0 { get; set; }",
        "private protected int @0 => 1;", "public int @0 { set { } }", "public int @0 { internal get; set; }", "public static int @0 => 1;",
        "[EventProperty(\"name_@0\")] public Guid @0 { get; init; }", "[EventIgnore] public object? @0 { get; init; }",
        "[EventIgnore] public required object @0 { get; init; }", "[Other] public required bool @0 { get; init; }",
        "public int @0() => 1;", "public static int @0(int a) => 1;", "private readonly int @0 = 1;", "public const string @0 = \"\";", "private int @0, @0b;",
        "public enum @0 { A }", "public record @0(int A);", "public class @0 { }", "public override string ToString() => \"\";",
        "public virtual int @0 => 1;", "public new int @0 => 1;", "public sealed override string ToString() => \"\";", "public required int @0;", "public int this[int index] => index;", "[Obsolete] public int @0 => 1;", "[property: EventIgnore] public int @0 { get; set; }",
        "private const int @0 = 3; [MaxLength(@0)] public string Limited@0 => \"\";", "private string EventName() => \"\";", "public class EventName { }", "#region a\npublic int @0 => 1;\n#endregion",
        "decimal IPriced.Price => 1m;", "int IPriced.@0() => 1;", "string IPriced.EventName() => \"\";", "string IPriced.EventName => \"\";",
    ];

    private static readonly string[] OtherMembers =
    [
        "public unsafe int* @0 => null;", "public ref int @0 => throw null!;",
        "public object @0 => 1;", "public event Action @0;", "public delegate void @0();",
        "public int @0 { [Obsolete] get; set; }", "public override int @0 => 1;",
        "[EventProperty(\"same\")] public int @0 => 1; [EventProperty(\"same\")] public int @0b => 2;",
        "public int @0 => 1; public int @0 => 2;", "public int @0 => 1; public int @0() => 2;", "public int @0() => 2; public int @0 => 1;",
        "public static int operator +(X left, X right) => 1;", "public X(string text, string other, int number) { }",
        "public int EventName => 1;",
        "protected virtual bool PrintMembers(System.Text.StringBuilder builder) => true;", "public void Deconstruct(out int @0) { @0 = 1; }",
        "public int GetHashCode => 1;",
    ];

    private static readonly string[] Heads =
    [
        "public partial record X@body", "public partial record X(@parameters)@body", "public sealed partial record class X(@parameters)@body",
        "public partial record struct X(@parameters)@body", "internal readonly partial record struct X(@parameters)@body",
        "public abstract partial record X(@parameters)@body", "public partial record X : IDisposable@body", "public partial record X : Visit@body", "public partial record X(@parameters) : Visit(\"/\")@body", "public sealed partial record X(string Page, @parameters) : Visit(Page)@body",
        "public partial record X([EventIgnore] string Url, int Depth, @parameters) : Page(Url, \"t\") @body", "public abstract partial record X : Page@body", "public partial record X(@parameters) : Typed<int?>(1, null!)@body",
        "public partial record X(@parameters) : IPriced@body", "public partial record X<T>(@parameters)@body",
        "[Obsolete(\"no\")] public partial record X(@parameters)@body", "[method: SetsRequiredMembers] public partial record X(@parameters)@body",
        "public record X(@parameters)@body", "file partial record X(@parameters)@body", "public partial record EventName(@parameters)@body",
        "public partial class Outer { public enum Plan { Inner } [EngageEvent(\"x\")] internal partial record X(@parameters)@body }",
        "public partial struct Outer_1 { [EngageEvent(\"x\")] private partial record X(@parameters)@body }",
        "public partial record X; public partial record X(@parameters)@body",
        "#nullable disable\npublic partial record X(@parameters)@body\n#nullable restore",
    ];

    public static TheoryData<string> Certain() => [.. CertainParameters.Select(parameter => Record(parameter, "")), .. CertainMembers.Select(member => Record("", member))];

    public static TheoryData<string> Uncertain() => [.. OtherParameters.Select(parameter => Record(parameter, "")), .. OtherMembers.Select(member => Record("", member))];

    [Theory]
    [MemberData(nameof(Certain))]
    public void What_is_certain_is_read_from_the_declaration(string record)
    {
        foreach (NullableContextOptions nullable in (NullableContextOptions[])[NullableContextOptions.Enable, NullableContextOptions.Disable])
        {
            (bool isCertain, ParsedEvent? fromSyntax, ParsedEvent? fromSymbols) = Assert.Single(ReadBothWays(new Project(Types, InShop(record)) { Nullable = nullable }));
            Assert.True(isCertain);
            Assert.NotNull(fromSyntax);
            Assert.Equal(fromSymbols, fromSyntax);
        }
    }

    [Theory]
    [MemberData(nameof(Uncertain))]
    public void What_is_not_certain_is_left_to_the_symbols(string record) =>
        AssertSame(new Project(Types, InShop(record)) { AllowUnsafe = true });

    [Fact]
    public void Whatever_is_combined_is_read_alike()
    {
        var random = new Random(20_251);
        var files = new List<string> { Types };
        for (int i = 0; i < 1500; i++)
        {
            // Mostly of what is certain: one uncertain thing decides for a whole record.
            string[] parameters = Pick(CertainParameters, OtherParameters, 5);
            string[] members = Pick(CertainMembers, OtherMembers, 4);
            string head = Heads[random.Next(3) == 0 ? random.Next(Heads.Length) : random.Next(5)];
            files.Add(InShop(Record(string.Join(", ", parameters), string.Join("\n", members), head)).Replace("namespace Shop;", $"namespace Shop.N{i};", StringComparison.Ordinal));
        }

        foreach (NullableContextOptions nullable in (NullableContextOptions[])[NullableContextOptions.Enable, NullableContextOptions.Disable])
        {
            int plain = AssertSame(new Project([.. files]) { Nullable = nullable, AllowUnsafe = true });
            Assert.InRange(plain, 300, 1400);
        }

        string[] Pick(string[] certain, string[] uncertain, int max) =>
        [
            .. Enumerable.Range(0, random.Next(max + 1)).Select(i =>
            {
                string[] from = random.Next(30) == 0 ? uncertain : certain;

                // Now and then two of one name.
                string name = random.Next(50) == 0 ? "P0" : $"{(max == 5 ? "P" : "M")}{i}";
                return from[random.Next(from.Length)].Replace("@0", name, StringComparison.Ordinal);
            }),
        ];
    }

    [Fact]
    public void Every_shape_is_read_alike()
    {
        int plain = AssertSame(new Project(Shapes.Everything) { AllowUnsafe = true })
            + AssertSame(new Project(Shapes.Everything) { AllowUnsafe = true, Nullable = NullableContextOptions.Disable })
            + AssertSame(new Project(Shapes.Everything, Shapes.HostileDeclarations) { Framework = TargetFramework.Net80, AllowUnsafe = true });
        foreach (string input in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Baselines"), "Input.cs", SearchOption.AllDirectories))
        {
            plain += AssertSame(new Project(File.ReadAllText(input)));
        }

        Assert.True(plain > 50, $"{plain} were plain");
    }

    [Theory]
    [InlineData("namespace Shop; public struct Guid { }", "a type of that name in the nearer namespace")]
    [InlineData("global using Guid = Shop.Plan;", "an alias of that name in every file")]
    [InlineData("namespace Shop; public class EventPropertyAttribute : System.Attribute { public EventPropertyAttribute(string name) { } }", "an attribute of that name")]
    [InlineData("namespace Shop; public class EventProperty : System.Attribute { public EventProperty(string name) { } }", "an attribute that is called exactly so")]
    [InlineData("namespace Shop; public partial record X { public int Late => 1; }", "another part with a property")]
    [InlineData("namespace Shop; public partial record X : Base; public record Base { public int Inherited => 1; }", "another part with a base")]
    [InlineData("namespace Shop; public static class XTrackerExtensions { }", "a type that is called as the generated one would be")]
    [InlineData("[assembly: TypedEvents.EngageEventDefaults(Naming = TypedEvents.PropertyNaming.CamelCase)]", "a default")]
    public void What_another_file_changes_is_seen(string addition, string what)
    {
        const string Event = """
            using System;
            using TypedEvents;
            namespace Shop;
            [EngageEvent("x")] public partial record X(Guid CartId, [EventProperty("total_name")] int Total, int OrderCount);
            """;
        const string Other = "namespace Shop; public enum Plan { Free, Pro }";
        Assert.Equal(1, AssertSame(new Project(Event, Other)));
        string before = new Project(Event, Other).Generate().AllText;

        var session = new EditingSession(new Project(Event, Other));
        session.Edit(Other, addition + "\n" + (addition.Contains("namespace Shop;", StringComparison.Ordinal) ? "public enum Plan { Free, Pro }" : Other));

        string after = session.EmittedText;
        Assert.True(before != after, what);
        AssertSame(new Project(Event, Other, addition));
    }

    private static string Record(string parameters, string members, string head = "public partial record X(@parameters)@body") =>
        "[EngageEvent(\"x\")] " + head
            .Replace("(@parameters)", parameters.Length == 0 && members.Length > 0 ? "" : $"({Named(parameters)})", StringComparison.Ordinal)
            .Replace("@body", members.Length == 0 ? ";" : $"\n{{\n{Named(members)}\n}}", StringComparison.Ordinal);

    private static string Named(string text) => text.Replace("@0", "Some", StringComparison.Ordinal);

    /// <summary>The usings are those of <see cref="Types"/>.</summary>
    private static string InShop(string record) =>
        Types[..Types.IndexOf("namespace Shop", StringComparison.Ordinal)].Replace("using TypedEvents;", "using TypedEvents;\nusing Shop;", StringComparison.Ordinal)
        + "namespace Shop;\n" + (record.StartsWith("[EngageEvent(\"x\")] #nullable", StringComparison.Ordinal) ? Reordered(record) : record);

    private static string Reordered(string record) => "#nullable disable\n[EngageEvent(\"x\")] " + record["[EngageEvent(\"x\")] #nullable disable\n".Length..];

    /// <summary>Fails where a record is read from its declaration otherwise than from its symbols.</summary>
    /// <returns>How many are read from their declaration.</returns>
    private static int AssertSame(Project project)
    {
        int count = 0;
        foreach ((bool isCertain, ParsedEvent? fromSyntax, ParsedEvent? fromSymbols) in ReadBothWays(project))
        {
            if (isCertain)
            {
                Assert.Equal(Print(fromSymbols), Print(fromSyntax));
                Assert.Equal(fromSymbols, fromSyntax);
                count++;
            }
        }

        return count;
    }

    /// <summary>Where models differ, this shows where.</summary>
    private static string Print(ParsedEvent? parsed) => parsed is null
        ? "none"
        : Emission.EventEmitter.Print(parsed.Event) + (parsed.Calls is null ? "" : Emission.TrackMethodsEmitter.Print(parsed.Calls)) + parsed.Contract.Json;

    /// <summary>Reads each valid event from its declaration, where that is certain, and from its symbols.</summary>
    private static IEnumerable<(bool IsCertain, ParsedEvent? FromSyntax, ParsedEvent? FromSymbols)> ReadBothWays(Project project)
    {
        CSharpCompilation compilation = project.Compile();
        var fromSyntax = RecordCatalog.FromSyntax(compilation);
        var fromSymbols = RecordCatalog.FromSymbols(compilation);
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (RecordDeclarationSyntax declaration in tree.GetRoot().DescendantNodes().OfType<RecordDeclarationSyntax>())
            {
                if (model.GetDeclaredSymbol(declaration) is { } type && type.FindAnnotation() is { } annotation && EventCheck.IsValid(type, annotation.FirstArgument(), null))
                {
                    DeclaredRecord? record = SyntaxRecordReader.TryRead(type, declaration, model, fromSyntax, isEvent: true);
                    yield return (
                        record is not null,
                        record is null ? null : EventParser.Build(record, annotation, new FlattenScope(type), fromSyntax),
                        EventParser.Build(SymbolRecordReader.Read(type, fromSymbols, isEvent: true), annotation, new FlattenScope(type), fromSymbols));
                }
            }
        }
    }
}
