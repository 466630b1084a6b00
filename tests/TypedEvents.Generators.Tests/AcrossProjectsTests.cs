using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>Events whose bases, types or callers are in another project.</summary>
public class AcrossProjectsTests
{
    [Fact]
    public void A_compiled_base_record_keeps_its_annotations()
    {
        MetadataReference library = new Project("""
            #pragma warning disable CS1591
            using TypedEvents;
            namespace Library;
            public record Visit([EventProperty("page_url")] string Page, [EventIgnore] object Secret)
            {
                [EventProperty(Boolean = BooleanFormat.Literal)] public bool First { get; init; }
                public required int Id { get; init; }
                internal string Internal => "";
            }
            """) { AssemblyName = "Library" }.Generate().ToReference();

        Generated generated = new Project("""
            #pragma warning disable CS1591
            using TypedEvents;
            namespace Shop;
            [EngageEvent("sale")] public partial record Sale(decimal Total) : Library.Visit("/", "");
            public static class Caller
            {
                public static void Call(IEventTracker tracker, EngageUser user) => tracker.TrackSale(user, total: 1m, id: 2);
            }
            """) { ExtraReferences = [library] }.Generate().AssertSilent();

        Assert.Contains("\"page_url", generated.Text, StringComparison.Ordinal);
        Assert.Contains("value.First, global::TypedEvents.BooleanFormat.Literal", generated.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret", generated.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("value.Internal", generated.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Projects_that_see_each_others_internal_types_send_the_same_enum()
    {
        MetadataReference library = new Project("""
            #pragma warning disable CS1591
            using TypedEvents;
            [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("UserProject")]
            namespace Library;
            public enum Plan { Free, Pro }
            [EngageEvent("first")] public partial record First(Plan Plan);
            """) { AssemblyName = "Library" }.Generate().ToReference();

        Generated generated = new Project("""
            #pragma warning disable CS1591
            using TypedEvents;
            namespace Shop;
            [EngageEvent("second")] public partial record Second(Library.Plan Plan);
            """) { ExtraReferences = [library] }.Generate().AssertSilent();

        Assert.Equal(2, generated.Files.Length);
    }

    [Fact]
    public void Parameters_inherit_the_documentation_of_a_compiled_bases_required_members()
    {
        MetadataReference library = new Project("""
            #pragma warning disable CS1591
            namespace Library;
            public abstract record Visit<T> { /** <summary>The session.</summary> */ public required T Session { get; init; } public string? Page { get; init; } }
            """) { AssemblyName = "Library" }.Generate().ToReference();

        Generated generated = new Project("""
            #pragma warning disable CS1591
            using TypedEvents;
            namespace Shop;
            [EngageEvent("sale")] public partial record Sale(decimal Total) : Library.Visit<string>;
            """) { ExtraReferences = [library] }.Generate().AssertSilent();

        Assert.Contains(
            """<param name="session"><inheritdoc cref="P:Library.Visit`1.Session" path="/summary/node()"/></param>""",
            generated.Text,
            StringComparison.Ordinal);
        Assert.DoesNotContain("<param name=\"page\">", generated.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Calls_of_an_event_from_an_oblivious_project_take_null()
    {
        MetadataReference library = new Project("""
            #pragma warning disable CS1591
            [TypedEvents.EngageEvent("old")] public partial record Old(string Text, System.Collections.Generic.List<string> Tags);
            """) { AssemblyName = "Library", Nullable = NullableContextOptions.Disable }.Generate().ToReference();

        new Project("""
            #pragma warning disable CS1591
            using System.Collections.Generic;
            using TypedEvents;
            public static class Caller
            {
                public static void Call(IEventTracker tracker, EngageUser user)
                {
                    tracker.TrackOld(user, null, new List<string>());
                    tracker.TrackOld(user, "", new List<string?>());
                }
            }
            """) { ExtraReferences = [library] }.Generate().AssertSilent();
    }

    [Fact]
    public void Calls_of_an_annotated_event_do_not()
    {
        Generated generated = new Project("""
            #pragma warning disable CS1591
            using TypedEvents;
            [EngageEvent("x")] public partial record X(string Text, string? Maybe);
            public static class Caller
            {
                public static void Call(IEventTracker tracker, EngageUser user) => tracker.TrackX(user, null, null);
            }
            """).Generate();

        Assert.Equal("CS8625", Assert.Single(generated.Diagnostics).Id);
    }

    [Theory]
    [InlineData("[System.Obsolete(\"Use Y.\")]", "CS0618")]
    [InlineData("[System.Obsolete(\"Use Y.\", true)]", "CS0619")]
    [InlineData("[System.Obsolete(\"Use Y.\", DiagnosticId = \"OLD1\")]", "OLD1")]
    [InlineData("[System.Diagnostics.CodeAnalysis.Experimental(\"NEW1\")]", "NEW1")]
    public void A_mark_on_the_event_shows_where_its_calls_are_used(string mark, string id)
    {
        Generated generated = new Project($$"""
            #pragma warning disable CS1591
            using TypedEvents;
            [EngageEvent("x"), {{mark[1..]}} public partial record X(string Text);
            public static class Caller
            {
                public static void Call(IEventTracker tracker, EngageUser user)
                {
                    tracker.TrackX(user, "");
                    _ = tracker.TrackXAsync(user, "");
                }
            }
            """).Generate();

        Assert.Equal([id, id], generated.Diagnostics.Select(diagnostic => diagnostic.Id));
        generated.AssertGeneratedCodeSilent();
    }

    [Theory]
    [InlineData("public partial record X(int A);", Accessibility.Public)]
    [InlineData("internal partial record X(int A);", Accessibility.Internal)]
    [InlineData("partial record X(int A);", Accessibility.Internal)]
    public void Calls_are_as_visible_as_their_event(string source, Accessibility expected)
    {
        Generated generated = new Project("#pragma warning disable CS1591\n[TypedEvents.EngageEvent(\"x\")] " + source).Generate().AssertSilent();

        Assert.Equal(expected, generated.Compilation.GetTypeByMetadataName("XTrackerExtensions")!.DeclaredAccessibility);
    }

    [Fact]
    public void Calls_of_a_nested_event_stand_in_a_class_named_after_its_containers()
    {
        Generated generated = new Project("""
            #pragma warning disable CS1591
            namespace Shop;
            public partial class A { public partial class B { [TypedEvents.EngageEvent("x")] public partial record X(int N); } }
            """).Generate().AssertSilent();

        Assert.NotNull(generated.Compilation.GetTypeByMetadataName("Shop.A_B_XTrackerExtensions"));
    }

    [Fact]
    public void An_overrides_own_attribute_takes_the_bases_away()
    {
        Generated generated = new Project("""
            #pragma warning disable CS1591
            using TypedEvents;
            public record Base { [EventIgnore] public virtual int Kept => 1; [EventIgnore] public virtual int Shown => 2; }
            [EngageEvent("x")] public partial record X : Base { public override int Kept => 3; [EventProperty("seen")] public override int Shown => 4; }
            """).Generate().AssertSilent();

        Assert.DoesNotContain("value.Kept", generated.Text, StringComparison.Ordinal);
        Assert.Contains("\"seen", generated.Text, StringComparison.Ordinal);
    }
}
