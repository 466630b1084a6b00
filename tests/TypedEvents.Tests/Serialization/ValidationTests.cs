#pragma warning disable TE0023, TE0024 // Constants that break rules, and rules that are none, are what is tested.
using System.Collections;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.RegularExpressions;

namespace TypedEvents.Tests;

/// <summary>The values that fail a validation attribute: those that DataAnnotations rejects, unless there is a reason to differ.</summary>
public sealed partial class ValidationTests
{
    internal enum Plan { Free, Pro, Team = 7 }

    internal enum Mask : ulong { None, Top = 1UL << 63 }

    [EngageEvent("text")]
    internal sealed partial record Text(
        [property: StringLength(5, MinimumLength = 2)] string? Sized = null,
        [property: MaxLength(3)] string? Longest = null,
        [property: RegularExpression("[a-z]+|[a-z]+[0-9]")] string? Matching = null,
        [property: AllowedValues("web", "app", null)] string? Listed = null,
        [property: StringLength(int.MaxValue, MinimumLength = 1)] string? NotEmpty = null,
        [property: AllowedValues('a', 'b')] char Letter = 'a',
        [property: Length(2, 4)] string? Between = null,
        [property: MinLength(3)] string? Shortest = null,
        [property: DeniedValues("web", "abc")] string? Denied = null);

    /// <summary>What the attribute that it derives from is given.</summary>
    internal sealed class PercentAttribute() : RangeAttribute(0, 100);

    [EngageEvent("numbers")]
    internal sealed partial record Numbers(
        [property: Range(1, 100)] int Int = 1,
        [property: Range(-1, 300)] byte Byte = 0,
        [property: Range(1, 100, MinimumIsExclusive = true, MaximumIsExclusive = true)] int Open = 2,
        [property: Range(0.5, 1.5)] double Double = 1,
        [property: Range(0.5, double.PositiveInfinity)] float? Float = null,
        [property: Range(typeof(decimal), "0.01", "99.99", ParseLimitsInInvariantCulture = true)] decimal Decimal = 1,
        [property: Range(typeof(long), "-9000000000", "9000000000", ParseLimitsInInvariantCulture = true)] long? Long = null,
        [property: AllowedValues(1, 2, 3)] int Listed = 1,
        [property: AllowedValues(Plan.Free, Plan.Team)] Plan Plan = Plan.Free,
        [property: AllowedValues(0.5, 1.0)] double Step = 1,
        [property: AllowedValues(true)] bool Accepted = true,
        [property: Percent] int Percent = 1,
        [property: DeniedValues(0, 50)] int Excluded = 1);

    /// <summary>Here DataAnnotations throws, or its result is useless.</summary>
    [EngageEvent("ours")]
    internal sealed partial record Ours(
        [Range(1, 10)] double Rounded = 1,
        [Range(1, 10)] decimal Exact = 1,
        [Range(0, 10)] ulong Unsigned = 0,
        [Range(0, 10)] Int128 Wide = default,
        [Range(0.5, 10)] UInt128? WideUnsigned = null,
        [Range(0, 10)] Half Half = default,
        [Range(typeof(decimal), "0", "10", ParseLimitsInInvariantCulture = true)] nuint Native = 0,
        [AllowedValues(1, 2)] long OfOtherType = 1,
        [AllowedValues(1, 2.5, "x")] decimal Mixed = 1,
        [AllowedValues(0.1)] float Single = 0.1f,
        [AllowedValues(1UL, -1)] byte? Optional = null,
        [AllowedValues(Mask.Top)] Mask Mask = Mask.Top,
        [AllowedValues("a")] string? Null = null);

    [EngageEvent("lists")]
    internal sealed partial record Lists(
        [MaxLength(2)] string[]? Array = null,
        [MaxLength(2)] List<string>? List = null,
        [MaxLength(2)] IReadOnlyCollection<Guid?>? Collection = null,
        [MaxLength(2)] HashSet<Plan>? Set = null,
        [MaxLength(2)] ImmutableArray<string> Immutable = default,
        [MaxLength(2)] ArraySegment<string> Segment = default,
        [MaxLength(2)] IEnumerable<string>? Lazy = null,
        [MaxLength(2)] Words? OfYourOwn = null);

