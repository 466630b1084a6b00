namespace TypedEvents.Generators.Tests.Infrastructure;

/// <summary>Sources with records of nearly every shape.</summary>
internal static class Shapes
{
    /// <summary>Every kind of record, value, default and mark. Compiles as C# 12, with nullable annotations on or off.</summary>
    public const string Everything = """
        #pragma warning disable CS1591, CS8632, CA1050
        using System;
        using System.Collections.Generic;
        using System.Collections.Immutable;
        using System.ComponentModel.DataAnnotations;
        using System.Diagnostics.CodeAnalysis;
        using System.Runtime.CompilerServices;
        using System.Threading;
        using System.Threading.Tasks;
        using TypedEvents;

        [assembly: EngageEventDefaults(Naming = PropertyNaming.SnakeCase, Boolean = BooleanFormat.Literal, Date = DateFormat.UnixMilliseconds)]

        [EngageEvent("in_no_namespace")]
        public partial record InNoNamespace(int Count);

        [EngageEvent("ruled_in_no_namespace")]
        public partial record RuledInNoNamespace([RegularExpression("a")] string Code);

        namespace Shop.@event.@record
        {
            public enum Plan : byte { Free, Pro, [Obsolete("gone", true)] Old, Paid = 1 }

            [Flags]
            public enum Access : long { None, Read = 1, Write = 2, All = 3, Top = long.MinValue }

            public enum Huge : ulong { Max = ulong.MaxValue }

            public enum Nothing { }

            public sealed class Tags : List<string>
            {
                public new int GetEnumerator() => 0;
            }

            public struct Labels : IEnumerable<string>
            {
                IEnumerator<string> IEnumerable<string>.GetEnumerator() => null!;
                global::System.Collections.IEnumerator global::System.Collections.IEnumerable.GetEnumerator() => null!;
            }

            [EngageEvent("every_value")]
            public sealed partial record EveryValue
            {
                public string Text { get; init; } = "";
                public string? Text2 { get; init; }
                public char Character { get; init; }
                public char? Character2 { get; init; }
                public Uri? Link { get; init; }
                public Guid Id { get; init; }
                public Guid? Id2 { get; init; }
                public sbyte N1 { get; init; }
                public byte N2 { get; init; }
                public short N3 { get; init; }
                public ushort N4 { get; init; }
                public int N5 { get; init; }
                public uint N6 { get; init; }
                public long N7 { get; init; }
                public ulong N8 { get; init; }
                public nint N9 { get; init; }
                public nuint N10 { get; init; }
                public Int128 N11 { get; init; }
                public UInt128 N12 { get; init; }
                public Half N13 { get; init; }
                public float N14 { get; init; }
                public double N15 { get; init; }
                public decimal N16 { get; init; }
                public sbyte? O1 { get; init; }
                public byte? O2 { get; init; }
                public short? O3 { get; init; }
                public ushort? O4 { get; init; }
                public int? O5 { get; init; }
                public uint? O6 { get; init; }
                public long? O7 { get; init; }
                public ulong? O8 { get; init; }
                public nint? O9 { get; init; }
                public nuint? O10 { get; init; }
                public Int128? O11 { get; init; }
                public UInt128? O12 { get; init; }
                public Half? O13 { get; init; }
                public float? O14 { get; init; }
                public double? O15 { get; init; }
                public decimal? O16 { get; init; }
                public bool Flag { get; init; }
                public bool? Flag2 { get; init; }
                [EventProperty(Boolean = BooleanFormat.String)] public bool Flag3 { get; init; }
                public DateTime At { get; init; }
                public DateTime? At2 { get; init; }
                [EventProperty(Date = DateFormat.DateAndTime)] public DateTimeOffset At3 { get; init; }
                [EventProperty(Date = DateFormat.Iso8601)] public DateTimeOffset? At4 { get; init; }
                public DateOnly Day { get; init; }
                public DateOnly? Day2 { get; init; }
                public TimeOnly Time2 { get; init; }
                public TimeSpan? Took2 { get; init; }
                public Uri Link2 { get; init; } = null!;
                public TimeOnly? Time { get; init; }
                public TimeSpan Took { get; init; }
                public Plan Plan { get; init; }
                public Plan? Plan2 { get; init; }
                public Access Access { get; init; }
                public Access? Access2 { get; init; }
                public Huge Huge { get; init; }
                public Nothing Nothing { get; init; }
                public DayOfWeek Weekday { get; init; }
                public string[]? List1 { get; init; }
                public string?[] List2 { get; init; } = [];
                public List<Guid?>? List3 { get; init; }
                public ImmutableArray<Plan> List4 { get; init; }
                public ImmutableArray<Plan?>? List5 { get; init; }
                public IEnumerable<Uri>? List6 { get; init; }
                public IReadOnlyCollection<DayOfWeek>? List7 { get; init; }
                public Tags? List8 { get; init; }
                public Labels List9 { get; init; }
                public Labels? List10 { get; init; }
                public ArraySegment<string> List11 { get; init; }
                public Dictionary<string, int>.KeyCollection? List12 { get; init; }
                [EventProperty("a \"quoted\" name \\ \ud83d\ude00 \ud800 \u2028")] public int Named { get; init; }
                [Obsolete("read no more", true)] public int Obsolete1 { get; init; }
                [Obsolete("read no more")] public int Obsolete2 { get; init; }
                public int Obsolete3 { [Obsolete("read no more", true)] get => 1; }
                [Experimental("TEST001")] public int Experimental { get; init; }
                public int @class { get; init; }
                public int @await { get; init; }
                public int? writer { get; init; }
                public int? value { get; init; }
                public int? item { get; init; }
                public int? Element { get; init; }
                public static int Static => 1;
                public int this[int index] => index;
                public int WriteOnly { set { } }
                public int HalfPublic { internal get; set; }
                internal int Internal { get; set; }
                [EventIgnore] public object? Ignored { get; init; }
            }

            [EngageEvent("every_default")]
            public readonly partial record struct EveryDefault(
                int Required,
                string Text = "quote \" backslash \\ newline \n null \0 emoji \ud83d\ude00 lone \ud800",
                string? Null = null,
                char Character = '\'',
                sbyte N1 = sbyte.MinValue,
                uint N2 = uint.MaxValue,
                long N3 = long.MinValue,
                ulong N4 = ulong.MaxValue,
                nint N5 = -5,
                float N6 = float.NaN,
                float N7 = 1.1f,
                double N8 = double.NegativeInfinity,
                double N9 = 1.1,
                double N10 = double.Epsilon,
                decimal N11 = 1.50m,
                decimal N12 = -79228162514264337593543950335m,
                Half N13 = default,
                int? N14 = 5,
                long? N15 = null,
                byte? N16 = 7,
                bool Flag = true,
                Plan Plan = Plan.Pro,
                Plan? Plan2 = Plan.Free,
                Plan? Plan3 = null,
                Access Access = Access.Top,
                Guid Id = default,
                ImmutableArray<string> Tags = default,
                [CallerMemberName] string Caller = "",
                [CallerLineNumber] int Line = 0);

            [EngageEvent("names")]
            public partial record Names(string Tracker, string user, int Context, int CancellationToken, int UserValue, int Plan, [EventProperty("plan_2")] int plan, [property: EventIgnore] int @new, params string[] Rest);

            [EngageEvent("required_members")]
            public partial record RequiredMembers(string First, int Last = 3) : RequiredBase
            {
                public required string Middle { get; init; }
                [EventIgnore] public required object Ignored { get; init; }
                public required List<string?> Names { get; set; }
                public override string Shared => First;
            }

            public abstract record RequiredBase
            {
                public required int Id { get; init; }
                public required string Field = "";
                public virtual int Computed => 1;
                [EventProperty("shared")] public abstract string Shared { get; }
                public int Hidden => 1;
            }

            [EngageEvent("derived")]
            public sealed partial record Derived([EventIgnore] string Extra) : RequiredBase
            {
                public override int Computed => 2;
                public override string Shared => "x";
                private new string Hidden = "now a field";
                public string Use() => Hidden;
            }

            [EngageEvent("sets_required")]
            public partial record SetsRequired
            {
                [SetsRequiredMembers] public SetsRequired() => Id = "";
                public required string Id { get; init; }
            }

            [EngageEvent("obsolete_event"), Obsolete("use \"another\"", true)]
            public partial record ObsoleteEvent(string Plan);

            [EngageEvent("obsolete_with_id"), Obsolete("x", DiagnosticId = "OLD1", UrlFormat = "https://example.org/{0}")]
            public partial record ObsoleteWithId(string Plan);

            [EngageEvent("obsolete_constructor")]
            public partial record ObsoleteConstructor
            {
                [Obsolete("make no more", true)] public ObsoleteConstructor() { }
            }

            [EngageEvent("experimental_event"), Experimental("TEST002", UrlFormat = "https://example.org/{0}")]
            public partial record ExperimentalEvent(string Plan);

            [Obsolete("all of it", true)]
            public static partial class ObsoleteOuter
            {
                [EngageEvent("in_obsolete")] public partial record Inner(int Count);
            }

            [EngageEvent("flattens")]
            public partial record Flattens(
                [Flatten] FlatClass? A,
                [Flatten("b.")] FlatStruct B,
                [Flatten, EventProperty("c")] FlatStruct? C,
                [property: Flatten("")] FlatGeneric<Plan?, List<string?>?> @class,
                [Flatten] FlatMarked? Marked,
                [Flatten] FlatEmpty Empty,
                [Flatten] RecordClass AnEvent,
                [Flatten] FlatClass? writer,
                [Flatten] FlatClass? value) : FlatBase;

            public abstract record FlatBase { [Flatten] public FlatClass? InBase { get; init; } }
            public record FlatClass(string @event, FlatClass.Kind? @in, int? item, [Flatten] FlatStruct? @record) { public enum Kind { A } }
            public record struct FlatStruct(int Writer, ImmutableArray<string> Value);
            public record FlatGeneric<T1, T2>(T1 First, T2 Second);
            public record FlatEmpty;
            public record FlatMarked
            {
                [Obsolete("read no more", true)] public int Old => 1;
                [Experimental("TEST003")] public int Early => 1;
                [Flatten, Obsolete("read no more")] public FlatStruct Nested => default;
            }

            [EngageEvent("ruled")]
            public partial record @Ruled(
                [StringLength(5, MinimumLength = 1), RegularExpression("\\d+\"quoted\"", MatchTimeoutInMilliseconds = -1)] string? @class,
                [property: RegularExpression("\\d+\"quoted\"")] string @event,
                [Range(-1, 300)] byte N1,
                [Range(int.MinValue, int.MaxValue)] int? N2,
                [Range(0, 10)] ulong N3,
                [Range(0.5, double.PositiveInfinity, MaximumIsExclusive = true)] Half N4,
                [Range(typeof(decimal), "-1.5", "99999999999999999999")] long N5,
                [Range(0, 1)] UInt128? N6,
                [Range(0, 1)] nint N7,
                [Range(1, 2)] decimal N8,
                [Range(1, 2)] float? writer,
                [AllowedValues(1, 2, 2L, 300, -1)] byte Level,
                [AllowedValues("a\"\n", null, "b")] string? value,
                [AllowedValues(Plan.Free, Plan.Paid)] Plan? Plan,
                [AllowedValues(Huge.Max)] Huge Huge,
                [AllowedValues(Access.Top, Access.Read)] Access Access,
                [AllowedValues('a', '\'')] char Letter,
                [AllowedValues(true)] bool Flag,
                [AllowedValues(1.5f, 2)] float Single,
                [AllowedValues(1.5, double.PositiveInfinity)] double Double,
                [AllowedValues(1.5)] decimal? Decimal,
                [MaxLength(2)] string?[] List1,
                [MaxLength(2)] List<Guid?>? List2,
                [MaxLength(2)] ImmutableArray<Plan> List3,
                [MaxLength(2)] ArraySegment<string> List4,
                [MaxLength(2)] Labels? List5,
                [MaxLength(2)] IEnumerable<Uri?>? List6,
                [MaxLength(2)] Tags List7);

            [EngageEvent("ruled_too")]
            public partial record RuledToo(
                [Length(1, 5), DeniedValues("a\"", null, "b")] string? Text,
                [MinLength(2)] string Shortest,
                [DeniedValues(Plan.Free)] Plan? Plan,
                [DeniedValues(1, 2)] byte Level,
                [Length(1, 2)] string?[] List1,
                [MinLength(2)] List<Guid?>? List2,
                [Length(1, 2)] ImmutableArray<Plan> List3,
                [MinLength(1)] ArraySegment<string> List4,
                [Percent] int Percent,
                [Sku(3), Required] string Sku);

            public sealed class PercentAttribute() : RangeAttribute(0, 100);
            public class SkuAttribute : StringLengthAttribute { public SkuAttribute(int min) : base(Max) { MinimumLength = min; ErrorMessage = "no"; } private const int Max = 9; }

            // In the namespace that the generated class of patterns is in.
            public sealed class RuledPatterns { }

            [EngageEvent("no_properties")] public partial record NoProperties;
            [EngageEvent("no_properties")] public partial record struct NoPropertiesEither();
            [EngageEvent("abstract_event")] public abstract partial record AbstractEvent(string Plan);
            [EngageEvent("no_constructor")] public partial record NoConstructor { private NoConstructor() { } }
            [EngageEvent("event_name")] public partial record EventName(string Plan);
            [EngageEvent("has_event_name")] public partial record HasEventName(string EventName);
            [EngageEvent("inherits_event_name")] public partial record InheritsEventName : WithEventName;
            [EngageEvent("nests_event_name")] public partial record NestsEventName { public sealed class EventName { } }
            public abstract record WithEventName { protected const int EventName = 1; }
            [EngageEvent("record_class")] public partial record class RecordClass([EventProperty("n")] int Number);
            [EngageEvent("caseless")] public partial record Caseless;
            [EngageEvent("caseless")] public partial record CaseLess;
            [EngageEvent("ignored_types")] public partial record IgnoredTypes(
                [EventIgnore] (int A, string? B) Tuple,
                [EventIgnore] dynamic Dynamic,
                [EventIgnore] int[,][] Jagged,
                [EventIgnore] string?[]?[] Arrays,
                [EventIgnore] Dictionary<string, List<int?>?> Map,
                [EventIgnore] Func<string?, Task<CancellationToken>>? Function);

            public partial interface IOuter
            {
                public static partial class Middle
                {
                    public ref partial struct Inner
                    {
                        [EngageEvent("deep")] public partial record struct Deep(int Count);
                    }
                }
            }

            public partial class Outer
            {
                [EngageEvent("in_outer")] public partial record Nested(NestedPlan Plan);
                public enum NestedPlan { A }
                [EngageEvent("private_nested")] private sealed partial record Private(PrivatePlan Plan, List<PrivatePlan> Plans);
                private enum PrivatePlan { B }
                [EngageEvent("protected_nested")] protected partial record Protected(int Count);
                [EngageEvent("private_protected_nested")] private protected partial record PrivateProtected(int Count);
                [EngageEvent("protected_internal_nested")] protected internal partial record ProtectedInternal(int Count);
                private protected partial class Hidden
                {
                    [EngageEvent("in_hidden")] public partial record Visible(int Count);
                }
            }

            [EngageEvent("underscored")] public partial record Outer_Nested(int Count);
            public static class TakenTrackerExtensions { }
            [EngageEvent("taken")] internal partial record Taken(int Count);
            [EngageEvent("by_pointer")] public partial record NestedTypes(NestedTypes.string_ S) { public enum string_ { A } public enum @var { B } }

            public static class Calls
            {
                public static void All(IEventTracker tracker, EngageUser user)
                {
                    tracker.TrackInNoNamespace(user, 1);
                    tracker.TrackEveryDefault(user, 1);
                    tracker.TrackNames(user, "", "", 1, 2, 3, 4, 5, 6, ["rest"]);
                    tracker.TrackRequiredMembers(user, first: "", id: 1, field: "", middle: "", ignored: 1, names: [], last: 4);
                    tracker.TrackOuterNested(user, Outer.NestedPlan.A);
                    tracker.TrackRecordClass(user, number: 1);
                    _ = tracker.TrackIOuterMiddleInnerDeepAsync(user, count: 1, cancellationToken: default);
                    foreach (IEngageEvent each in new List<IEngageEvent> { new NoProperties(), new NoPropertiesEither() })
                    {
                        tracker.Track(user, each);
                    }
                }
            }
        }
        """;

