using TypedEvents.Analyzers.Tests.Infrastructure;
using TypedEvents.CodeFixes;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.Analyzers.Tests;

/// <summary>Tracked values must be events. These tests ignore the compiler's own diagnostics.</summary>
public class TrackedTypeTests
{
    private const string Surroundings = """
        using System; using System.Collections.Generic; using TypedEvents;
        [EngageEvent("good")] public partial record Good(int A);
        [EngageEvent("bad")] public partial record Bad(object A);
        [EngageEvent("small")] public readonly partial record struct Small(int A);
        public record Plain(int A);
        public struct PlainStruct { }
        public class Wrapper
        {
            public void Send<T>(string why, T value) where T : IEngageEvent<T> { }
            public void Track<T>(EngageUser user, T value) { }
        }
        public static class Reporting
        {
            public static void Report<T>(this IEventTracker tracker, T value, string why) where T : IEngageEvent<T> { }
        }
        public class C
        {
            static IEventTracker tracker => null!; static EventTracker concrete => null!; static EventBatch batch => null!; static Euid user => default;
        """;

    [Theory]
    [InlineData("void M() => tracker.Track(user, new Plain(1));")]
    [InlineData("void M() => concrete.Track(user, new Plain(1));")]
    [InlineData("void M() => tracker.Track<Plain>(user, new Plain(1));")]
    [InlineData("void M() => tracker.Track(user, new PlainStruct());")]
    [InlineData("void M() => tracker.TrackAsync(user, new Plain(1));")]
    [InlineData("async System.Threading.Tasks.Task M() => await concrete.TrackAsync(user, new Plain(1));")]
    [InlineData("void M() => batch.TryAdd(user, new Plain(1));")]
    [InlineData("void M() => batch.TryAdd(value: new Plain(1), euid: user);")]
    [InlineData("void M() => tracker.Track(user, new { A = 1 });")]
    [InlineData("void M() => tracker.Track(user, \"sign_up\");")]
    [InlineData("void M() => tracker.Track(user, new Dictionary<string, object>());")]
    [InlineData("void M() => tracker?.Track(user, new Plain(1));")]
    [InlineData("void M<T>(T value) => tracker.Track(user, value);")]
    [InlineData("void M() => new Wrapper().Send(\"why\", new Plain(1));")]
    [InlineData("void M(object any) => tracker.Track(user, any);")]
    [InlineData("void M() => tracker.Report(new Plain(1), \"why\");")]
    [InlineData("void M() => Reporting.Report(tracker, new Plain(1), \"why\");")]
    public async Task What_is_no_event_is_underlined(string member)
    {
        Checked project = await UserProject.CheckAsync(Surroundings + member + "}");

        Assert.Single(project.Ids, "TE0019");
        Assert.NotEmpty(project.CompilerErrors);
    }

    [Theory]
    [InlineData("void M() => tracker.Track(user, new Good(1));")]
    [InlineData("void M() => tracker.Track(user, new Small(1));")]
    [InlineData("void M() => tracker.TrackGood(user, 1);")]
    [InlineData("void M(Good? value) => tracker.Track(user, value!);")]
    [InlineData("void M(Small? value) => tracker.Track(user, value);")]
    [InlineData("void M() => tracker.Track(user, new Bad(1));")]
    [InlineData("void M() => tracker.Track(user, new Missing(1));")]
    [InlineData("void M() => tracker.Track(user, );")]
    [InlineData("void M() => tracker.Track(user, null!);")]
    [InlineData("void M() => tracker.Track(user);")]
    [InlineData("void M() => tracker.Track();")]
    [InlineData("void M(IEngageEvent value) => tracker.Track(user, value);")]
    [InlineData("void M(IEngageEvent value) => tracker.TrackAsync(user, value);")]
    [InlineData("void M<T>(T value) where T : IEngageEvent<T> => tracker.Track(user, value);")]
    [InlineData("void M(dynamic value) => tracker.Track(user, value);")]
    [InlineData("void M() => new Wrapper().Track(user, new Plain(1));")]
    [InlineData("void M() => tracker.Report(new Good(1), \"why\");")]
    [InlineData("void M() => Reporting.Report(tracker, new Good(1), \"why\");")]
    [InlineData("void M() => missing.Track(user, new Plain(1));")]
    public async Task What_is_an_event_or_has_another_explanation_is_not(string member) =>
        Assert.DoesNotContain("TE0019", (await UserProject.CheckAsync(Surroundings + member + "}")).Ids);

    [Theory]
    [InlineData("void M() => tracker.Track(user, new Plain(1));", "'Plain' is not an event: declare it as a partial record with [EngageEvent(\"plain\")]")]
    [InlineData("void M<T>(T value) => tracker.Track(user, value);", "'T' is not an event: add the constraint 'where T : IEngageEvent<T>'")]
    [InlineData("void M() => tracker.Track(user, \"x\");", "'string' is not an event: declare a partial record with [EngageEvent(\"its_name\")] and track that")]
    public async Task The_message_says_what_to_do(string member, string message) => Assert.Equal(
        message,
        (await UserProject.CheckAsync(Surroundings + member + "}")).Diagnostics.Single(diagnostic => diagnostic.Id == "TE0019")
            .GetMessage(System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public Task What_is_tracked_becomes_an_event() => Verify.Fix<TrackedTypeAnalyzer, DeclareEventFix>(
        """
        public class Shop
        {
            /// <summary>Documented.</summary>
            public record CartOpened(int Items);

            void M(IEventTracker tracker, EventBatch batch)
            {
                tracker.{|CS0311:Track|}(new Euid(1), {|TE0019:new CartOpened(1)|});
                tracker.{|CS0311:TrackAsync|}(new Euid(1), {|TE0019:new CartOpened(2)|});
                batch.{|CS0311:TryAdd|}(new Euid(1), {|TE0019:new Closed { Items = 3 }|});
            }
        }

        public sealed class Closed
        {
            public int Items { get; init; }
        }
        """,
        """
        public partial class Shop
        {
            /// <summary>Documented.</summary>
            [EngageEvent("cart_opened")]
            public partial record CartOpened(int Items);

            void M(IEventTracker tracker, EventBatch batch)
            {
                tracker.Track(new Euid(1), new CartOpened(1));
                tracker.TrackAsync(new Euid(1), new CartOpened(2));
                batch.TryAdd(new Euid(1), new Closed { Items = 3 });
            }
        }

        [EngageEvent("closed")]
        public sealed partial record Closed
        {
            public int Items { get; init; }
        }
        """);

    [Theory]
    [InlineData("tracker.{|CS0311:Track|}(new Euid(1), {|TE0019:\"x\"|})")]
    [InlineData("tracker.{|CS0311:Track|}(new Euid(1), {|TE0019:new { A = 1 }|})")]
    [InlineData("tracker.{|CS0314:Track|}(new Euid(1), {|TE0019:any|})")]
    [InlineData("tracker.{|CS0311:Track|}(new Euid(1), {|TE0019:this|})")]
    public Task What_is_not_declared_here_or_cannot_be_a_record_is_left_alone(string call) => Verify.NoFix<TrackedTypeAnalyzer, DeclareEventFix>(
        "public class C<T> : List<T> { object M(IEventTracker tracker, T any) => " + call + "; }");
}