    [EngageEvent("shortest_lists")]
    internal sealed partial record ShortestLists(
        [MinLength(2)] string[]? Array = null,
        [Length(2, 3)] List<string>? List = null,
        [Length(2, 3)] ImmutableArray<string> Immutable = default,
        [MinLength(2)] ArraySegment<string> Segment = default,
        [MinLength(2)] IEnumerable<string>? Lazy = null);

    /// <summary>A list that knows its length and shows it by the interface only.</summary>
    internal readonly struct Words(params string[] words) : IReadOnlyCollection<string>
    {
        int IReadOnlyCollection<string>.Count => words.Length;

        IEnumerator<string> IEnumerable<string>.GetEnumerator() => ((IEnumerable<string>)words).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => words.GetEnumerator();
    }

    /// <summary>No value could keep these, or they say nothing of such a type; DataAnnotations throws for most of them.</summary>
    [EngageEvent("ignored")]
    internal sealed partial record Ignored(
        [StringLength(-1), MaxLength(0), RegularExpression("("), AllowedValues(1)] string Text = "long text",
        [StringLength(5, MinimumLength = 6), RegularExpression("")] string Other = "long text",
        [StringLength(1), MaxLength(1), RegularExpression("x"), Range(9, 1)] int Number = 17,
        [Range(typeof(DateTime), "a", "b")] int Dates = 17,
        [Range(5, 5, MinimumIsExclusive = true)] int Nothing = 17,
        [Range(double.NaN, 1), AllowedValues(null!)] double Ratio = -1,
        [Range(typeof(decimal), "x", "1"), AllowedValues(double.NaN)] double Unreadable = -1,
        [Range(1, 2), AllowedValues("x")] Guid Id = default,
        [StringLength(1), MaxLength, AllowedValues("x")] List<string>? List = null,
        [MaxLength(-1)] string? Unlimited = "x",
        [AllowedValues(1)] Plan Plan = Plan.Team,
        [AllowedValues(true, false)] bool Flag = true);

    internal abstract record Base([StringLength(1)] string OnParameter)
    {
        [StringLength(1)] public virtual string Inherited => "xx";
        [StringLength(1), EventProperty("renamed")] public virtual string Named => "xx";
        [StringLength(1)] public virtual string Replaced => "xx";
    }

    [EngageEvent("derived")]
    internal sealed partial record Derived(string OnParameter) : Base(OnParameter)
    {
        public override string Inherited => "xxx";
        [EventProperty("named")] public override string Named => "xxx";
        [StringLength(5)] public override string Replaced => "xxx";
    }

    internal sealed record Contact([StringLength(2)] string Country, [Flatten] Contact.Phone? Mobile)
    {
        internal readonly record struct Phone([RegularExpression("[0-9]+")] string Number);
    }

    [EngageEvent("nested")] internal sealed partial record Nested([Flatten] Contact? Contact, [Flatten("b_")] Contact? Billing);

    [EngageEvent("several")] internal sealed partial record Several([StringLength(3), RegularExpression("[a-z]+"), AllowedValues("abc")] string Code);

    [EngageEvent("slow")] internal sealed partial record Slow([RegularExpression("(a+)+$", MatchTimeoutInMilliseconds = 1)] string Text);

    [EngageEvent("once")]
    internal sealed partial record Once
    {
        private int _reads;

        [Range(1, 1), AllowedValues(1)] public int A => ++_reads;
        [StringLength(1), RegularExpression("2")] public string B => (++_reads).ToString(System.Globalization.CultureInfo.InvariantCulture);
        [Range(3, 3)] public int? C => ++_reads;
        [MaxLength(1)] public List<string> D => [(++_reads).ToString(System.Globalization.CultureInfo.InvariantCulture)];
    }

