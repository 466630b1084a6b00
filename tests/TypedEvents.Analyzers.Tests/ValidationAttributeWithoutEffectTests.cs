using System.Globalization;
using Microsoft.CodeAnalysis;
using TypedEvents.Analyzers.Tests.Infrastructure;
using TypedEvents.CodeFixes;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.Analyzers.Tests;

/// <summary>TE0024: an attribute that was meant as a validation attribute, and that checks nothing.</summary>
public class ValidationAttributeWithoutEffectTests
{
    private const string Usings = "using System.ComponentModel.DataAnnotations;\n";

    /// <summary>An attribute, the type of its property, and the reason why it has no effect.</summary>
    public static TheoryData<string, string, string> WithoutEffect => new()
    {
        { "StringLength(10)", "int", "it applies to strings, and the type is 'int': remove it" },
        { "StringLength(int.MaxValue)", "int", "it applies to strings, and the type is 'int': remove it" },
        { "StringLength(10)", "List<string>?", "it applies to strings, and the type is 'List<string>?': remove it" },
        { "StringLength(10)", "Uri", "it applies to strings, and the type is 'Uri': remove it" },
        { "RegularExpression(\"a\")", "int?", "it applies to strings, and the type is 'int?': remove it" },
        { "RegularExpression(\"(\")", "char", "it applies to strings, and the type is 'char': remove it" },
        { "MaxLength(10)", "int", "it applies to strings and lists, and the type is 'int': remove it" },
        { "MaxLength", "Guid", "it applies to strings and lists, and the type is 'Guid': remove it" },
        { "Range(1, 5)", "string", "it applies to numbers, and the type is 'string': remove it" },
        { "Range(1, 5)", "DayOfWeek", "it applies to numbers, and the type is 'DayOfWeek': remove it" },
        { "Range(typeof(DateTime), \"2020-01-01\", \"2030-01-01\")", "DateTime", "it applies to numbers, and the type is 'DateTime': remove it" },
        { "AllowedValues(\"a\")", "string[]", "it applies to strings, characters, Booleans, enums and numbers of up to 64 bits except Half, and the type is 'string[]': remove it" },
        { "AllowedValues(1)", "Half", "it applies to strings, characters, Booleans, enums and numbers of up to 64 bits except Half, and the type is 'Half': remove it" },
        { "AllowedValues(1)", "Int128?", "it applies to strings, characters, Booleans, enums and numbers of up to 64 bits except Half, and the type is 'Int128?': remove it" },
        { "StringLength(-1)", "string", "no value can satisfy it: use lengths that a value can have, or remove it" },
        { "StringLength(5, MinimumLength = 6)", "string", "no value can satisfy it: use lengths that a value can have, or remove it" },
        { "MaxLength(0)", "string", "its length isn't positive: give a length of at least 1, or remove it" },
        { "MaxLength(-2)", "string[]", "its length isn't positive: give a length of at least 1, or remove it" },
        { "Range(5, 1)", "int", "no value can satisfy it: use bounds that a value can satisfy, or remove it" },
        { "Range(-1.5, -1.6)", "double?", "no value can satisfy it: use bounds that a value can satisfy, or remove it" },
        { "Range(typeof(decimal), \"1.5\", \"1.4\")", "decimal", "no value can satisfy it: use bounds that a value can satisfy, or remove it" },
        { "Range(5, 5, MaximumIsExclusive = true)", "ulong", "no value can satisfy it: use bounds that a value can satisfy, or remove it" },
        { "Range(double.NaN, 1)", "float", "NaN is not a bound: give numbers, or remove it" },
        { "Range(typeof(decimal), \"one\", \"2\")", "int", "its bounds aren't numbers as the invariant culture writes them: give such numbers, or remove it" },
        { "Range(typeof(int), null!, \"2\")", "int", "its bounds aren't numbers as the invariant culture writes them: give such numbers, or remove it" },
        { "Range(typeof(DateTime), \"1\", \"2\")", "int", "bounds of the type 'DateTime' can't be compared here: use numbers, or strings with typeof(decimal), or remove it" },
        { "Range(typeof(double), \"0.5\", \"1.5\")", "double", "bounds of the type 'double' can't be compared here: use numbers, or strings with typeof(decimal), or remove it" },
        { "AllowedValues(\"a\")", "int", "none of its values is one that 'int' can have: name one, or remove it" },
        { "AllowedValues(1)", "DayOfWeek", "none of its values is one that 'DayOfWeek' can have: name one, or remove it" },
        { "AllowedValues(-1, 256UL)", "string", "none of its values is one that 'string' can have: name one, or remove it" },
        { "AllowedValues(0.5)", "long", "none of its values is one that 'long' can have: name one, or remove it" },
        { "AllowedValues(true, false)", "string", "none of its values is one that 'string' can have: name one, or remove it" },
        { "AllowedValues(double.NaN)", "double", "none of its values is one that 'double' can have: name one, or remove it" },
        { "AllowedValues", "string", "it allows no value that is sent: name one, or remove it" },
        { "AllowedValues(null!)", "string?", "it allows no value that is sent: name one, or remove it" },
        { "AllowedValues(null, null)", "int?", "it allows no value that is sent: name one, or remove it" },
        { "RegularExpression(\"\")", "string", "its pattern is empty: give one, or remove it" },
        { "RegularExpression(null!)", "string", "its pattern is empty: give one, or remove it" },
        { "RegularExpression(\"[a-\")", "string", "its pattern isn't a regular expression: fix it, or remove the attribute" },
        { "MinLength(1)", "int", "it applies to strings and lists, and the type is 'int': remove it" },
        { "Length(1, 2)", "Uri", "it applies to strings and lists, and the type is 'Uri': remove it" },
        { "MinLength(-1)", "string", "no value can satisfy it: use lengths that a value can have, or remove it" },
        { "Length(3, 2)", "string", "no value can satisfy it: use lengths that a value can have, or remove it" },
        { "Length(-1, 2)", "string[]", "no value can satisfy it: use lengths that a value can have, or remove it" },
        { "DeniedValues(null!)", "string", "it denies no value that is sent: name one, or remove it" },
        { "DeniedValues(\"a\")", "int", "none of its values is one that 'int' can have: name one, or remove it" },
        { "DeniedValues(true, false)", "bool", "it allows no value that is sent: name one, or remove it" },
        { "Required", "string", "it isn't checked when an event is tracked, and a property without a value is left out: use [MinLength(1)] where a string mustn't be empty, or remove it" },
        { "EmailAddress", "string?", "it isn't checked when an event is tracked: check the value before you track the event, or remove it" },
        { "Url", "string", "it isn't checked when an event is tracked: check the value before you track the event, or remove it" },
        { "Base64String", "string", "it isn't checked when an event is tracked: check the value before you track the event, or remove it" },
        { "EnumDataType(typeof(DayOfWeek))", "DayOfWeek", "it isn't checked when an event is tracked: check the value before you track the event, or remove it" },
        { "CustomValidation(typeof(string), \"Check\")", "int", "it isn't checked when an event is tracked: check the value before you track the event, or remove it" },
        { "Flatten, Required", "Geo", "it isn't checked when an event is tracked, and a property without a value is left out: use [MinLength(1)] where a string mustn't be empty, or remove it" },
        { "Flatten, MaxLength(3)", "Geo", "[Flatten] sends the properties of 'Geo' in its place: put it on one of those, or remove it" },
    };

