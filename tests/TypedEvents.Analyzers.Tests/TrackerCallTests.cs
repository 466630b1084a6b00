using System.Globalization;
using Microsoft.CodeAnalysis;
using TypedEvents.Analyzers.Tests.Infrastructure;
using TypedEvents.CodeFixes;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.Analyzers.Tests;

/// <summary>Typed calls that meet, that don't exist, and that lack their user.</summary>
public class TrackerCallTests
{
    private const string Surroundings = """
        using System; using TypedEvents;
        [EngageEvent("signed_up")] public partial record SignedUp(string Plan, int Seats, string? Referrer = null);
        [EngageEvent("opened")] public partial record Opened;
        public static partial class Checkout { [EngageEvent("checkout_started")] public partial record Started(string Source); }
        public static partial class Quiz { [EngageEvent("quiz_started")] public partial record Started(string Source); [EngageEvent("quiz_ended")] private partial record Ended(int Score); }
        [EngageEvent("abstract")] public abstract partial record Abstract(string A);
        [EngageEvent("two_ways")] public partial record TwoWays { public TwoWays(string a) { } public TwoWays(int b) { } }
        [EngageEvent("by_reference")] public partial record ByReference { public ByReference(ref int a) => A = a; public int A { get; } }
        [EngageEvent("invalid")] public record Invalid(int A);
        namespace Elsewhere { [EngageEvent("moved")] public partial record Moved(int A); }
        public class C
        {
            static IEventTracker tracker => null!; static IUserEventTracker current => null!; static EventTracker concrete => null!; static Euid euid => default; static EngageUser user => default;
        """;

