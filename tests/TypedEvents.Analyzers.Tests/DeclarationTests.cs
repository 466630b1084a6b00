using TypedEvents.Analyzers.Tests.Infrastructure;
using TypedEvents.CodeFixes;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.Analyzers.Tests;

/// <summary>Rules about the type of an event.</summary>
public class DeclarationTests
{
    [Theory]
    [InlineData("""[EngageEvent("x")] public record {|TE0001:X|}(int A);""")]
    [InlineData("""[EngageEvent("x")] public record struct {|TE0001:X|}(int A);""")]
    [InlineData("""public class Outer { [EngageEvent("x")] public partial record {|TE0001:X|}(int A); }""")]
    [InlineData("""public interface IOuter { public partial struct Middle { [EngageEvent("x")] public partial record {|TE0001:X|}(int A); } }""")]
    [InlineData("""[EngageEvent("x")] public partial record X(int A);""")]
    [InlineData("""public partial class Outer { [EngageEvent("x")] public partial record X(int A); }""")]
    [InlineData("public record X(int A);")]
    public Task An_event_and_the_types_around_it_are_partial(string source) => Verify.Rule<NotPartialAnalyzer>(source);

    [Fact]
    public Task Partial_is_added_wherever_it_lacks() => Verify.Fix<NotPartialAnalyzer, MakePartialFix>(
        """
        [EngageEvent("a")]
        record {|TE0001:A|};

        /// <summary>Holds two.</summary>
        public static class Outer
        {
            interface IMiddle
            {
                // A comment.
                [EngageEvent("b")] public sealed record {|TE0001:B|}(int Count);
                [EngageEvent("c")] readonly record struct {|TE0001:C|}(int Count);
            }
        }
        """,
        """
        [EngageEvent("a")]
        partial record A;

        /// <summary>Holds two.</summary>
        public static partial class Outer
        {
            partial interface IMiddle
            {
                // A comment.
                [EngageEvent("b")] public sealed partial record B(int Count);
                [EngageEvent("c")] readonly partial record struct C(int Count);
            }
        }
        """);

    [Fact]
    public Task Partial_is_added_in_all_files_of_a_type() => Verify.Fix<NotPartialAnalyzer, MakePartialFix>(
        [
            "public partial class Outer { public class {|CS0260:Middle|} { [EngageEvent(\"a\")] public record {|TE0001:A|}(int Count); } }",
            "public partial class Outer { public partial class Middle { [EngageEvent(\"b\")] public record {|TE0001:B|}(int Count); } }",
        ],
        [
            "public partial class Outer { public partial class Middle { [EngageEvent(\"a\")] public partial record A(int Count); } }",
            "public partial class Outer { public partial class Middle { [EngageEvent(\"b\")] public partial record B(int Count); } }",
        ]);

    [Theory]
    [InlineData("""[EngageEvent("x")] public partial class {|TE0002:X|} { public int A { get; } }""")]
    [InlineData("""[EngageEvent("x")] public partial struct {|TE0002:X|} { }""")]
    [InlineData("""[EngageEvent("x")] public readonly partial record struct X(int A);""")]
    [InlineData("""[EngageEvent("x")] public sealed partial record class X(int A);""")]
    [InlineData("""[{|CS0592:EngageEvent|}("x")] public enum X { A }""")]
    [InlineData("public class X { }")]
    public Task An_event_is_a_record(string source) => Verify.Rule<NotARecordAnalyzer>(source);

    [Fact]
    public Task A_class_or_struct_becomes_a_record() => Verify.Fix<NotARecordAnalyzer, MakeRecordFix>(
        """
        /// <summary>Documented.</summary>
        [EngageEvent("a")]
        public sealed class {|TE0002:A|} : IDisposable
        {
            public int Count { get; init; }

            public void Dispose() { }
        }

        public class Outer
        {
            [EngageEvent("b")] readonly struct {|TE0002:B|}
            {
                public int Count { get; }
            }
        }
        """,
        """
        /// <summary>Documented.</summary>
        [EngageEvent("a")]
        public sealed partial record A : IDisposable
        {
            public int Count { get; init; }

            public void Dispose() { }
        }

        public partial class Outer
        {
            [EngageEvent("b")] readonly partial record struct B
            {
                public int Count { get; }
            }
        }
        """);

