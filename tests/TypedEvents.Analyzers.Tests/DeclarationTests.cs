using TypedEvents.Analyzers.Tests.Infrastructure;
using TypedEvents.CodeFixes;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.Analyzers.Tests;

/// <summary>What an event's type has to be.</summary>
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
}
