using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace TypedEvents.Serialization.Tests;

/// <summary>The generated <c>Track…</c> methods of an event.</summary>
public partial class TrackMethodsTests
{
    private static readonly Euid User = new(42);

    private readonly RecordingTracker _tracker = new();

    [EngageEvent("sign_up")] internal partial record SignUp(string Plan, int Seats = 1, string? Referrer = null);

    [EngageEvent("tagged")] internal partial record struct Tagged(string User, in int Context, params string[] Tags);

    internal record Base
    {
        public required int Id { get; init; }
    }

    [EngageEvent("required")]
    internal partial record Required(string First, int Last = 9) : Base
    {
        public required string Middle { get; init; }
        [EventIgnore] public required object Unsent { get; init; }
        public required string Field = "";
        [EventIgnore] public int Optional { get; init; }
    }

    [EngageEvent("sets")]
    internal partial record SetsRequired
    {
        [SetsRequiredMembers] public SetsRequired() => Id = "own";
        public required string Id { get; init; }
    }

    [EngageEvent("caller")] internal partial record Caller(string Text, [CallerMemberName] string Member = "");

    [EngageEvent("defaults")]
    internal readonly partial record struct Defaults(
        string Text = "\"\\\n\0é😀",
        char Character = '\u2028',
        DayOfWeek Day = DayOfWeek.Friday,
        DayOfWeek? Other = (DayOfWeek)(-1),
        decimal Price = -1.50m,
        double Rate = 0.1,
        float Nan = float.NaN,
        ulong Big = ulong.MaxValue,
        long Small = long.MinValue,
        Guid Id = default,
        bool? Flag = true,
        byte? Byte = 7);

    [EngageEvent("abstract")] internal abstract partial record Abstract(int A);
    [EngageEvent("private_constructor")] internal partial record PrivateConstructor { private PrivateConstructor() { } }
    [EngageEvent("private_event")] private sealed partial record PrivateEvent(int A);
    [EngageEvent("protected_event")] protected partial record ProtectedEvent(int A);
    [EngageEvent("protected_internal_event")] protected internal partial record ProtectedInternalEvent(int A);

    private static partial class Hidden
    {
        [EngageEvent("in_private")] public partial record InPrivate(int A);
    }

    [EngageEvent("no_members")] internal partial record OnlyWhatIWrote(int Count);

