namespace TypedEvents.Cli.Tests;

/// <summary>Who tracks an event, as the compiled code says, with and without optimization.</summary>
public sealed class UsageScannerTests : IDisposable
{
    private const string Event = """
        namespace Shop
        {
            [EngageEvent("sign_up")]
            public partial record SignUp(string Plan) { public int Seats { get; init; } }
        }
        """;

    private static readonly string Contract = TestApplication.Contract(
        "SignUp", """{"plan":1,"event":"sign_up","type":"Shop.SignUp","properties":{"plan":{"member":"Plan","type":"string","required":true},"seats":{"member":"Seats","type":"integer"}}}""");

    private readonly TestApplication _application = new();

    public void Dispose() => _application.Dispose();

    [Theory]
    [InlineData("a direct call", "static void M(IEventTracker t, EngageUser u) => t.Track(u, new SignUp(\"a\"));", "Tracks C.M")]
    [InlineData("an asynchronous call", "static async Task M(IEventTracker t, EngageUser u) { await Task.Yield(); await t.TrackAsync(u, new SignUp(\"a\")); }", "Tracks C.M")]
    [InlineData("the generated call", "static void M(IEventTracker t, EngageUser u) => t.TrackSignUp(u, \"a\");", "Tracks C.M")]
    [InlineData("the generated asynchronous call", "static async Task M(IEventTracker t, EngageUser u) => await t.TrackSignUpAsync(u, \"a\");", "Tracks C.M")]
    [InlineData("the generated call for the current user", "static void M(IUserEventTracker t) => t.TrackSignUp(\"a\");", "Tracks C.M")]
    [InlineData("the tracker's class", "static void M(EventTracker t, EngageUser u) => t.Track(u, new SignUp(\"a\"));", "Tracks C.M")]
    [InlineData("a lambda", "static Action M(IEventTracker t, EngageUser u) => () => t.Track(u, new SignUp(\"a\"));", "Tracks C.M")]
    [InlineData("an asynchronous lambda", "static Func<Task> M(IEventTracker t, EngageUser u) => async () => { await Task.Yield(); t.TrackSignUp(u, \"a\"); };", "Tracks C.M")]
    [InlineData("a local function", "static void M(IEventTracker t, EngageUser u) { Local(); void Local() => t.TrackSignUp(u, \"a\"); }", "Tracks C.M.Local")]
    [InlineData("an iterator", "static IEnumerable<int> M(IEventTracker t, EngageUser u) { t.TrackSignUp(u, \"a\"); yield return 1; }", "Tracks C.M")]
    [InlineData("a method group", "static Func<EngageUser, SignUp, EventContext, TrackResult> M(IEventTracker t) => t.Track<SignUp>;", "Tracks C.M")]
    [InlineData("a constructor", "C(IEventTracker t, EngageUser u) => t.TrackSignUp(u, \"a\");", "Tracks C.C")]
    [InlineData("a property", "static int P { get { T!.TrackSignUp(default, \"a\"); return 1; } } static IEventTracker? T = null;", "Tracks C.P")]
    [InlineData("a generic method", "static void M(IEventTracker t, EngageUser u) => G(t, u, new SignUp(\"a\")); static void G<T>(IEventTracker t, EngageUser u, T e) where T : IEngageEvent<T> => t.Track(u, e);", "Tracks C.M")]
    [InlineData("generic methods that call each other", "static void M(IEventTracker t, EngageUser u) => G(t, u, new SignUp(\"a\")); static void G<T>(IEventTracker t, EngageUser u, T e) where T : IEngageEvent<T> => H(u, e, t); static void H<T>(EngageUser u, T e, IEventTracker t) where T : IEngageEvent<T> => t.Track(u, e);", "Tracks C.M")]
    [InlineData("an asynchronous generic method", "static Task M(IEventTracker t, EngageUser u) => G(t, u, new SignUp(\"a\")); static async Task G<T>(IEventTracker t, EngageUser u, T e) where T : IEngageEvent<T> { await Task.Yield(); await t.TrackAsync(u, e); }", "Tracks C.M")]
    [InlineData("a generic lambda", "static void M(IEventTracker t, EngageUser u) => G(t, u, new SignUp(\"a\"))(); static Action G<T>(IEventTracker t, EngageUser u, T e) where T : IEngageEvent<T> => () => t.Track(u, e);", "Tracks C.M")]
    [InlineData("a generic type", "static void M(IEventTracker t, EngageUser u) => new G<SignUp>().Send(t, u, new SignUp(\"a\")); class G<T> where T : IEngageEvent<T> { public void Send(IEventTracker t, EngageUser u, T e) => t.Track(u, e); }", "Tracks C.M")]
    [InlineData("an interface of the application", "static void M(IBus b) => b.Send(new SignUp(\"a\")); interface IBus { void Send<T>(T e) where T : IEngageEvent<T>; } class Bus(IEventTracker t) : IBus { public void Send<T>(T e) where T : IEngageEvent<T> => t.Track(default, e); }", "Tracks C.M")]
    [InlineData("an abstract method", "static void M(Bus b) => b.Send(new SignUp(\"a\")); abstract class Bus { public abstract void Send<T>(T e) where T : IEngageEvent<T>; } class Real(IEventTracker t) : Bus { public override void Send<T>(T e) => t.Track(default, e); }", "Tracks C.M")]
    [InlineData("a generic method that nobody tracks with", "static void M() => G(new SignUp(\"a\")); static void G<T>(T e) where T : IEngageEvent<T> { }", "Creates C.M")]
    [InlineData("a list of events", "static void M(IEventTracker t, EngageUser u) { foreach (IEngageEvent e in new IEngageEvent[] { new SignUp(\"a\") }) { t.Track(u, e); } }", "Creates C.M")]
    [InlineData("only made", "static object M() => new SignUp(\"a\");", "Creates C.M")]
    [InlineData("only named", "static Type M() => typeof(SignUp); static bool N(object o) => o is SignUp { Plan: \"a\" };", "")]
    [InlineData("nothing", "static void M() { }", "")]
    public void An_event_is_tracked_through(string what, string code, string usages)
    {
        Assert.NotEmpty(what);
        foreach (bool optimizes in new[] { false, true })
        {
            UsageReport report = Scan(_application.Compile("Shop", Event + Contract + $"\nnamespace Shop {{ class C {{ {code} }} }}", optimizes));

            Assert.Equal(usages, string.Join('|', report.Usages.Select(usage => $"{usage.Kind} {usage.In}")));
            Assert.All(report.Usages, usage => Assert.Equal(new SourceLocation("/src/Shop.cs", 6), usage.Location));
        }
    }

