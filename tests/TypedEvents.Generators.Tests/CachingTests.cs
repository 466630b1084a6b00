using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Parsing;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

public class CachingTests
{
    private const string SignUp = """
        using TypedEvents;
        namespace Shop;
        [EngageEvent("sign_up")] public partial record SignUp(string Name, Plan Plan) : Visit;
        """;

    private const string Order = """
        using TypedEvents;
        namespace Shop;
        [EngageEvent("order")] public partial record Order(decimal Total, System.Collections.Generic.List<string>? Tags = null);
        """;

    private const string Login = """
        using TypedEvents;
        namespace Shop;
        [EngageEvent("login")] public readonly partial record struct Login(Plan? Plan);
        """;

    private const string Visit = """
        namespace Shop;
        public record Visit { public string? Page { get; init; } }
        """;

    private const string Plan = """
        namespace Shop;
        public enum Plan { Free, Pro }
        """;

    private const string Unrelated = """
        namespace Shop;
        public static class Unrelated { public static int Answer() => 42; }
        """;

    private static readonly Project Shop = new(SignUp, Order, Login, Visit, Plan, Unrelated);

    [Fact]
    public void An_equal_compilation_emits_nothing()
    {
        var session = new EditingSession(Shop);
        session.Run(Shop.Compile());

        Assert.All(session.EventReasons, reason => Assert.True(IsReused(reason), reason.ToString()));
        Assert.Empty(session.Emitted);
    }

    [Theory]
    [InlineData("42", "43", "another method's body")]
    [InlineData("public static class", "// a comment\n\npublic static class", "a comment in another file")]
    [InlineData("public static int Answer", "public static int Question() => 1; public static int Answer", "a new member in another file")]
    public void An_unrelated_edit_emits_nothing(string before, string after, string what)
    {
        var session = new EditingSession(Shop);
        session.Edit(Unrelated, Unrelated.Replace(before, after, StringComparison.Ordinal));

        Assert.Equal(3, session.EventReasons.Count);
        Assert.True(session.EventReasons.All(IsReused), what);
        Assert.Empty(session.Emitted);
    }

    [Theory]
    [InlineData("public partial record Order(", "/* a comment */ public partial record Order (")]
    [InlineData("= null);", "= null)\n{\n    private int Secret() => 1;\n}")]
    [InlineData("[EngageEvent(\"order\")]", "[EngageEvent(name: \"or\" + \"der\")]")]
    public void An_edit_of_an_event_that_changes_nothing_of_it_emits_nothing(string before, string after)
    {
        var session = new EditingSession(Shop);
        session.Edit(Order, Order.Replace(before, after, StringComparison.Ordinal));

        Assert.True(session.EventReasons.All(IsReused));
        Assert.Empty(session.Emitted);
    }

    [Theory]
    [InlineData("decimal Total", "double Total")]
    [InlineData("decimal Total", "[EventProperty(\"sum\")] decimal Total")]
    [InlineData("\"order\"", "\"ordered\"")]
    [InlineData("Tags = null", "Labels = null")]
    public void An_edit_of_one_event_emits_that_one(string before, string after)
    {
        var session = new EditingSession(Shop);
        session.Edit(Order, Order.Replace(before, after, StringComparison.Ordinal));

        Assert.Equal(["Shop.Order"], session.Emitted);
    }

    [Fact]
    public void An_edit_of_a_base_record_in_another_file_emits_what_derives_from_it()
    {
        var session = new EditingSession(Shop);
        session.Edit(Visit, Visit.Replace("Page", "Url", StringComparison.Ordinal));

        Assert.Equal(["Shop.SignUp"], session.Emitted);
    }

    [Fact]
    public void An_edit_of_an_enum_in_another_file_emits_the_events_that_send_it()
    {
        var session = new EditingSession(Shop);
        session.Edit(Plan, Plan.Replace("Pro", "Team", StringComparison.Ordinal));

        Assert.Equal(["Shop.Login", "Shop.SignUp"], session.Emitted);
    }