    /// <summary>Names that a careless generator would use without <c>global::</c>.</summary>
    public const string HostileDeclarations = """
        #pragma warning disable

        // Words that are keywords only in some places, and names that generated code gives to its own locals.
        public class @var { } public class @dynamic { } public class @record { }
        public class @field { } public class @scoped { } public class @required { } public class @file { } public class @partial { }
        public class @notnull { } public class @unmanaged { } public class @managed { } public class @nameof { } public class @await { }
        public class @async { } public class @yield { } public class @when { } public class @and { } public class @or { } public class @not { }
        public class @with { } public class @init { } public class @get { } public class @set { } public class @value { } public class @add { }
        public class @remove { } public class @global { } public class @alias { } public class @where { } public class @from { }
        public class @select { } public class @let { } public class @by { } public class @on { } public class @equals { } public class @into { }
        public class @join { } public class @group { } public class @orderby { } public class @ascending { } public class @descending { }
        public class @args { } public class @extension { } public class @allows { } public class @w { }
        public class @writer { } public class @item { } public class @element { } public class @tracker { } public class @user { }
        public class @context { } public class @WritePart1 { }

        namespace Shop.@event.@record
        {
            namespace System { public class Guid { } namespace Collections { public class Generic { } } }
            namespace Hostile
            {
                public class TypedEvents { } public class Guid { } public class ReadOnlySpan<T> { } public class Task { }
                public class EventWriter { } public class EventSchema { } public class IEngageEvent<T> { } public class Obsolete { }
            }
        }
        """;
}
