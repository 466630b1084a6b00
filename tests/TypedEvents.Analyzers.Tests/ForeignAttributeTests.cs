using System.Globalization;
using TypedEvents.Analyzers.Tests.Infrastructure;
using TypedEvents.CodeFixes;
using TypedEvents.Generators.Analyzers;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Analyzers.Tests;

/// <summary>TE0030: an attribute by which another library leaves a property out, or names it.</summary>
public class ForeignAttributeTests
{
    private const string Usings = "using System.Runtime.Serialization;\nusing System.Text.Json.Serialization;\n";

    /// <summary>All that the table knows, but those of an enum's members.</summary>
    public static TheoryData<string, string> OnProperties
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (KnownAttribute known in KnownAttributes.All.Where(known => known.IsForeign && known.Role != AttributeRole.ForeignEnumMemberName))
            {
                rows.Add(known.Namespace, known.Name);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(OnProperties))]
    public async Task Each_is_reported_where_it_would_change_what_is_sent(string space, string name)
    {
        KnownAttribute known = KnownAttributes.All.Single(known => known.Namespace == space && known.Name == name);
        bool isIgnore = known.Role == AttributeRole.ForeignIgnore;

        // Of a library that isn't referenced here, the attribute is declared.
        string declaration = space.StartsWith("System.", StringComparison.Ordinal)
            ? ""
            : $"namespace {space} {{ [System.AttributeUsage(System.AttributeTargets.All)] public class {name} : System.Attribute {{ public {name}(string? name = null) {{ }} public string? PropertyName {{ get; set; }} public string? Name {{ get; set; }} public string? Alias {{ get; set; }} }} }}";
        string attribute = $"{space}.{name[..^"Attribute".Length]}{(isIgnore ? "" : known.NameArgument is { } argument ? $"({argument} = \"other\")" : "(\"other\")")}";
        Checked project = await UserProject.CheckAsync($$"""
            using TypedEvents;
            {{declaration}}
            [EngageEvent("x")] public partial record X([property: {{attribute}}] string SomeThing);
            """);

        Assert.Empty(project.CompilerErrors);
        string message = Assert.Single(project.Diagnostics, diagnostic => diagnostic.Id == "TE0030").GetMessage(CultureInfo.InvariantCulture);
        Assert.StartsWith($"'SomeThing' is sent as 'some_thing' because [{name[..^"Attribute".Length]}] has no effect on events: ", message, StringComparison.Ordinal);
        Assert.Contains(isIgnore ? "leave it out with [EventIgnore]" : "name it with [EventProperty(\"other\")]", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[EngageEvent("x")] public partial record X([property: {|TE0030:JsonIgnore|}] string A) { [{|TE0030:JsonPropertyName("n")|}] public int B { get; init; } }""")]
    [InlineData("""[EngageEvent("x")] public partial record X([property: {|TE0030:JsonIgnore(Condition = JsonIgnoreCondition.Always)|}] string A);""")]
    [InlineData("""[EngageEvent("x")] public partial record X([property: EventProperty(Date = DateFormat.UnixMilliseconds), {|TE0030:JsonPropertyName("n")|}] DateTime A);""")]
    [InlineData("""public record Base { [JsonIgnore] public string A { get; init; } = ""; } [EngageEvent("x")] public partial record {|TE0030:X|}(int B) : Base;""")]
    [InlineData("""public record Geo([property: IgnoreDataMember] string B); [EngageEvent("x")] public partial record X([Flatten] Geo {|TE0030:A|});""")]
    [InlineData("""public abstract record Base { [JsonIgnore] public virtual string A => ""; } [EngageEvent("x")] public partial record X : Base { public override string {|TE0030:A|} => ""; }""")]
    [InlineData("""public enum E { [EnumMember(Value = "in-progress")] InProgress } [EngageEvent("x")] public partial record X(E {|TE0030:A|}, List<E?> {|TE0030:B|});""")]
    public Task It_is_underlined_where_it_stands_on_the_event_and_else_where_the_event_takes_it_from(string source) =>
        Verify.Rule<ForeignAttributeAnalyzer>(Usings + source);

    [Theory]
    [InlineData("""[EngageEvent("x")] public partial record X([EventIgnore][property: JsonIgnore] string A, [EventProperty("a_name")][property: JsonIgnore] string B, int C);""")]
    [InlineData("""[EngageEvent("x")] public partial record X([EventProperty("m")][property: JsonPropertyName("n")] string A);""")]
    [InlineData("""[EngageEvent("x")] public partial record X([property: JsonPropertyName("some_thing")] string SomeThing, [property: DataMember] int A, [property: DataMember(Order = 1)] int B);""")]
    [InlineData("""[EngageEvent("x")] public partial record X([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? A, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string B);""")]
    [InlineData("""public record Geo([property: JsonPropertyName("n")] int B); [EngageEvent("x")] public partial record X([Flatten][property: JsonPropertyName("n")] [EventIgnore] Geo A, int C);""")]
    [InlineData("""public record R([property: JsonIgnore] string A); public class C { [JsonIgnore] public string? A { get; set; } } public enum E { [EnumMember(Value = "a")] B }""")]
    [InlineData("""public enum E { [EventValue("x"), EnumMember(Value = "a")] B, [JsonStringEnumMemberName("y"), EnumMember(Value = "a")] C, [EnumMember(Value = "in_progress")] InProgress, [EnumMember] D } [EngageEvent("x")] public partial record X(E A);""")]
    [InlineData("""namespace Other { public class JsonIgnoreAttribute : Attribute { } [EngageEvent("x")] public partial record X([property: Other.JsonIgnore] string A); }""")]
    public Task What_is_meant_or_changes_nothing_is_fine(string source) => Verify.Rule<ForeignAttributeAnalyzer>(Usings + source);

    [Fact]
    public Task What_another_library_leaves_out_is_left_out() => Verify.Fix<ForeignAttributeAnalyzer, IgnorePropertyFix>(
        Usings + """
        [EngageEvent("x")]
        public partial record X([property: {|TE0030:JsonIgnore|}] string A, int B)
        {
            /// <summary>Documented.</summary>
            [{|TE0030:IgnoreDataMember|}]
            public int C { get; init; }
        }
        """,
        Usings + """
        [EngageEvent("x")]
        public partial record X([EventIgnore][property: JsonIgnore] string A, int B)
        {
            /// <summary>Documented.</summary>
            [EventIgnore]
            [IgnoreDataMember]
            public int C { get; init; }
        }
        """);

    [Fact]
    public Task What_another_library_names_gets_that_name() => Verify.Fix<ForeignAttributeAnalyzer, PropertyNameFix>(
        Usings + """
        [EngageEvent("x")]
        public partial record X([property: {|TE0030:JsonPropertyName("n")|}] string A)
        {
            [EventProperty(Date = DateFormat.UnixMilliseconds), {|TE0030:DataMember(Name = "m")|}]
            public DateTime C { get; init; }
        }
        """,
        Usings + """
        [EngageEvent("x")]
        public partial record X([EventProperty("n")][property: JsonPropertyName("n")] string A)
        {
            [EventProperty("m", Date = DateFormat.UnixMilliseconds), DataMember(Name = "m")]
            public DateTime C { get; init; }
        }
        """);

    [Fact]
    public Task The_member_of_an_enum_gets_the_name_that_it_has_elsewhere() => Verify.Fix<ForeignAttributeAnalyzer, EnumValueFix>(
        Usings + """
        public enum E
        {
            [EnumMember(Value = "in-progress")]
            InProgress,
            Done,
        }
        [EngageEvent("x")] public partial record X(E {|TE0030:A|});
        """,
        Usings + """
        public enum E
        {
            [EventValue("in-progress")]
            [EnumMember(Value = "in-progress")]
            InProgress,
            Done,
        }
        [EngageEvent("x")] public partial record X(E A);
        """);
}