    [Fact]
    public void An_enum_is_emitted_once_and_again_only_after_an_edit_of_it()
    {
        var session = new EditingSession(Shop);
        Assert.Equal(["Plan"], session.EmittedEnums);

        session.Edit(Order, Order.Replace("decimal Total", "decimal Total, Plan Plan", StringComparison.Ordinal));
        Assert.Empty(session.EmittedEnums);

        session.Edit(Plan, Plan.Replace("Pro", "Team", StringComparison.Ordinal));
        Assert.Equal(["Plan"], session.EmittedEnums);
    }

    [Fact]
    public void A_change_of_the_defaults_emits_the_events_that_it_changes()
    {
        var session = new EditingSession(Shop);
        session.Edit(Unrelated, "[assembly: TypedEvents.EngageEventDefaults(Naming = TypedEvents.PropertyNaming.AsDeclared)]\n" + Unrelated);

        Assert.Equal(["Shop.Login", "Shop.Order", "Shop.SignUp"], session.Emitted);
    }

    [Fact]
    public void A_change_of_a_default_that_no_event_uses_emits_nothing()
    {
        var session = new EditingSession(Shop);
        session.Edit(Unrelated, "[assembly: TypedEvents.EngageEventDefaults(Boolean = TypedEvents.BooleanFormat.Literal)]\n" + Unrelated);

        Assert.Empty(session.Emitted);
    }

    [Fact]
    public void A_new_event_emits_itself_alone()
    {
        var session = new EditingSession(Shop);
        session.Edit(Unrelated, Unrelated + "[TypedEvents.EngageEvent(\"late\")] public partial record Late(int Count);");

        Assert.Equal(["Shop.Late"], session.Emitted);
    }

    [Fact]
    public void An_edit_of_a_flattened_record_in_another_file_emits_the_events_that_send_it()
    {
        const string Place = """
            namespace Shop;
            public record Place(string City, [TypedEvents.Flatten] Geo Position);
            """;
        const string Geo = """
            namespace Shop;
            public readonly record struct Geo(double Latitude, double Longitude) { private int Secret => 1; }
            """;
        const string Shipped = """
            namespace Shop;
            [TypedEvents.EngageEvent("shipped")] public partial record Shipped([TypedEvents.Flatten] Place? To);
            [TypedEvents.EngageEvent("located")] public partial record Located([TypedEvents.Flatten("")] Geo At);
            """;
        var session = new EditingSession(Shop with { Files = [.. Shop.Files, Place, Geo, Shipped] });

        session.Edit(Place, Place.Replace("City", "Town", StringComparison.Ordinal));
        Assert.Equal(["Shop.Shipped"], session.Emitted);

        session.Edit(Geo, Geo.Replace("=> 1", "=> 2", StringComparison.Ordinal));
        Assert.Empty(session.Emitted);

        session.Edit(Geo.Replace("=> 1", "=> 2", StringComparison.Ordinal), Geo.Replace("double Longitude", "float Longitude", StringComparison.Ordinal).Replace("Latitude", "Lat", StringComparison.Ordinal));
        Assert.Equal(["Shop.Located", "Shop.Shipped"], session.Emitted);
    }

    [Theory]
    [InlineData("50", "60", true)]
    [InlineData("50", "40 + 10", false)]
    [InlineData("50)", "50, ErrorMessage = \"Too long\")", false)]
    public void An_edit_of_a_rule_emits_its_event_where_it_changes_the_rule(string before, string after, bool emits)
    {
        const string Ruled = """
            using System.ComponentModel.DataAnnotations;
            namespace Shop;
            [TypedEvents.EngageEvent("ruled")] public partial record Ruled(
                [StringLength(50)] string Name, [Range(0.5, 1.5)] double Ratio, [AllowedValues(1, 2)] int Level, [RegularExpression("a")] string Code);
            """;
        var session = new EditingSession(Shop with { Files = [.. Shop.Files, Ruled] });
        session.Edit(Ruled, Ruled.Replace(before, after, StringComparison.Ordinal));

        Assert.Equal(emits ? ["Shop.Ruled"] : [], session.Emitted);
    }