    [Theory]
    [InlineData("namespace A { [EngageEvent(\"a\")] public partial record X(int N); } namespace B { [EngageEvent(\"b\")] public partial record X(string N); }", "'A.X' and 'B.X' both have a typed call 'TrackX'")]
    [InlineData("public partial class A { [EngageEvent(\"a\")] public partial record X(int N); } [EngageEvent(\"b\")] public partial record AX(string N);", "'A.X' and 'AX' both have a typed call 'TrackAX'")]
    [InlineData("public partial class A { public partial class B { [EngageEvent(\"a\")] public partial record X; } } public partial class AB { [EngageEvent(\"b\")] public partial record X; }", "'A.B.X' and 'AB.X' both have a typed call 'TrackABX'")]
    [InlineData("[EngageEvent(\"a\")] public partial record Saved(int N); [EngageEvent(\"b\")] public partial record SavedAsync(string N);", "'Saved' and 'SavedAsync' both have a typed call 'TrackSavedAsync'")]
    public async Task Events_whose_calls_have_one_name_are_both_underlined(string source, string message)
    {
        Checked project = await UserProject.CheckAsync("using TypedEvents;\n" + source);

        Assert.Equal(["TE0025", "TE0025"], project.Ids);
        Assert.Contains(project.Diagnostics, diagnostic => Message(diagnostic).StartsWith(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("public partial class A { [EngageEvent(\"a\")] public partial record X(int N); } public partial class B { [EngageEvent(\"b\")] public partial record X(string N); }")]
    [InlineData("namespace A { [EngageEvent(\"a\")] public partial record X(int N); } namespace B { [EngageEvent(\"b\")] public abstract partial record X(string N); }")]
    [InlineData("namespace A { [EngageEvent(\"a\")] public partial record X(int N); } namespace B { public record X(string N); }")]
    [InlineData("public partial class A { [EngageEvent(\"a\")] private partial record X(int N); } [EngageEvent(\"b\")] public partial record AX(string N);")]
    [InlineData("[EngageEvent(\"a\")] public partial record Saved(int N); [EngageEvent(\"b\")] public partial record SavedAsynchronously(string N);")]
    public async Task Events_whose_calls_differ_are_not(string source) =>
        Assert.Empty((await UserProject.CheckAsync("using TypedEvents;\n" + source)).Ids);

    [Theory]
    [InlineData("public", "", "TE0025")]
    [InlineData("internal", "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"UserProject\")]", "TE0025")]
    [InlineData("internal", "", null)]
    public async Task A_source_file_in_two_projects_is_explained_where_its_calls_meet(string access, string grant, string? expected)
    {
        string shared = $"namespace Shared; [TypedEvents.EngageEvent(\"x\")] {access} partial record X(int N);";
        MetadataReference library = (await UserProject.CheckAsync([grant + "\n" + shared.Replace("namespace Shared;", "namespace Shared { ", StringComparison.Ordinal) + " }"], [], assemblyName: "Library")).ToReference();

        Checked project = await UserProject.CheckAsync([shared], [library]);

        Assert.Equal(expected is null ? [] : [expected], project.Ids);
        Assert.All(project.Diagnostics, diagnostic => Assert.Contains("an event of the referenced assembly 'Library'", Message(diagnostic), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("void M() => tracker.TrackStarted(user, \"x\");", "'TrackStarted' does not exist: the typed call of a nested event has the names of the types around it: use 'TrackCheckoutStarted' or 'TrackQuizStarted'")]
    [InlineData("void M() => tracker?.TrackStarted(user, \"x\");", "use 'TrackCheckoutStarted'")]
    [InlineData("void M() => concrete.TrackStartedAsync(user, \"x\");", "use 'TrackCheckoutStartedAsync'")]
    [InlineData("void M<T>(T any) where T : IEventTracker => any.TrackStarted(user, \"x\");", "use 'TrackCheckoutStarted'")]
    [InlineData("void M() => current.TrackStarted(\"x\");", "use 'TrackCheckoutStarted'")]
    [InlineData("void M() => current.TrackAbstract(\"x\");", "because it is abstract: use Track(new Abstract(…))")]
    [InlineData("void M<T>(T any) where T : IUserEventTracker => any.TrackStarted(\"x\");", "use 'TrackCheckoutStarted'")]
    [InlineData("void M() => tracker.TrackQuizEnded(user, 1);", null)]
    [InlineData("void M() => tracker.TrackEnded(user, 1);", "'Quiz.Ended' has no typed calls because it, or a type around it, is private or protected")]
    [InlineData("void M() => tracker.TrackAbstract(user, \"x\");", "because it is abstract")]
    [InlineData("void M() => tracker.TrackTwoWays(user, \"x\");", "because it has no primary constructor")]
    [InlineData("void M(int i) => tracker.TrackByReference(user, ref i);", "because its constructor has a ref or out parameter")]
    [InlineData("void M() => tracker.TrackMoved(user, 1);", "add a using for that namespace")]
    [InlineData("void M() => tracker.TrackInvalid(user, 1);", null)]
    [InlineData("void M() => tracker.TrackNothing(user, 1);", null)]
    [InlineData("void M() => tracker.TrackSignedUp(user, 1, 2);", null)]
    [InlineData("void M(object any) => any.TrackStarted(user, \"x\");", null)]
    [InlineData("void M() => tracker.Track;", null)]
    public async Task A_call_that_does_not_exist_is_explained(string member, string? message)
    {
        Checked project = await UserProject.CheckAsync(Surroundings + member + "}");

        string[] messages = [.. project.Diagnostics.Where(diagnostic => diagnostic.Id == "TE0028").Select(Message)];
        Assert.NotEmpty(project.CompilerErrors);
        Assert.Equal(message is null ? 0 : 1, messages.Length);
        Assert.All(messages, text => Assert.Contains(message!, text, StringComparison.Ordinal));
    }

    [Fact]
    public Task A_call_of_a_nested_event_gets_its_name() => Verify.Fix<MissingCallAnalyzer, NestedCallFix>(
        """
        public static class Pages
        {
            static void M(IEventTracker tracker)
            {
                tracker.{|TE0028:{|CS1061:TrackStarted|}|}(new Euid(1), "home");
                tracker.{|TE0028:{|CS1061:TrackStartedAsync|}|}(new Euid(1), "home");
            }
        }
        public static partial class Checkout { [EngageEvent("checkout_started")] public partial record Started(string Source); }
        """,
        """
        public static class Pages
        {
            static void M(IEventTracker tracker)
            {
                tracker.TrackCheckoutStarted(new Euid(1), "home");
                tracker.TrackCheckoutStartedAsync(new Euid(1), "home");
            }
        }
        public static partial class Checkout { [EngageEvent("checkout_started")] public partial record Started(string Source); }
        """);

    [Theory]
    [InlineData("void M() => tracker.Track(\"user-42\", new Opened());", "The user is a 'string' and not an EngageUser")]
    [InlineData("void M() => concrete.Track(\"user-42\", new Opened());", "The user is a 'string'")]
    [InlineData("void M() => tracker.TrackAsync(\"user-42\", new Opened());", "The user is a 'string'")]
    [InlineData("void M(string? id) => tracker.Track(id, new Opened());", "The user is a 'string'")]
    [InlineData("void M() => tracker.Track(42, new Opened());", "The user is a 'int' and not an EngageUser: for EngageLab's id of the user write new Euid(…)")]
    [InlineData("void M(long id) => tracker.Track(id, new Opened());", "The user is a 'long'")]
    [InlineData("void M(Guid id) => tracker.Track(id, new Opened());", "The user is a 'Guid'")]
    [InlineData("void M(IEngageEvent any) => tracker.Track(\"user-42\", any);", "The user is a 'string'")]
    [InlineData("void M() => tracker.Track(value: new Opened(), user: \"user-42\");", "The user is a 'string'")]
    [InlineData("void M() => tracker.TrackSignedUp(\"user-42\", \"pro\", 3);", "The user is a 'string'")]
    [InlineData("void M() => tracker.TrackSignedUpAsync(42, \"pro\", seats: 3);", "The user is a 'int'")]
    [InlineData("void M() => tracker.TrackOpened(\"user-42\");", "The user is a 'string'")]
    [InlineData("void M() => tracker.Track(new Opened());", "'Track' is called without a user: pass it first")]
    [InlineData("void M() => tracker.TrackAsync(new Opened());", "'TrackAsync' is called without a user")]
    [InlineData("void M(IEngageEvent any) => tracker.Track(any);", "'Track' is called without a user")]
    [InlineData("void M() => tracker.TrackSignedUp(\"pro\", 3);", "'TrackSignedUp' is called without a user")]
    [InlineData("void M() => tracker.TrackSignedUp(\"pro\", 3, \"friend\");", "'TrackSignedUp' is called without a user")]
    [InlineData("void M() => tracker.TrackSignedUp(plan: \"pro\", seats: 3);", "'TrackSignedUp' is called without a user")]
    [InlineData("void M() => tracker.Track(user, new Opened());", null)]
    [InlineData("void M() => tracker.Track(euid, new Opened());", null)]
    [InlineData("void M() => tracker.TrackSignedUp(user, 3, \"pro\");", null)]
    [InlineData("void M() => tracker.TrackSignedUp(3, 3, 3);", null)]
    [InlineData("void M() => tracker.TrackSignedUp();", null)]
    [InlineData("void M() => tracker.TrackSignedUp(, 3);", null)]
    [InlineData("void M() => tracker.Track(null!, new Opened());", null)]
    [InlineData("void M() => tracker.Track(Missing, new Opened());", null)]
    [InlineData("void M() => tracker.Track(\"x\");", null)]
    public async Task A_user_that_is_a_plain_id_or_missing_is_underlined(string member, string? message)
    {
        Checked project = await UserProject.CheckAsync(Surroundings + member + "}");

        string[] messages = [.. project.Diagnostics.Where(diagnostic => diagnostic.Id == "TE0029").Select(Message)];
        Assert.Equal(message is null ? 0 : 1, messages.Length);
        Assert.All(messages, text => Assert.StartsWith(message!, text, StringComparison.Ordinal));
    }

    private const string Event = "\n[EngageEvent(\"signed_up\")] public partial record SignedUp(string Plan, int Seats);";

    [Theory]
    [InlineData(0, "EngageUser.UserId(id)", "string id", "id")]
    [InlineData(1, "EngageUser.AnonymousId(id)", "string id", "id")]
    [InlineData(0, "EngageUser.UserId(id.ToString())", "Guid id", "id")]
    [InlineData(0, "new Euid(id)", "int id", "id")]
    [InlineData(1, "EngageUser.UserId((id + 1).ToString(System.Globalization.CultureInfo.InvariantCulture))", "long id", "id + 1")]
    public Task A_plain_id_becomes_a_user(int index, string corrected, string parameter, string id) => Verify.Fix<UserArgumentAnalyzer, UserArgumentFix>(
        $"public static class C {{ static void M(IEventTracker tracker, {parameter}) {{ tracker.TrackSignedUp({{|TE0029:{{|CS1503:{id}|}}|}}, \"pro\", 3); tracker.TrackSignedUp({{|TE0029:{{|CS1503:{id}|}}|}}, \"free\", 1); }} }}" + Event,
        $"public static class C {{ static void M(IEventTracker tracker, {parameter}) {{ tracker.TrackSignedUp({corrected}, \"pro\", 3); tracker.TrackSignedUp({corrected}, \"free\", 1); }} }}" + Event,
        index);

    [Theory]
    [InlineData("EngageUser visitor", "visitor")]
    [InlineData("Euid visitor", "visitor")]
    [InlineData("string other", "EngageUser.UserId({|CS0103:userId|})")]
    public Task A_missing_user_is_taken_from_what_is_in_scope(string parameter, string user) => Verify.Fix<UserArgumentAnalyzer, UserArgumentFix>(
        $"public static class C {{ static void M(IEventTracker tracker, {parameter}) => {{|CS1929:tracker|}}.{{|TE0029:TrackSignedUp|}}(plan: \"pro\", seats: 3); }}" + Event,
        $"public static class C {{ static void M(IEventTracker tracker, {parameter}) => tracker.TrackSignedUp({user}, plan: \"pro\", seats: 3); }}" + Event);

    private static string Message(Diagnostic diagnostic) => diagnostic.GetMessage(CultureInfo.InvariantCulture);
}