    public static TheoryData<object> ComparedWithDataAnnotations =>
    [
        .. new string?[] { null, "", "a", "ab", "abcde", "abcdef", "😀", "abc", "abc1", "abc1d", "1abc", "abc\n", "ABC", "web", "Web", " " }
            .SelectMany(text => new[] { new Text(Sized: text), new Text(Longest: text), new Text(Matching: text), new Text(Listed: text), new Text(NotEmpty: text), new Text(Between: text), new Text(Shortest: text) }),
        new Text(Denied: ""),
        new Text(Denied: "abc"),
        new Text(Denied: "web"),
        new Text(Denied: "Web"),
        new Text(Letter: 'b'),
        new Text(Letter: 'c'),
        .. new[] { int.MinValue, -1, 0, 1, 2, 50, 99, 100, 101, int.MaxValue }
            .SelectMany(number => new[] { new Numbers(Int: number), new Numbers(Open: number), new Numbers(Listed: number), new Numbers(Plan: (Plan)number), new Numbers(Long: number), new Numbers(Byte: (byte)number), new Numbers(Percent: number), new Numbers(Excluded: number) }),
        .. new[] { -1, 0, 0.4999, 0.5, 1, 1.5, 1.5001, double.MaxValue, double.NegativeInfinity, double.PositiveInfinity }
            .SelectMany(number => new[] { new Numbers(Double: number), new Numbers(Float: (float)number), new Numbers(Step: number) }),
        .. new[] { 0m, 0.009m, 0.01m, 99.99m, 99.991m, decimal.MaxValue }.Select(number => new Numbers(Decimal: number)),
        new Numbers(Long: 9_000_000_000),
        new Numbers(Long: 9_000_000_001),
        new Numbers(Accepted: false),
    ];

    [Theory]
    [MemberData(nameof(ComparedWithDataAnnotations), DisableDiscoveryEnumeration = true)]
    public void A_value_breaks_a_rule_where_it_does_by_DataAnnotations(object value)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(value, new ValidationContext(value), results, validateAllProperties: true);
        string[] expected = [.. results.SelectMany(result => result.MemberNames).Select(name => name.ToLowerInvariant().Replace("notempty", "not_empty", StringComparison.Ordinal)).Distinct()];

        string[] actual = [.. (value is Text text ? Break(text) : Break((Numbers)value)).Select(broken => broken.Property)];

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Numbers_are_compared_as_they_are_whatever_the_type_of_the_bounds()
    {
        Assert.Empty(Break(new Ours()));
        Assert.Equal(
            ["rounded", "exact", "unsigned", "wide", "wide_unsigned", "half", "native", "of_other_type", "mixed", "single", "optional", "mask", "null"],
            Break(new Ours(10.4, 10.4m, ulong.MaxValue, Int128.MinValue, UInt128.Zero, (Half)10.5, 11, 3, 2, 0.2f, 2, Mask.None, "b")).Select(broken => broken.Property));
        Assert.Empty(Break(new Ours(double.NaN, 10m, 10, 10, 1, Half.NaN, 10, 2, 2.5m, 0.1f, 1, Mask.Top, "a")));
    }

    [Fact]
    public void Elements_are_counted_where_the_list_knows_how_many_it_has()
    {
        string[] two = ["a", "b"];
        string[] three = ["a", "b", "c"];
        Assert.Empty(Break(new Lists()));
        Assert.Empty(Break(new Lists(two, [.. two], new Guid?[2], [Plan.Free, Plan.Pro], [.. two], two, two.Where(_ => true), new Words(two))));
        Assert.Equal(
            ["array", "list", "collection", "set", "immutable", "segment", "of_your_own"],
            Break(new Lists(three, [.. three], new Guid?[3], [Plan.Free, Plan.Pro, Plan.Team], [.. three], three, three.Where(_ => true), new Words(three)))
                .Select(broken => broken.Property));
    }

    [Fact]
    public void Too_few_elements_are_counted_likewise()
    {
        string[] one = ["a"];
        string[] two = ["a", "b"];
        string[] four = ["a", "b", "c", "d"];
        Assert.Empty(Break(new ShortestLists()));
        Assert.Empty(Break(new ShortestLists(two, [.. two], [.. two], two, one.Where(_ => true))));
        Assert.Equal(["array", "list", "immutable", "segment"], Break(new ShortestLists(one, [.. one], [.. one], one)).Select(broken => broken.Property));
        Assert.Equal(["list", "immutable"], Break(new ShortestLists(four, [.. four], [.. four], four)).Select(broken => broken.Property));
    }

    [Fact]
    public void A_rule_that_cannot_be_kept_or_does_not_fit_is_none() =>
        Assert.Empty(Break(new Ignored(List: ["a", "b"])));

    [Fact]
    public void An_override_takes_the_rules_of_its_base_unless_it_has_its_own() => Assert.Equal(
        ["on_parameter", "inherited", "named"],
        Break(new Derived("xx")).Select(broken => broken.Property));

