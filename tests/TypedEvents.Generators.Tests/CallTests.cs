using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>The names of typed calls, their parameters, and how they name types.</summary>
public class CallTests
{
    private const string Silenced = "#pragma warning disable CS1591\n";

    [Fact]
    public void Calls_of_nested_events_carry_the_names_of_the_types_around_them()
    {
        Generated generated = new Project(Silenced + """
            using TypedEvents;
            public static partial class Checkout { [EngageEvent("checkout_started")] public partial record Started(string Source); }
            public static partial class Quiz { [EngageEvent("quiz_started")] public partial record Started(string Source); }
            public static class Caller
            {
                public static void Call(IEventTracker tracker, EngageUser user)
                {
                    tracker.TrackCheckoutStarted(user, "home");
                    _ = tracker.TrackQuizStartedAsync(user, "home");
                }
            }
            """).Generate().AssertSilent();

        Assert.DoesNotContain(" TrackStarted", generated.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public void Calls_for_the_current_user_do_not_name_it()
    {
        new Project(Silenced + """
            using TypedEvents;
            [EngageEvent("order_placed")] public partial record OrderPlaced(int User, string Tracker, decimal Total = 1m) { public required string Currency { get; init; } }
            [EngageEvent("opened")] public partial record struct Opened;
            public static class Caller
            {
                public static async System.Threading.Tasks.Task Call(IUserEventTracker tracker, IEventTracker other, EngageUser user, System.Threading.CancellationToken token)
                {
                    TrackResult result = tracker.TrackOrderPlaced(1, "x", "EUR", total: 2m, context: new EventContext(RandomId: "id"));
                    result = await tracker.TrackOrderPlacedAsync(userValue: 1, trackerValue: "x", currency: "EUR", cancellationToken: token);
                    result = tracker.TrackOpened();
                    result = other.TrackOrderPlaced(user, 1, "x", "EUR");
                    result = other.TrackOpened(user);
                }
            }
            """).Generate().AssertSilent();
    }

    [Fact]
    public void A_record_with_one_constructor_in_its_body_has_calls()
    {
        new Project(Silenced + """
            using TypedEvents;
            [EngageEvent("own")] public partial record Own { public Own(string a, int b = 2) => (A, B) = (a, b); public string A { get; } public int B { get; } }
            public static class Caller { public static void Call(IEventTracker tracker, EngageUser user) => tracker.TrackOwn(user, "x", b: 3); }
            """).Generate().AssertSilent();
    }

    [Fact]
    public void Documentation_of_properties_reaches_the_parameters()
    {
        Generated generated = new Project("""
            using TypedEvents;
            /// <summary>
            /// A customer signed up &amp; pays, see <see cref="Plan"/>.
            /// </summary>
            /// <param name="Plan">The plan:   <c>free</c>
            /// or <see langword="null"/>.</param>
            /// <param name="Tracker">Who tracks.</param>
            [EngageEvent("signed_up")]
            public partial record SignedUp(string? Plan, int Tracker) : Base
            {
                /// <summary>Where from.</summary>
                public required string Region { get; init; }
            }

            /// <summary>Shared.</summary>
            public abstract record Base
            {
                /// <summary>How <b>many</b> &lt;seats&gt;.</summary>
                public required int Seats { get; init; }
            }
            """).Generate().AssertSilent();

        Assert.Contains("<summary>Tracks <c>signed_up</c>: A customer signed up &amp; pays, see <c>Plan</c>.</summary>", generated.Text, StringComparison.Ordinal);
        Assert.Contains("<param name=\"plan\">The plan: <c>free</c> or <c>null</c>.</param>", generated.Text, StringComparison.Ordinal);
        Assert.Contains("<param name=\"trackerValue\">Who tracks.</param>", generated.Text, StringComparison.Ordinal);
        Assert.Contains("<param name=\"region\">Where from.</param>", generated.Text, StringComparison.Ordinal);
        Assert.Contains("<param name=\"seats\">How many &lt;seats&gt;.</param>", generated.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_reads_comments_none_are_written()
    {
        var options = new CSharpParseOptions(LanguageVersion.CSharp12, DocumentationMode.None);
        CSharpCompilation compilation = new Project(Silenced).Compile().RemoveAllSyntaxTrees()
            .AddSyntaxTrees(CSharpSyntaxTree.ParseText("/// <summary>Words.</summary>\n[TypedEvents.EngageEvent(\"x\", Description = \"Words.\")] public partial record X(int A);", options, cancellationToken: TestContext.Current.CancellationToken));

        GeneratorDriver driver = CSharpGeneratorDriver.Create([new EngageEventGenerator().AsSourceGenerator()], parseOptions: options)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _, TestContext.Current.CancellationToken);

        Assert.All(driver.GetRunResult().Results[0].GeneratedSources, file => Assert.DoesNotContain("///", file.SourceText.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain(output.GetDiagnostics(TestContext.Current.CancellationToken), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public void Types_that_only_an_alias_reaches_are_named_by_it()
    {
        MetadataReference contracts = new Project(Silenced + """
            namespace Shop;
            public enum Plan { Free, Pro }
            public record Address(string City, Plan Plan);
            public record Base(string Inherited, Plan Plan);
            """) { AssemblyName = "Contracts" }.Generate().ToReference().WithAliases(["contracts"]);

        Generated generated = new Project("extern alias contracts;\n" + Silenced + """
            using TypedEvents;
            [EngageEvent("a")] public partial record A(contracts::Shop.Plan Plan, System.Collections.Generic.IReadOnlyList<contracts::Shop.Plan?> Plans);
            [EngageEvent("b")] public partial record B([Flatten] contracts::Shop.Address To, [EventIgnore] contracts::Shop.Address Other);
            [EngageEvent("c")] public partial record C(string Own) : contracts::Shop.Base(Own, contracts::Shop.Plan.Pro);
            public static class Caller { public static void Call(IEventTracker tracker, EngageUser user) => tracker.TrackA(user, contracts::Shop.Plan.Pro, []); }
            """) { ExtraReferences = [contracts] }.Generate().AssertSilent();

        Assert.Equal(3, generated.EventFiles.Count);
        Assert.Contains("contracts::Shop.Address", generated.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_of_a_project_does_not_show_in_what_is_compiled()
    {
        Assert.Equal(TypesIn("/one"), TypesIn("/another/folder"));

        // The name of a file-local type holds a hash of its path.
        static string[] TypesIn(string folder)
        {
            var project = new Project();
            CSharpCompilation compilation = project.Compile().AddSyntaxTrees(CSharpSyntaxTree.ParseText(
                Silenced + "using System.ComponentModel.DataAnnotations; [TypedEvents.EngageEvent(\"x\")] public partial record X([RegularExpression(\"[a-z]+\")] string A);",
                project.ParseOptions,
                folder + "/X.cs",
                System.Text.Encoding.UTF8));
            project.CreateDriver().RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _, TestContext.Current.CancellationToken);
            var stream = new MemoryStream();
            Assert.True(output.Emit(stream, cancellationToken: TestContext.Current.CancellationToken).Success);
            stream.Position = 0;
            using var reader = new System.Reflection.PortableExecutable.PEReader(stream);
            System.Reflection.Metadata.MetadataReader metadata = System.Reflection.Metadata.PEReaderExtensions.GetMetadataReader(reader);
            string[] names = [.. metadata.TypeDefinitions.Select(type => metadata.GetString(metadata.GetTypeDefinition(type).Name))];
            Assert.DoesNotContain(names, name => name.StartsWith("<X", StringComparison.Ordinal));
            return names;
        }
    }
}