    [Fact]
    public async Task A_call_creates_the_event_and_tracks_it()
    {
        Assert.Equal(TrackResult.Accepted, _tracker.TrackTrackMethodsTestsSignUp(User, plan: "pro", seats: 3, context: new EventContext(RandomId: "r1")));
        Assert.Equal(TrackResult.Accepted, await _tracker.TrackTrackMethodsTestsSignUpAsync(User, "free", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(
            ["""42 sign_up {"plan":"pro","seats":3} r1""", """42 sign_up {"plan":"free","seats":1}"""],
            _tracker.Calls);
    }

    [Fact]
    public async Task The_cancellation_token_is_passed_on() =>
        await Assert.ThrowsAsync<OperationCanceledException>(() => _tracker.TrackTrackMethodsTestsSignUpAsync(User, "x", cancellationToken: new CancellationToken(true)).AsTask());

    [Fact]
    public void A_parameter_name_that_clashes_with_a_generated_one_gets_a_suffix()
    {
        _tracker.TrackTrackMethodsTestsTagged(User, userValue: "u", contextValue: 2, tags: ["a"]);

        Assert.Equal("""42 tagged {"user":"u","context":2,"tags":["a"]}""", Assert.Single(_tracker.Calls));
    }

    [Fact]
    public void Required_members_are_parameters_before_the_optional_ones()
    {
        Assert.Equal(
            ["tracker", "user", "first", "id", "middle", "unsent", "field", "last", "context"],
            ParametersOf("TrackTrackMethodsTestsRequired"));
        Assert.Equal(
            ["tracker", "user", "first", "id", "middle", "unsent", "field", "last", "context", "cancellationToken"],
            ParametersOf("TrackTrackMethodsTestsRequiredAsync"));

        _tracker.TrackTrackMethodsTestsRequired(User, "f", 1, "m", new object(), "field");
        Assert.Equal("""42 required {"id":1,"first":"f","last":9,"middle":"m"}""", Assert.Single(_tracker.Calls));
    }

    [Fact]
    public void A_constructor_that_sets_required_members_has_no_parameters_for_them()
    {
        _tracker.TrackTrackMethodsTestsSetsRequired(User);

        Assert.Equal("""42 sets {"id":"own"}""", Assert.Single(_tracker.Calls));
    }

    [Fact]
    public void The_compiler_fills_in_caller_information()
    {
        _tracker.TrackTrackMethodsTestsCaller(User, "t");

        Assert.Equal(
            $$"""42 caller {"text":"t","member":"{{nameof(The_compiler_fills_in_caller_information)}}"}""",
            Assert.Single(_tracker.Calls));
    }

    [Fact]
    public void Defaults_are_those_of_the_constructor()
    {
        ParameterInfo[] declared = typeof(Defaults).GetConstructors().Single(constructor => constructor.GetParameters().Length > 0).GetParameters();
        ParameterInfo[] generated = MethodNamed("TrackTrackMethodsTestsDefaults").GetParameters()[2..^1];

        Assert.Equal(declared.Select(parameter => parameter.ParameterType), generated.Select(parameter => parameter.ParameterType));
        Assert.Equal(declared.Select(parameter => parameter.RawDefaultValue), generated.Select(parameter => parameter.RawDefaultValue));
        ParameterInfo[] forCurrentUser = MethodNamed("TrackTrackMethodsTestsDefaults", typeof(IUserEventTracker)).GetParameters()[1..^1];
        Assert.Equal(generated.Select(parameter => parameter.RawDefaultValue), forCurrentUser.Select(parameter => parameter.RawDefaultValue));
        Assert.Equal("-1.50", ((decimal)generated[4].RawDefaultValue!).ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("TrackTrackMethodsTestsAbstract")]
    [InlineData("TrackTrackMethodsTestsPrivateConstructor")]
    [InlineData("TrackTrackMethodsTestsPrivateEvent")]
    [InlineData("TrackTrackMethodsTestsProtectedEvent")]
    [InlineData("TrackTrackMethodsTestsHiddenInPrivate")]
    public void No_method_is_generated_if_it_could_not_be_called(string method) => Assert.Empty(MethodsNamed(method));

    [Fact]
    public void An_event_without_a_generated_method_can_still_be_tracked()
    {
        _tracker.Track(User, new PrivateEvent(1));
        _tracker.Track(User, new Hidden.InPrivate(2));
        _tracker.TrackTrackMethodsTestsProtectedInternalEvent(User, 3);

        Assert.Equal(["""42 private_event {"a":1}""", """42 in_private {"a":2}""", """42 protected_internal_event {"a":3}"""], _tracker.Calls);
    }

    [Fact]
    public void Events_of_several_types_can_be_in_one_list()
    {
        List<IEngageEvent> events = [new SignUp("a"), new Tagged("b", 2), new PrivateEvent(3)];
        foreach (IEngageEvent each in events)
        {
            _tracker.Track(User, each);
        }

        Assert.Equal(
            ["""42 sign_up {"plan":"a","seats":1}""", """42 tagged {"user":"b","context":2,"tags":[]}""", """42 private_event {"a":3}"""],
            _tracker.Calls);
    }

    [Fact]
    public async Task Events_of_several_types_can_be_tracked_asynchronously()
    {
        IEngageEvent[] events = [new SignUp("a"), new Tagged("b", 2)];
        foreach (IEngageEvent each in events)
        {
            Assert.Equal(TrackResult.Accepted, await _tracker.TrackAsync(User, each, new EventContext(RandomId: "r"), TestContext.Current.CancellationToken));
        }

        Assert.Equal(["""42 sign_up {"plan":"a","seats":1} r""", """42 tagged {"user":"b","context":2,"tags":[]} r"""], _tracker.Calls);
        await Assert.ThrowsAsync<OperationCanceledException>(() => _tracker.TrackAsync(User, events[0], default, new CancellationToken(true)).AsTask());
        await Assert.ThrowsAsync<ArgumentNullException>(() => _tracker.TrackAsync(User, (IEngageEvent)null!, default, TestContext.Current.CancellationToken).AsTask());
    }

    [Fact]
    public void The_record_gets_no_visible_members_except_its_event_name() => Assert.Equal(
        ["Count", "EventName"],
        typeof(OnlyWhatIWrote).GetMembers()
            .Where(member => member is FieldInfo or PropertyInfo { Name: not "EqualityContract" } or Type)
            .Select(member => member.Name)
            .Order(StringComparer.Ordinal));

    [Fact]
    public void The_name_is_a_constant() => Assert.Equal("no_members", OnlyWhatIWrote.EventName);

    private static IEnumerable<string?> ParametersOf(string method) => MethodNamed(method).GetParameters().Select(parameter => parameter.Name);

    private static MethodInfo MethodNamed(string name, Type? tracker = null) =>
        MethodsNamed(name).Single(method => method.GetParameters()[0].ParameterType == (tracker ?? typeof(IEventTracker)));

    private static IEnumerable<MethodInfo> MethodsNamed(string name) => typeof(TrackMethodsTests).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: true, IsSealed: true })
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(method => method.Name == name);
}