    /// <summary>What an event depends on beside its own declaration, all in files that it isn't in.</summary>
    private const string Surroundings = """
        using System.ComponentModel.DataAnnotations;
        namespace Shop;
        public static class Limits { public const int Code = 20; public static int Other() { return 1; } }
        public class SkuAttribute : StringLengthAttribute { public SkuAttribute() : base(9) { MinimumLength = 2; } }
        public enum Tier { Basic, Gold }
        public record Cart(int Size) { public const int Most = 7; public string? Note { get; init; } }
        public record Tracked
        {
            /// <summary>The page.</summary>
            public string? Page { get { return null; } init { } }
            public required string Session { get; init; }
        }
        """;

    private const string Surrounded = """
        using System.ComponentModel.DataAnnotations;
        namespace Shop;
        [TypedEvents.EngageEvent("surrounded")]
        public partial record Surrounded([MaxLength(Limits.Code)] string Code, [Sku] string Sku, Tier? Tier = Tier.Basic, [Range(0, Cart.Most)] int Count = Limits.Code) : Tracked;
        """;

    public static TheoryData<string, string> EditsElsewhere => new()
    {
        { "Code = 20", "Code = 21" },
        { "MinimumLength = 2", "MinimumLength = 3" },
        { "base(9)", "base(8)" },
        { "enum Tier", "enum Level { A } public struct Tier { public const Level Basic = Level.A; } public enum Former" },
        { "Basic, Gold", "Gold, Basic" },
        { "Basic, Gold", "[TypedEvents.EventValue(\"b\")] Basic, Gold" },
        { "Most = 7", "Most = 8" },
        { "MinimumLength = 2; }", "MinimumLength = 2; } public override bool IsValid(object? value) => true;" },
        { "public required string Session", "public enum Tier { Bronze } public required string Session" },
        { "public required string Session", "[TypedEvents.EventIgnore] public required string Session" },
        { "public required string Session", "public int Count() => 1; public required string Session" },
        { "The page.", "The address of the page." },
        { "public string? Page", "public int? Page" },
        { "public string? Page", "internal string? Page" },
        { "public static class Limits", "#nullable disable\npublic static class Limits" },
        { "return 1;", "\n#nullable disable\nreturn 1;" },
        { "namespace Shop;", "[assembly: TypedEvents.EngageEventDefaults(Naming = TypedEvents.PropertyNaming.AsDeclared)]\nnamespace Shop;" },
        { "public record Tracked", "public record Page { public string? Title { get; init; } } public record Tracked : Page" },
        { "public class SkuAttribute", "public class MaxLengthAttribute(int length) : StringLengthAttribute(length); public class SkuAttribute" },
    };

    [Theory]
    [MemberData(nameof(EditsElsewhere))]
    public void An_edit_elsewhere_gives_the_models_that_a_new_driver_gives(string before, string after)
    {
        Project project = Shop with { Files = [.. Shop.Files, Surroundings, Surrounded] };
        var session = new EditingSession(project);
        string edited = Surroundings.Replace(before, after, StringComparison.Ordinal);
        session.Edit(Surroundings, edited);

        Assert.False(session.HasModels(new EditingSession(project).Models), "The edit changes nothing.");
        Assert.True(session.HasModels(new EditingSession(project with { Files = [.. Shop.Files, edited, Surrounded] }).Models), "After the edit");

        session.Edit(edited, Surroundings);
        Assert.True(session.HasModels(new EditingSession(project).Models), "After it was undone");
    }