    [Fact]
    public void Who_tracks_an_event_of_any_type_may_track_one_that_is_made()
    {
        UsageReport listed = Scan(_application.Compile("Listed", Event + Contract + "namespace Shop { class C { void M(IEventTracker t, EngageUser u, IEngageEvent e) => t.Track(u, e); object N() => new SignUp(\"\"); } }"));
        UsageReport made = Scan(_application.Compile("Made", Event + Contract + "namespace Shop { class C { object N() => new SignUp(\"\"); } }"));

        Assert.True(listed.TracksUnknownEvents);
        Assert.True(listed.IsTracked("sign_up"));
        Assert.False(made.TracksUnknownEvents);
        Assert.False(made.IsTracked("sign_up"));
    }

    [Fact]
    public void A_usage_in_another_assembly_is_found()
    {
        string events = _application.Compile("Events", Event + Contract);
        string application = _application.Compile("Application", "class C { void M(IEventTracker t, EngageUser u) => Shop.SignUpTrackerExtensions.TrackSignUp(t, u, \"a\"); }");

        Usage usage = Assert.Single(Scan(application, events).Usages);

        Assert.Equal(("Application", "C.M"), (usage.Assembly, usage.In));
    }

    [Fact]
    public void A_wrapper_in_another_assembly_is_followed()
    {
        string events = _application.Compile("Events", Event + Contract + "public static class Bus { public static void Send<T>(IEventTracker t, T e) where T : IEngageEvent<T> => t.Track(default, e); }");
        string application = _application.Compile("Application", "class C { void M(IEventTracker t) => Bus.Send(t, new Shop.SignUp(\"a\")); }");

        Assert.Equal(["Tracks C.M"], Scan(application, events).Usages.Select(usage => $"{usage.Kind} {usage.In}"));
    }

    [Fact]
    public void Tests_are_told_apart()
    {
        string events = _application.Compile("Events", Event + Contract);
        _application.Compile("xunit.core", "namespace Xunit { public class FactAttribute : Attribute; }");
        string tests = _application.Compile("Tests", "class T { [Xunit.Fact] void M(IEventTracker t, EngageUser u) => t.Track(u, new Shop.SignUp(\"a\")); }");

        UsageReport report = Scan(events, tests);

        Assert.True(Assert.Single(report.Usages).IsTest);
        Assert.False(report.IsTracked("sign_up"));
    }

    [Fact]
    public void Who_sets_a_property_is_found()
    {
        UsageReport report = Scan(_application.Compile("Shop", Event + Contract + """

            namespace Shop
            {
                class C
                {
                    object M() => new SignUp("a") { Seats = 1 };
                    object N(SignUp s) => s with { Seats = 2 };
                    object O() => new SignUp("a");
                }
            }
            """));

        Assert.Equal(["C.M", "C.N"], report.Setters.Where(setter => setter.Member == "Seats").Select(setter => setter.Place.In).Order());
    }

    private static UsageReport Scan(params string[] paths)
    {
        using var application = ApplicationPlan.Read(paths, TestContext.Current.CancellationToken);
        return UsageScanner.Scan(application.Assemblies, application.Plan, TestContext.Current.CancellationToken);
    }
}