    [Fact]
    public Task A_class_that_has_a_base_cannot_become_a_record() => Verify.NoFix<NotARecordAnalyzer, MakeRecordFix>(
        """public class Base { } [EngageEvent("x")] public partial class {|TE0002:X|} : Base { }""");

    [Theory]
    [InlineData("""[EngageEvent("x")] public partial record {|TE0003:X|}<T>(int A);""")]
    [InlineData("""public partial class Outer<T> { public partial class Middle { [EngageEvent("x")] public partial record {|TE0003:X|}(int A); } }""")]
    [InlineData("""public record Base<T>(int A); [EngageEvent("x")] public partial record X(int A) : Base<int>(A);""")]
    [InlineData("public partial record X<T>(int A);")]
    public Task An_event_is_not_generic(string source) => Verify.Rule<GenericEventAnalyzer>(source);

    [Theory]
    [InlineData("""[EngageEvent("x")] file partial record {|TE0004:X|}(int A);""")]
    [InlineData("""file partial class Outer { [EngageEvent("x")] public partial record {|TE0004:X|}(int A); }""")]
    [InlineData("""[EngageEvent("x")] internal partial record X(int A);""")]
    [InlineData("file partial record X(int A);")]
    public Task An_event_is_not_file_local(string source) => Verify.Rule<FileLocalEventAnalyzer>(source);

    [Fact]
    public Task File_is_removed_from_the_type_that_has_it() => Verify.Fix<FileLocalEventAnalyzer, RemoveFileModifierFix>(
        """
        /// <summary>Documented.</summary>
        file partial class Outer
        {
            [EngageEvent("a")] public partial record {|TE0004:A|}(int Count);
        }

        [EngageEvent("b")]
        file partial record {|TE0004:B|}(int Count);
        """,
        """
        /// <summary>Documented.</summary>
        partial class Outer
        {
            [EngageEvent("a")] public partial record A(int Count);
        }

        [EngageEvent("b")]
        partial record B(int Count);
        """);

    [Theory]
    [InlineData("""[EngageEvent("a")] public partial record A(int X); public record {|TE0005:B|}(int X) : A(X);""")]
    [InlineData("""[EngageEvent("a")] public partial record A(int X); [EngageEvent("b")] public partial record {|TE0005:B|}(int X) : A(X);""")]
    [InlineData("""[EngageEvent("a")] public partial record A(int X); public record {|TE0005:B|}(int X) : A(X); public record {|TE0005:C|}(int X) : B(X);""")]
    [InlineData("""[EngageEvent("a")] public abstract record A(int X); public record {|TE0005:B|}(int X) : A(X);""")]
    [InlineData("""public abstract record A(int X); [EngageEvent("b")] public partial record B(int X) : A(X); [EngageEvent("c")] public partial record C(int X) : A(X);""")]
    public Task No_record_derives_from_an_event(string source) => Verify.Rule<DerivesFromEventAnalyzer>(source);

    [Fact]
    public async Task No_record_derives_from_an_event_of_another_assembly()
    {
        Checked library = await UserProject.CheckAsync("""[TypedEvents.EngageEvent("a")] public partial record A(int X);""");

        Checked user = await UserProject.CheckAsync(["public record B(int X) : A(X);"], [library.ToReference()]);

        Assert.Equal(["TE0005"], user.Ids);
    }

    [Theory]
    [InlineData("""
        [EngageEvent("x")] public partial record X(int A) : IEngageEvent<X>
        {
            static EventSchema IEngageEvent<X>.{|TE0006:Schema|} { get; } = new("x");
            static void IEngageEvent<X>.WriteProperties(ref EventWriter writer, in X value) { }
            TrackResult IEngageEvent.Track(IEventTracker tracker, EngageUser user, EventContext context) => default;
        }
        """)]
    [InlineData("""
        public record X(int A) : IEngageEvent<X>
        {
            static EventSchema IEngageEvent<X>.Schema { get; } = new("x");
            static void IEngageEvent<X>.WriteProperties(ref EventWriter writer, in X value) { }
            TrackResult IEngageEvent.Track(IEventTracker tracker, EngageUser user, EventContext context) => default;
        }
        """)]
    [InlineData("""[EngageEvent("x")] public partial record X(int A);""")]
    public Task An_event_leaves_its_interface_to_the_generator(string source) => Verify.Rule<OwnImplementationAnalyzer>(source);
}