    /// <summary>An event, and what a file beside it contains, edit by edit.</summary>
    public static TheoryData<string, string[]> Steps => new()
    {
        {
            "namespace Shop; [TypedEvents.EngageEvent(Names.Started)] public partial record Begun(int X);",
            [
                "namespace Shop; public static class Names { public static string Started => \"started\"; }",
                "namespace Shop; public static class Names { public static string Started => \"started\"; public const string Started = \"started\"; }",
                "namespace Shop; public static class Names { public const string Started = \"started\"; }",
            ]
        },
        {
            "namespace Shop; [TypedEvents.EngageEvent(nameof(Names.started))] public partial record Begun(int X);",
            [
                "namespace Shop; public static class Names { }",
                "namespace Shop; public static class Names { public static int started => 1; }",
            ]
        },
        {
            "namespace Shop; [TypedEvents.EngageEvent(\"begun\")] public partial record Begun(int X = Numbers.Least);",
            [
                "namespace Shop; public static class Numbers { public static readonly int Least = 2; public const int Least = 3; }",
                "namespace Shop; public static class Numbers { public const int Least = 3; }",
            ]
        },
        {
            "namespace Shop; [TypedEvents.EngageEvent(\"begun\")] public partial record Begun([Short] string X);",
            [
                """
                using System.ComponentModel.DataAnnotations; using static Shop.Numbers;
                namespace Shop; public static class Numbers { public const int Min = 2; }
                public class ShortAttribute : StringLengthAttribute { public ShortAttribute() : base(9) { MinimumLength = Min; } }
                """,
                """
                using System.ComponentModel.DataAnnotations; using static Shop.Numbers;
                namespace Shop; public static class Numbers { public const int Min = 2; }
                public class ShortAttribute : StringLengthAttribute { private static int Min => 3; public ShortAttribute() : base(9) { MinimumLength = Min; } }
                """,
                """
                using System.ComponentModel.DataAnnotations; using static Shop.Numbers;
                namespace Shop; public static class Numbers { public const int Min = 2; }
                public class ShortAttribute : StringLengthAttribute { public ShortAttribute() : base(9) { MinimumLength = Min; } }
                """,
            ]
        },
        {
            "namespace Shop; public partial record Checkout { [TypedEvents.EngageEvent(\"begun\")] public partial record Begun(int X); }",
            [
                "namespace Shop; public partial record Checkout { }",
                "namespace Shop; [System.Obsolete(\"x\")] public partial record Checkout { }",
            ]
        },
        {
            "namespace Shop; [TypedEvents.EngageEvent(\"begun\")] public partial record Begun(int X) : Checkout;",
            [
                "namespace Shop; public record Checkout { public required string Page { get; init; } }",
                "// <auto-generated/>\nnamespace Shop; public record Checkout { public required string Page { get; init; } }",
                "// generated by hand\nnamespace Shop; public record Checkout { public required string Page { get; init; } }",
            ]
        },
        {
            "namespace Shop; [TypedEvents.EngageEvent(\"begun\")] public partial record Begun([TypedEvents.Flatten] Address To);",
            [
                "namespace Shop; public record Place { public string? City { get; init; } } public record Address(string Street) : Place;",
                "namespace Shop; public record Place { public string? Town { get; init; } } public record Address(string Street) : Place;",
                "namespace Shop; public record Place { public string? Town { get; init; } } public record Address(string Road) : Place;",
            ]
        },
        {
            // What is as before stays the same object; so each place of each list differs once.
            "namespace Shop; [TypedEvents.EngageEvent(\"begun\")] public partial record Begun(int First, [TypedEvents.Flatten] Address To, int Count = 1) : Visit;",
            [
                "namespace Shop; public record Visit { public required string A { get; init; } public string? B { get; init; } public required int C { get; init; } } public record Address(string Street, string City);",
                "namespace Shop; public record Visit { public required string A { get; init; } public string? D { get; init; } public required int C { get; init; } } public record Address(string Street, string City);",
                "namespace Shop; public record Visit { public required string A { get; init; } public string? D { get; init; } public required int C { get; init; } } public record Address(string Street, string Town);",
                "namespace Shop; public record Visit { public required string A { get; init; } public string? D { get; init; } public required int C { get; init; } } public record Address(string Street);",
                "namespace Shop; public record Visit { public required string A { get; init; } public string? D { get; init; } public required long C { get; init; } } public record Address(string Street);",
                "namespace Shop; public record Visit { public required string A { get; init; } public string? D { get; init; } public long C { get; init; } } public record Address(string Street);",
                "namespace Shop; public record Visit { public required string A { get; init; } } public record Address(string Street, string Town);",
                "namespace Shop; public record Visit { public string? A { get; init; } } public record Address(string Street, string Town);",
                "namespace Shop; public record Visit { [System.ComponentModel.DataAnnotations.MaxLength(3)] public string? A { get; init; } } public record Address(string Street, string Town);",
                "namespace Shop; public record Visit { [TypedEvents.EventProperty(\"x\")] public string? A { get; init; } } public record Address(string Street, string Town);",
                "namespace Shop; public record Visit; public record Address(string Street, string Town);",
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void Each_edit_of_a_file_beside_an_event_gives_the_models_that_a_new_driver_gives(string @event, string[] steps)
    {
        var session = new EditingSession(new Project([@event, steps[0]]));
        foreach ((string before, string after) in steps.Zip(steps.Skip(1)))
        {
            session.Edit(before, after);
            Assert.True(session.HasModels(new EditingSession(new Project([@event, after])).Models), after);
        }
    }

    [Theory]
    [InlineData("return 1", "return 2")]
    [InlineData("return 1;", "return ;")]
    [InlineData("get { return null; }", "get { return \"\"; }")]
    [InlineData("public static int Other", "/* other */ public  static int Other")]
    [InlineData("public static int Other()", "internal static string Others(int number)")]
    [InlineData("public static int Other()", "public stat public static int Other()")]
    [InlineData("public static int Other()", "public static int Third { get; } private static readonly int _field = 3; public static int Other()")]
    [InlineData("int Size", "long Weight, string Name")]
    [InlineData("public string? Note { get; init; }", "public int Notes() => 1;")]
    public void An_edit_that_no_event_depends_on_reads_no_event_again(string before, string after)
    {
        var session = new EditingSession(Shop with { Files = [.. Shop.Files, Surroundings, Surrounded] });
        IReadOnlyList<object?> models = session.Models;
        string edited = Surroundings.Replace(before, after, StringComparison.Ordinal);
        session.Edit(Surroundings, edited);
        session.Edit(edited, Surroundings);

        Assert.Equal(models.Count, session.Models.Count);
        Assert.All(models.Zip(session.Models), pair => Assert.Same(pair.First, pair.Second));
    }

    [Theory]
    [InlineData("decimal Total", "double Total, int Count")]
    [InlineData("\"order\"", "\"ordered\"")]
    [InlineData("= null);", "= null) { private int Secret() => 1; }")]
    public void An_edit_of_one_event_reads_no_other_event_again(string before, string after)
    {
        var session = new EditingSession(Shop);
        IReadOnlyList<object?> models = session.Models;
        session.Edit(Order, Order.Replace(before, after, StringComparison.Ordinal));

        Assert.True(models.Intersect(session.Models, ReferenceEqualityComparer.Instance).Count() >= models.Count - 1);
        Assert.True(session.HasModels(new EditingSession(Shop with { Files = [SignUp, Order.Replace(before, after, StringComparison.Ordinal), Login, Visit, Plan, Unrelated] }).Models));
    }

    /// <summary>Most of what a run allocates is what it finds, and after most edits that is what the last one found.</summary>
    [Fact]
    public void Events_that_are_read_again_keep_the_objects_of_the_last_run()
    {
        const string Limited = """
            using System.ComponentModel.DataAnnotations; using TypedEvents;
            namespace Shop;
            public record Place(string City, [Flatten] Point At);
            public record Point(double X, double Y);
            [EngageEvent("limited")] public partial record Limited([MaxLength(3)] string Name, [AllowedValues(Plan.Pro)] Plan Plan, [Flatten] Place To, int Count = 1) { public required int Size { get; init; } }
            """;
        var project = Shop with { Files = [.. Shop.Files, Limited] };
        var session = new EditingSession(project);
        IReadOnlyList<object?> models = session.Models;
        session.Edit(Unrelated, Unrelated.Replace("public static int", "public const int Constant = 1; public static int", StringComparison.Ordinal));
        Assert.Empty(session.Emitted);

        // The driver keeps a model that equals the new one; another driver gets what was read last.
        IReadOnlyList<object?> last = new EditingSession(project, session.Compilation).Models;
        Assert.Equal(4, last.Count);
        Assert.All(models.Zip(last), pair =>
        {
            (ParsedEvent before, ParsedEvent after) = ((ParsedEvent)pair.First!, (ParsedEvent)pair.Second!);
            Assert.NotSame(before, after);
            Assert.Same(before.Event.Properties, after.Event.Properties);
            Assert.Same(before.Calls!.Methods.Parameters, after.Calls!.Methods.Parameters);
            Assert.Same(before.Calls.Methods.ConstructorArguments, after.Calls.Methods.ConstructorArguments);
            Assert.Same(before.Calls.Methods.Initializers, after.Calls.Methods.Initializers);
            Assert.Same(before.Contract, after.Contract);
        });
    }

    [Fact]
    public void An_edit_of_a_base_counts_after_an_edit_of_its_neighbor()
    {
        const string Together = Visit + " public static class Neighbor { public static int Number() => 1; }";
        string[] others = [SignUp, Order, Login, Plan];
        string neighborEdited = Together.Replace("int Number", "long Number", StringComparison.Ordinal);
        var session = new EditingSession(new Project([.. others, Together]));
        session.Edit(Together, neighborEdited);
        Assert.Empty(session.Emitted);

        session.Edit(neighborEdited, neighborEdited.Replace("Page", "Url", StringComparison.Ordinal));
        Assert.Equal(["Shop.SignUp"], session.Emitted);
    }

    [Fact]
    public void An_edit_of_a_record_counts_once_an_event_derives_from_it()
    {
        const string Later = "namespace Shop; public record Later { public string? First { get; init; } }";
        string second = Later.Replace("First", "Second", StringComparison.Ordinal);
        string derived = Login.Replace("readonly partial record struct Login(Plan? Plan)", "partial record Login(Plan? Plan) : Later", StringComparison.Ordinal);
        var session = new EditingSession(Shop with { Files = [.. Shop.Files, Later] });
        session.Edit(Later, second);
        Assert.Empty(session.Emitted);

        session.Edit(Login, derived);
        Assert.Equal(["Shop.Login"], session.Emitted);
        Assert.True(session.HasModels(new EditingSession(new Project(SignUp, Order, derived, Visit, Plan, Unrelated, second)).Models));

        session.Edit(second, Later);
        Assert.Equal(["Shop.Login"], session.Emitted);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Runs_beside_each_other_give_the_models_that_new_drivers_give(int first, int second)
    {
        // Both have a version before either of them has read anything, as two runs at a time do.
        CSharpCompilation compilation = Shop.Compile();
        SyntaxTree visit = compilation.SyntaxTrees.Single(tree => tree.ToString() == Visit);
        string edited = Visit.Replace("Page", "Url", StringComparison.Ordinal);
        CSharpCompilation[] compilations = [compilation, compilation.ReplaceSyntaxTree(visit, visit.WithChangedText(SourceText.From(edited)))];
        Project[] projects = [Shop, new(SignUp, Order, Login, edited, Plan, Unrelated)];
        Assert.All(compilations, compilation => Assert.NotNull(DeclarationVersion.Of(compilation)));

        var session = new EditingSession(Shop);
        foreach (int run in (int[])[first, second, first])
        {
            session.Run(compilations[run]);
            Assert.True(session.HasModels(new EditingSession(projects[run]).Models));
        }
    }

    [Fact]
    public void An_edit_of_a_base_or_flattened_record_reads_no_other_event_again()
    {
        const string Place = "namespace Shop; public record Place(string City);";
        const string Shipped = "namespace Shop; [TypedEvents.EngageEvent(\"shipped\")] public partial record Shipped([TypedEvents.Flatten] Place? To);";
        var session = new EditingSession(Shop with { Files = [.. Shop.Files, Place, Shipped] });
        IReadOnlyList<object?> models = session.Models;
        session.Edit(Visit, Visit.Replace("Page", "Url", StringComparison.Ordinal));
        session.Edit(Place, Place.Replace("City", "Town", StringComparison.Ordinal));

        Assert.Equal(4, models.Count);
        Assert.Equal(2, models.Intersect(session.Models, ReferenceEqualityComparer.Instance).Count());
    }

    [Fact]
    public void An_edit_of_another_part_of_an_event_emits_it()
    {
        const string Part = "namespace Shop; public partial record Order { public int Items { get; init; } }";
        var session = new EditingSession(Shop with { Files = [.. Shop.Files, Part] });
        session.Edit(Part, Part.Replace("Items", "Pieces", StringComparison.Ordinal));

        Assert.Equal(["Shop.Order"], session.Emitted);
    }

    [Fact]
    public void An_event_that_derived_from_another_is_emitted_once_that_is_none()
    {
        const string Second = "namespace Shop; [TypedEvents.EngageEvent(\"second\")] public partial record Second : First;";
        const string First = "namespace Shop; [TypedEvents.EngageEvent(\"first\")] public partial record First;";
        var session = new EditingSession(Shop with { Files = [.. Shop.Files, First, Second] });
        session.Edit(First, First.Replace("[TypedEvents.EngageEvent(\"first\")] ", "", StringComparison.Ordinal));

        Assert.Equal(["Shop.Second"], session.Emitted);
    }

    [Fact]
    public void An_edit_of_a_programs_statements_reads_no_event_again()
    {
        const string Program = "System.Console.WriteLine(1);";
        var project = new Project([SignUp, Order, Login, Visit, Plan, Program]);
        var session = new EditingSession(project);
        IReadOnlyList<object?> models = session.Models;
        session.Edit(Program, Program + " int number = 2; System.Console.WriteLine(number);");

        Assert.All(models.Zip(session.Models), pair => Assert.Same(pair.First, pair.Second));
    }

    [Fact]
    public void Other_options_and_references_are_read_again()
    {
        var session = new EditingSession(Shop with { Files = [.. Shop.Files, Surroundings, Surrounded] });
        IReadOnlyList<object?> models = session.Models;
        session.Run(session.Compilation.WithOptions(session.Compilation.Options.WithNullableContextOptions(NullableContextOptions.Disable)));
        Assert.False(session.HasModels(models));

        session.Run(session.Compilation.WithOptions(session.Compilation.Options.WithNullableContextOptions(NullableContextOptions.Enable)));
        Assert.True(session.HasModels(models));

        MetadataReference dataAnnotations = session.Compilation.References.Single(reference => reference.Display!.Contains("System.ComponentModel.Annotations", StringComparison.Ordinal));
        session.Run(session.Compilation.RemoveReferences(dataAnnotations));
        Assert.False(session.HasModels(models));
    }

    [Fact]
    public void A_file_that_is_added_or_removed_is_noticed()
    {
        var session = new EditingSession(Shop with { Files = [.. Shop.Files, Surroundings, Surrounded] });
        IReadOnlyList<object?> models = session.Models;
        SyntaxTree added = CSharpSyntaxTree.ParseText("global using Tier = System.Guid;", Shop.ParseOptions, "Added.cs", cancellationToken: TestContext.Current.CancellationToken);
        SyntaxTree defaults = CSharpSyntaxTree.ParseText(
            "[assembly: TypedEvents.EngageEventDefaults(Naming = TypedEvents.PropertyNaming.AsDeclared)]", Shop.ParseOptions, "Defaults.cs", cancellationToken: TestContext.Current.CancellationToken);

        session.Run(session.Compilation.AddSyntaxTrees(added));
        Assert.True(session.HasModels(models));

        session.Run(session.Compilation.AddSyntaxTrees(defaults));
        Assert.False(session.HasModels(models));

        session.Run(session.Compilation.RemoveSyntaxTrees(defaults));
        Assert.True(session.HasModels(models));
    }

    private static bool IsReused(IncrementalStepRunReason reason) =>
        reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged;
}