    [Fact]
    public void Rules_hold_within_flattened_records() => Assert.Equal(
        ["contact_country", "b_mobile_number"],
        Break(new Nested(new Contact("DEU", null), new Contact("DE", new("x")))).Select(broken => broken.Property));

    [Fact]
    public void The_first_broken_rule_of_a_value_counts()
    {
        Assert.Equal([new InvalidValue("code", "StringLength: at most 3 characters")], Break(new Several("1234")));
        Assert.Equal([new InvalidValue("code", "RegularExpression: [a-z]+")], Break(new Several("123")));
        Assert.Equal([new InvalidValue("code", "AllowedValues: abc")], Break(new Several("abd")));
        Assert.Empty(Break(new Several("abc")));
    }

    [Fact]
    public void A_rule_is_told_in_words() => Assert.Equal(
        [
            "StringLength: 2 to 5 characters",
            "MaxLength: at most 3 characters",
            "RegularExpression: [a-z]+|[a-z]+[0-9]",
            "AllowedValues: web, app",
            "StringLength: at least 1 characters",
            "AllowedValues: a, b",
            "Range: 1 to 100",
            "Range: more than 1 and less than 100",
            "Range: 0.5 to 1.5",
            "Range: at least 0.5",
            "Range: 0.01 to 99.99",
            "AllowedValues: Free, Team",
        ],
        [
            .. Break(new Text("1", "1234", "!", "x", "", 'c')).Select(broken => broken.Rule),
            .. Break(new Numbers(Int: 0, Open: 1, Double: 2, Float: 0, Decimal: 0, Plan: Plan.Pro)).Select(broken => broken.Rule),
        ]);

    [Fact]
    public void A_match_that_takes_too_long_is_none() =>
        Assert.Single(Break(new Slow(new string('a', 40) + "!")));

    [Fact]
    public void Each_property_is_read_once()
    {
        Assert.Empty(Break(new Once(), out string json));
        Assert.Equal("""{"a":1,"b":"2","c":3,"d":["4"]}""", json);
    }

    [Fact]
    public void What_breaks_a_rule_is_left_out_where_the_policy_says_so()
    {
        Break(new Several("1234"), out string omitted);
        Break(new Several("1234"), out string sent, ValidationFailurePolicy.Send);

        Assert.Equal("{}", omitted);
        Assert.Equal("""{"code":"1234"}""", sent);
    }

    [Fact]
    public void Without_a_pipeline_everything_is_sent()
    {
        using var batch = new EventBatch();
        Assert.True(batch.TryAdd(Trackers.Alice, new Several("1234")));
        Assert.Contains("\"1234\"", Encoding.UTF8.GetString(batch.Events.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void The_members_that_generated_code_calls_are_safe_by_themselves()
    {
        Assert.True(EventWriter.IsWholeMatch(new Regex("a"), null));
        Assert.True(EventWriter.IsWholeMatch(new Regex("a"), ""));
        Assert.False(EventWriter.IsWholeMatch(new Regex("a"), "ba"));
        Assert.Throws<ArgumentNullException>(() => EventWriter.IsWholeMatch(null!, "a"));
        Assert.Throws<ArgumentNullException>(() =>
        {
            var writer = new EventWriter(new ScratchBuffer());
            writer.ReportInvalidAndShouldWrite(",\"a\":"u8, null!);
        });
        Assert.Throws<InvalidOperationException>(() =>
        {
            EventWriter writer = default;
            writer.ReportInvalidAndShouldWrite(",\"a\":"u8, "a rule");
        });
    }

    private static IReadOnlyList<InvalidValue> Break<TEvent>(TEvent value)
        where TEvent : IEngageEvent<TEvent> => Break(value, out _);

    private static IReadOnlyList<InvalidValue> Break<TEvent>(TEvent value, out string properties, ValidationFailurePolicy policy = ValidationFailurePolicy.OmitProperty)
        where TEvent : IEngageEvent<TEvent>
    {
        var scratch = new ScratchBuffer();
        scratch.Begin(100_000, int.MaxValue, policy);
        Assert.True(EventEnvelope.TryWrite(scratch, Trackers.Alice, in value, default, TimeProvider.System, out ReadOnlySpan<byte> json));
        using var document = System.Text.Json.JsonDocument.Parse(json.ToArray());
        properties = document.RootElement.GetProperty("properties").GetRawText();
        return scratch.InvalidValues;
    }
}