    [Theory]
    [MemberData(nameof(WithoutEffect))]
    public async Task A_rule_that_checks_nothing_is_explained_wherever_it_may_stand(string attribute, string type, string reason)
    {
        Checked project = await UserProject.CheckAsync(
            Verify.Usings + Usings + $$"""
            public record Geo(string Latitude);
            [EngageEvent("x")]
            public partial record X([{{attribute}}] {{type}} A, [property: {{attribute}}] {{type}} B, [param: {{attribute}}] {{type}} C)
            {
                [{{attribute}}]
                public required {{type}} D { get; init; }
            }
            """);

        string name = attribute.Replace("Flatten, ", "", StringComparison.Ordinal).Split('(')[0];
        Assert.Equal(
            "ABCD".Select(property => $"[{name}] on '{property}' has no effect because {reason}"),
            project.Diagnostics.Where(diagnostic => diagnostic.Id == "TE0024")
                .OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)
                .Select(diagnostic => diagnostic.GetMessage(CultureInfo.InvariantCulture)));
        Assert.Empty(project.CompilerErrors);
        Assert.DoesNotContain("ReportInvalidAndShouldWrite", project.Generated[0].SourceText.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Attributes that are rules, and attributes that deliberately set no limit.</summary>
    [Theory]
    [InlineData("StringLength(0)", "string")]
    [InlineData("StringLength(int.MaxValue)", "string")]
    [InlineData("StringLength(int.MaxValue, MinimumLength = -1)", "string")]
    [InlineData("StringLength(5, MinimumLength = 5)", "string?")]
    [InlineData("MaxLength", "string")]
    [InlineData("MaxLength(-1)", "List<string>")]
    [InlineData("MaxLength(int.MaxValue)", "string")]
    [InlineData("MaxLength(1)", "IEnumerable<Guid>?")]
    [InlineData("Range(1, 1)", "int?")]
    [InlineData("Range(int.MinValue, int.MaxValue)", "int")]
    [InlineData("Range(double.NegativeInfinity, double.PositiveInfinity)", "double")]
    [InlineData("Range(0.5, 1)", "Int128")]
    [InlineData("Range(0, 1)", "Half")]
    [InlineData("Range(typeof(decimal), \"-0.5\", \"1,000.5\")", "decimal")]
    [InlineData("Range(typeof(short), \"1\", \"2\")", "nuint")]
    [InlineData("AllowedValues(true, false)", "bool")]
    [InlineData("AllowedValues(true, false, null)", "bool?")]
    [InlineData("AllowedValues(true)", "bool?")]
    [InlineData("AllowedValues(\"a\", null)", "string?")]
    [InlineData("AllowedValues(\"a\", 1)", "string")]
    [InlineData("AllowedValues(1.0, -1)", "byte")]
    [InlineData("AllowedValues('a')", "char")]
    [InlineData("AllowedValues(DayOfWeek.Monday)", "DayOfWeek?")]
    [InlineData("RegularExpression(\"[a-z]\", MatchTimeoutInMilliseconds = -1)", "string")]
    [InlineData("MinLength(0)", "string")]
    [InlineData("MinLength(1)", "List<string>?")]
    [InlineData("Length(0, int.MaxValue)", "string")]
    [InlineData("Length(2, 2)", "string[]")]
    [InlineData("DeniedValues(\"a\", null)", "string?")]
    [InlineData("DeniedValues(DayOfWeek.Monday)", "DayOfWeek?")]
    [InlineData("DataType(DataType.Date)", "string")]
    [InlineData("EventIgnore, Required, EmailAddress", "string")]
    [InlineData("EventIgnore, StringLength(-1), RegularExpression(\"(\")", "int")]
    public Task A_rule_with_an_effect_is_fine_and_so_is_no_limit(string attribute, string type) => Verify.Rule<ValidationAttributeWithoutEffectAnalyzer>(
        Usings + $$"""[EngageEvent("x")] public partial record X([{{attribute}}] {{type}} A, [property: {{attribute}}] {{type}} B);""");

    [Theory]
    [InlineData("""public record R([Range(1, 5)] string A); public class C { [Range(1, 5)] public string? A { get; set; } void M([Range(1, 5)] string a) { } }""")]
    [InlineData("""[EngageEvent("x")] public partial record X { [Range(1, 5)] internal string A => ""; [Range(1, 5)] public static string B => ""; [Range(1, 5)] public string C { set { } } [Range(1, 5)] public string F = ""; }""")]
    [InlineData("""[EngageEvent("x")] public partial record X([field: Range(1, 5)] string A);""")]
    [InlineData("""[EngageEvent("x")] public partial record X(string A) { public X([Range(1, 5)] string A, int b) : this(A) { } }""")]
    [InlineData("""public record R([Range(1, 5)] string A); [EngageEvent("x")] public partial record X([EventIgnore] R A, int B);""")]
    [InlineData("""public abstract record Base { [StringLength(1)] public virtual string A => ""; } [EngageEvent("x")] public partial record X : Base { [MaxLength(2)] public override string A => ""; }""")]
    [InlineData("""[EngageEvent("x")] public partial record X([property: MaxLength(2), RegularExpression("a")] string A, [MaxLength(2)][param: RegularExpression("a")] string B);""")]
    [InlineData("""[EngageEvent("x")] public partial record X([Range(1, 5)] object A, [StringLength(3)] int[] B, [AllowedValues(1)] Dictionary<string, string> C);""")]
    [InlineData("""namespace Other { public class RangeAttribute(int a, int b) : Attribute { public int Sum => a + b; } [EngageEvent("x")] public partial record X([Other.Range(5, 1)] string A); }""")]
    public Task What_no_event_sends_is_nobodys_business(string source) => Verify.Rule<ValidationAttributeWithoutEffectAnalyzer>(Usings + source);

    [Theory]
    [InlineData("""[EngageEvent("x")] public record X([{|TE0024:Range(1, 5)|}] string A);""")]
    [InlineData("""[EngageEvent("x")] public partial record X(int B); public partial record X { [{|TE0024:Range(1, 5)|}] public string A => ""; }""")]
    [InlineData("""[EngageEvent("x")] public partial record X([StringLength(5), {|TE0024:Range(1, 5)|}] string A);""")]
    [InlineData("""[EngageEvent("x")] public partial record X([property: MaxLength(2)][{|TE0024:RegularExpression("a")|}] string A);""")]
    [InlineData("""[EngageEvent("x")] public partial record X([{|TE0024:MaxLength(2)|}] string A) { [StringLength(3)] public string A { get; } = A; }""")]
    [InlineData("""public record Base([property: Range(1, 5)] int A); [EngageEvent("x")] public partial record X([{|TE0024:Range(1, 2)|}] int A) : Base(A);""")]
    [InlineData("""public record Base(string A); [EngageEvent("x")] public partial record X([{|TE0024:Range(1, 2)|}] string A) : Base(A);""")]
    [InlineData("""public abstract record Base([Range(1, 2)] string A); [EngageEvent("x")] public partial record {|TE0024:X|}(string A) : Base(A);""")]
    [InlineData("""public abstract record Base { [Range(1, 5)] public virtual string A => ""; } [EngageEvent("x")] public partial record X : Base { public override string {|TE0024:A|} => "a"; }""")]
    [InlineData("""public record Geo([Range(1, 2)] string Latitude); [EngageEvent("x")] public partial record X([Flatten] Geo {|TE0024:A|}, [Flatten] Geo {|TE0024:B|});""")]
    [InlineData("""public record Geo([Range(1, 2)] string Latitude); public record Place([Flatten] Geo At); [EngageEvent("x")] public partial record X([Flatten] Place {|TE0024:A|});""")]
    [InlineData("""[EngageEvent("x")] public partial record X([Flatten] X.Part {|TE0024:A|}) { public record Part([StringLength(1)] int B); }""")]
    [InlineData("""using R = System.ComponentModel.DataAnnotations.RangeAttribute; namespace Shop { [EngageEvent("x")] public partial record X([{|TE0024:R(1, 5)|}] string A); }""")]
    public Task It_is_underlined_where_it_stands_on_the_event_and_else_where_the_event_takes_it_from(string source) =>
        Verify.Rule<ValidationAttributeWithoutEffectAnalyzer>(Usings + source);

    [Fact]
    public async Task A_rule_of_a_record_of_another_assembly_is_reported_where_it_is_flattened()
    {
        Checked library = await UserProject.CheckAsync(
            Usings + "public record Geo([Range(1, 2)] string Latitude) { public Geo([MaxLength(1)] string Latitude, int b) : this(Latitude) { } }");

        Checked project = await UserProject.CheckAsync(
            ["using TypedEvents; [EngageEvent(\"x\")] public partial record X([Flatten] Geo At);"],
            [library.ToReference()]);

        Diagnostic found = Assert.Single(project.Diagnostics);
        Assert.Equal("[Range] on 'Geo.Latitude' has no effect because it applies to numbers, and the type is 'string': remove it", found.GetMessage(CultureInfo.InvariantCulture));
        Assert.Equal("At", found.Location.SourceTree!.ToString().Substring(found.Location.SourceSpan.Start, found.Location.SourceSpan.Length));
    }

    [Theory]
    [InlineData("class OwnAttribute() : RangeAttribute(0, 100)", "Own", "int", "new(101)", null)]
    [InlineData("class OwnAttribute() : RangeAttribute(0, 0.5)", "Own", "double", "new(0.6)", null)]
    [InlineData("class OwnAttribute(int max) : RangeAttribute(0, max)", "Own(100)", "int", "new(101)", null)]
    [InlineData("class OwnAttribute() : RangeAttribute(typeof(decimal), \"0\", \"1\")", "Own", "decimal", "new(1.5m)", null)]
    [InlineData("class OwnAttribute : RangeAttribute { public OwnAttribute(int max) : base(Min, max) { MaximumIsExclusive = true; ErrorMessage = \"no\"; } const int Min = 1; }", "Own(5)", "int", "new(5)", null)]
    [InlineData("class BaseAttribute(int min, int max) : LengthAttribute(min, max); class OwnAttribute() : BaseAttribute(2, 3)", "Own", "string", "new(\"a\")", null)]
    [InlineData("class OwnAttribute() : RegularExpressionAttribute(\"[a-z]+\")", "Own", "string", "new(\"A\")", null)]
    [InlineData("class OwnAttribute : MaxLengthAttribute;", "Own", "string", null, null)]
    [InlineData("class OwnAttribute() : AllowedValuesAttribute(\"a\", \"b\")", "Own", "string", "new(\"c\")", null)]
    [InlineData("class OwnAttribute() : StringLengthAttribute(5)", "Own(MinimumLength = 2)", "string", "new(\"a\")", null)]
    [InlineData("class OwnAttribute() : RangeAttribute(0, 100) { public override bool IsValid(object? value) => true; }", "Own", "int", null, "it overrides IsValid")]
    [InlineData("class OwnAttribute() : RangeAttribute(0, 100) { protected override ValidationResult? IsValid(object? value, ValidationContext context) => null; }", "Own", "int", null, "it overrides IsValid")]
    [InlineData("class OwnAttribute() : RangeAttribute(0, Environment.ProcessorCount)", "Own", "int", null, "its limits aren't constants")]
    [InlineData("class OwnAttribute : StringLengthAttribute { public OwnAttribute() : base(5) { Console.WriteLine(); } }", "Own", "string", null, "its limits aren't constants")]
    [InlineData("class OwnAttribute : ValidationAttribute;", "Own", "string", null, "it isn't checked when an event is tracked")]
    [InlineData("class Own : ValidationAttribute;", "Own", "string", null, "it isn't checked when an event is tracked")]
    public async Task What_derives_from_a_rule_counts_where_its_limits_are_known(string declaration, string attribute, string type, string? broken, string? reason)
    {
        Checked project = await UserProject.CheckAsync(
            Verify.Usings + Usings + $$"""
            public {{declaration.Replace("; class", "; public class", StringComparison.Ordinal)}}{{(declaration.EndsWith(';') || declaration.EndsWith('}') ? "" : ";")}}
            [EngageEvent("x")] public partial record X([property: {{attribute}}] {{type}} A);
            public static class Use { public static X Make() => {{broken ?? "null!"}}; }
            """);

        Assert.Empty(project.CompilerErrors);
        string messages = string.Concat(project.Diagnostics.Select(diagnostic => $"{diagnostic.Id} {diagnostic.GetMessage(CultureInfo.InvariantCulture)}\n"));
        if (reason is not null)
        {
            Assert.Contains($"TE0024 [Own] on 'A' has no effect because {reason}", messages, StringComparison.Ordinal);
        }
        else
        {
            Assert.DoesNotContain("TE0024", messages, StringComparison.Ordinal);
            Assert.Equal(broken is not null, messages.Contains("TE0023", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_rule_of_another_assembly_that_derives_from_one_is_reported()
    {
        Checked library = await UserProject.CheckAsync(Usings + "public class PercentAttribute() : RangeAttribute(0, 100);");

        Checked project = await UserProject.CheckAsync(
            ["using TypedEvents; [EngageEvent(\"x\")] public partial record X([Percent] int A);"],
            [library.ToReference()]);

        Assert.Contains("its limits aren't constants", Assert.Single(project.Diagnostics).GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[EngageEvent("x"), {|TE0024:CustomValidation(typeof(string), "Check")|}] public partial record X(int A);""")]
    [InlineData("""[EngageEvent("x")] public partial record {|TE0024:X|}(int A) : IValidatableObject { public IEnumerable<ValidationResult> Validate(ValidationContext context) => []; }""")]
    [InlineData("""public record Geo(int B) : IValidatableObject { public IEnumerable<ValidationResult> Validate(ValidationContext context) => []; } [EngageEvent("x")] public partial record {|TE0024:X|}([Flatten] Geo A);""")]
    public Task What_validates_a_record_as_a_whole_is_reported(string source) => Verify.Rule<ValidationAttributeWithoutEffectAnalyzer>(Usings + source);

    [Fact]
    public Task A_rule_without_effect_is_removed() => Verify.Fix<ValidationAttributeWithoutEffectAnalyzer, RemoveAnnotationFix>(
        Usings + """
        [EngageEvent("x")]
        public partial record X(
            [{|TE0024:StringLength(10)|}] int A,
            [property: {|TE0024:Range(1, 5)|}] string B,
            [StringLength(5), {|TE0024:Range(1, 5)|}] string C,
            [EventProperty("d")][{|TE0024:RegularExpression("(")|}] string D)
        {
            /// <summary>Documented.</summary>
            [{|TE0024:MaxLength|}]
            public int E { get; init; }

            [Obsolete, {|TE0024:AllowedValues("a")|}]
            public int F { get; init; }

            [Range(1, 5)]
            [{|TE0024:StringLength(3)|}]
            public int G { get; init; }
        }
        """,
        Usings + """
        [EngageEvent("x")]
        public partial record X(
            int A,
            string B,
            [StringLength(5)] string C,
            [EventProperty("d")] string D)
        {
            /// <summary>Documented.</summary>
            public int E { get; init; }

            [Obsolete]
            public int F { get; init; }

            [Range(1, 5)]
            public int G { get; init; }
        }
        """);

    [Fact]
    public Task A_rule_of_a_base_or_flattened_record_is_removed_where_it_is_declared() => Verify.Fix<ValidationAttributeWithoutEffectAnalyzer, RemoveAnnotationFix>(
        [
            Usings + """
            [EngageEvent("a")] public partial record {|TE0024:A|}(int X) : Base;
            [EngageEvent("b")] public partial record {|TE0024:B|}([Flatten] Geo {|TE0024:X|}) : Base;
            """,
            Usings + """
            public abstract record Base
            {
                [Range(1, 5)]
                public string? Thing { get; init; }
            }

            public record Geo([StringLength(3)] double Latitude);
            """,
        ],
        [
            Usings + """
            [EngageEvent("a")] public partial record A(int X) : Base;
            [EngageEvent("b")] public partial record B([Flatten] Geo X) : Base;
            """,
            Usings + """
            public abstract record Base
            {
                public string? Thing { get; init; }
            }

            public record Geo(double Latitude);
            """,
        ]);

    /// <summary>The compiler says what is wrong, and that is enough.</summary>
    [Theory]
    [InlineData("[Range] string A")]
    [InlineData("[Range(] string A")]
    [InlineData("[Range(5, )] int A")]
    [InlineData("[Range(5, Missing)] int A")]
    [InlineData("[Range(5, 1, MinimumIsExclusive = )] int A")]
    [InlineData("[Range(5, 1, MinimumIsExclusive = Missing)] int A")]
    [InlineData("[Range(\"1\", \"2\")] int A")]
    [InlineData("[Range(typeof(Missing), \"1\", \"2\")] int A")]
    [InlineData("[Range(typeof(List<Missing>), \"1\", \"2\")] int A")]
    [InlineData("[Range(typeof(Missing[]), \"1\", \"2\")] int A")]
    [InlineData("[Range(typeof(), \"1\", \"2\")] int A")]
    [InlineData("[StringLength] int A")]
    [InlineData("[StringLength(Missing)] int A")]
    [InlineData("[StringLength(\"1\")] string A")]
    [InlineData("[StringLength(1, MinimumLength = )] int A")]
    [InlineData("[StringLength(1, MinimumLength = \"2\")] string A")]
    [InlineData("[MaxLength(Missing)] int A")]
    [InlineData("[MaxLength(-2] string A")]
    [InlineData("[AllowedValues(] string A")]
    [InlineData("[AllowedValues(, )] string A")]
    [InlineData("[AllowedValues(Missing)] string A")]
    [InlineData("[AllowedValues(Missing.A, 1)] string A")]
    [InlineData("[RegularExpression] string A")]
    [InlineData("[RegularExpression(] string A")]
    [InlineData("[RegularExpression(\"(] string A")]
    [InlineData("[RegularExpression(Missing)] string A")]
    [InlineData("[Range(1, 5)] Missing A")]
    [InlineData("[Range(1, 5)] List<Missing> A")]
    [InlineData("[Range(1, 5)] A")]
    [InlineData("[Range(1, 5), Flatten] Missing A")]
    [InlineData("[Range(1, 5), Flatten] string A")]
    [InlineData("[Missing(1, 5)] string A")]
    public async Task Code_that_is_not_typed_to_its_end_is_left_to_the_compiler(string parameter)
    {
        Checked project = await UserProject.CheckAsync(Verify.Usings + Usings + $"[EngageEvent(\"x\")] public partial record X({parameter});");

        Assert.DoesNotContain("TE0024", project.Ids);
        Assert.True(project.CompilerErrors.Any() || project.Ids.Any());
    }

    [Theory]
    [InlineData("sv-SE")] // another minus
    [InlineData("tr-TR")] // another lowercase I
    [InlineData("de-DE")] // another decimal point
    public async Task What_is_a_rule_and_what_is_said_of_it_is_the_same_under_every_culture(string culture)
    {
        const string Source = """
            using System;
            using System.ComponentModel.DataAnnotations;
            using TypedEvents;
            [EngageEvent("x")]
            public partial record X(
                [Range(typeof(decimal), "-1.5", "-1.25")] double Kept = -1.3,
                [Range(typeof(decimal), "-1,5", "x")] double InWords = 1,
                [Range(-1, -5)] int IDItem = -7,
                [RegularExpression("I")] string Title = "i",
                [AllowedValues(-1, 0.5)] decimal Step = -1,
                [Range(1, 2)] string Insignia = "i");
            """;
        Assert.Equal(await MessagesUnder(CultureInfo.InvariantCulture, Source), await MessagesUnder(CultureInfo.GetCultureInfo(culture), Source));
        Assert.Equal(
            [
                "TE0023 This value of 'Title' violates a validation attribute of that property (RegularExpression: I): use a valid value, or change the attribute",
                "TE0024 [Range] on 'IDItem' has no effect because no value can satisfy it: use bounds that a value can satisfy, or remove it",
                "TE0024 [Range] on 'InWords' has no effect because its bounds aren't numbers as the invariant culture writes them: give such numbers, or remove it",
                "TE0024 [Range] on 'Insignia' has no effect because it applies to numbers, and the type is 'string': remove it",
            ],
            await MessagesUnder(CultureInfo.GetCultureInfo(culture), Source));
    }

    private static async Task<IEnumerable<string>> MessagesUnder(CultureInfo culture, string source)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            Checked project = await UserProject.CheckAsync(source);
            return [.. project.Diagnostics.Select(diagnostic => $"{diagnostic.Id} {diagnostic.GetMessage(culture)}").Order(StringComparer.Ordinal)];
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
