using System.Collections;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace TypedEvents.Serialization.Tests;

public partial class ListTests
{
    internal enum Plan { Free, ProPlan }

    [EngageEvent("l")] internal partial record ArrayEvent(string?[]? Texts = null, Plan[]? Plans = null, Guid?[]? Ids = null, Uri?[]? Links = null, Plan?[]? Optional = null);

    [EngageEvent("l")]
    internal partial record CollectionsEvent(
        List<string> A, IEnumerable<string> B, IReadOnlyList<string> C, HashSet<string> D, ImmutableArray<string> E, ImmutableList<string> F,
        FrozenSet<string> G, ReadOnlyCollection<string> H, ArraySegment<string> I, Stack<string> J, Dictionary<string, int>.KeyCollection K,
        SortedSet<string> L, Queue<string> M, LinkedList<string> N, ICollection<string> O, ISet<string> P, ImmutableHashSet<string> Q);

    [EngageEvent("l")]
    internal partial record DefaultsEvent(
        ImmutableArray<string> A = default, ImmutableArray<Plan>? B = null, ArraySegment<string> C = default, ArraySegment<Guid>? D = null, Words E = default);

    [EngageEvent("l")] internal partial record OwnTypesEvent(Words Words, Shadowing? Shadowing, Lazy? Lazy);

    /// <summary>A list whose enumerator is implemented by the interface only.</summary>
    internal readonly struct Words(params string[] words) : IEnumerable<string>
    {
        IEnumerator<string> IEnumerable<string>.GetEnumerator() => ((IEnumerable<string>)(words ?? [])).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => throw new InvalidOperationException();
    }

    /// <summary>A list whose public <c>GetEnumerator</c> returns something else.</summary>
    internal sealed class Shadowing : List<string>
    {
        public new IEnumerator<int> GetEnumerator() => throw new InvalidOperationException();
    }

    /// <summary>A list that can be enumerated once.</summary>
    internal sealed class Lazy : IEnumerable<Plan>
    {
        private bool _enumerated;

        public IEnumerator<Plan> GetEnumerator()
        {
            Assert.False(_enumerated);
            _enumerated = true;
            yield return Plan.Free;
            yield return (Plan)9;
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    [Fact]
    public void Elements_are_strings_and_nulls_are_omitted()
    {
        Assert.Equal("{}", Wire.JsonOf(new ArrayEvent()));
        Assert.Equal("""{"texts":[],"plans":[],"ids":[],"links":[],"optional":[]}""", Wire.JsonOf(new ArrayEvent([], [], [], [], [])));
        Assert.Equal(
            """{"texts":["","a,b","]","\""],"plans":["pro_plan","7"],"ids":["00000000-0000-0000-0000-000000000000"],"links":["x y"],"optional":["free"]}""",
            Wire.JsonOf(new ArrayEvent(
                [null, "", "a,b", null, "]", "\"", null],
                [Plan.ProPlan, (Plan)7],
                [null, Guid.Empty],
                [null, new Uri("x y", UriKind.Relative)],
                [null, Plan.Free, null])));
        Assert.Equal("""{"texts":[],"ids":[],"links":[],"optional":[]}""", Wire.JsonOf(new ArrayEvent([null], null, [null], [null], [null])));
    }

    [Fact]
    public void A_last_element_that_ends_with_a_comma_is_not_changed() =>
        Assert.Equal("""{"texts":[",",","]}""", Wire.JsonOf(new ArrayEvent([",", ","])));

    [Fact]
    public void Collections_of_every_kind()
    {
        string[] one = ["x"];
        string json = Wire.JsonOf(new CollectionsEvent(
            [.. one], one.Where(_ => true), one, [.. one], [.. one], [.. one],
            one.ToFrozenSet(), new ReadOnlyCollection<string>(one), new ArraySegment<string>(["no", "x"], 1, 1), new Stack<string>(one), new Dictionary<string, int> { ["x"] = 1 }.Keys,
            [.. one], new Queue<string>(one), new LinkedList<string>(one), one, new HashSet<string>(one), [.. one]));

        Assert.Equal("{" + string.Join(',', "abcdefghijklmnopq".Select(name => $"\"{name}\":[\"x\"]")) + "}", json);
    }

    [Fact]
    public void Default_values_that_cannot_be_enumerated_are_treated_as_null()
    {
        Assert.Equal("""{"e":[]}""", Wire.JsonOf(new DefaultsEvent()));
        Assert.Equal("""{"e":[]}""", Wire.JsonOf(new DefaultsEvent(B: default(ImmutableArray<Plan>), D: default(ArraySegment<Guid>))));
        Assert.Equal("""{"a":[],"c":[],"e":["z"]}""", Wire.JsonOf(new DefaultsEvent(A: [], C: ArraySegment<string>.Empty, E: new Words("z"))));
    }

    [Fact]
    public void Custom_collections_are_enumerated_once_through_their_interface() => Assert.Equal(
        """{"words":["a","b"],"shadowing":["c"],"lazy":["free","9"]}""",
        Wire.JsonOf(new OwnTypesEvent(new Words("a", "b"), new Shadowing { "c" }, new Lazy())));
}
