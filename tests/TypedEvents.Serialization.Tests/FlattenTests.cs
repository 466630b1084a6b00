using System.Text.Json;

namespace TypedEvents.Serialization.Tests;

/// <summary>Records within events, whose properties are sent as the event's properties.</summary>
public partial class FlattenTests
{
    internal enum Region { North, FarSouth }

    internal record Address(string City, [EventProperty("zip")] string? PostCode = null, Region? Region = null, [EventIgnore] object? Secret = null) : Place
    {
        public List<string>? Lines { get; init; }
        public bool IsHome => City == "home";
        public int this[int index] => index;
    }

    internal abstract record Place
    {
        public DateOnly Since => new(2020, 1, 2);
    }

    internal readonly record struct Geo(double Latitude, double Longitude);

    internal record Shipment([Flatten] Address? To, [Flatten("")] Geo? At, [Flatten("w_")] Box<int>? Weight);

    internal record Box<T>(T Value);

    [EngageEvent("f")] internal partial record DefaultPrefixes(int Id, [Flatten] Address Home, [Flatten] Address? WorkAddress, [Flatten] Geo Start, [Flatten] Geo? End);

    [EngageEvent("f")] internal partial record OwnPrefixes([Flatten("")] Address Address, [Flatten("at.")] Geo Geo, [EventProperty("explicitName"), Flatten] Geo Other, [property: Flatten] Geo Property);

    [EngageEvent("f")] internal partial record Deep([Flatten] Shipment? First, [Flatten(prefix: "2_")] Shipment? Second = null);

    [EngageEvent("f")] internal partial record OfAnEvent([Flatten("inner_")] DefaultPrefixes Inner, int Id);

    [EngageEvent("f")] internal partial record Hidden([Flatten, EventIgnore] Address Address, [EventIgnore] Address Other);

    [EngageEvent("f")] internal partial record OfNothing([Flatten] Empty? Empty, int After);

    internal record Empty;

    internal abstract record WithPlace
    {
        [Flatten("from_")] public virtual Geo Origin => new(1, 2);
        [Flatten] public abstract Address? Target { get; }
    }

    [EngageEvent("f")]
    internal partial record Overrides(Address? Target) : WithPlace
    {
        public override Geo Origin => new(3, 4);
        public override Address? Target { get; } = Target;
    }

    [EngageEvent("f")] internal readonly partial record struct OfAStruct([Flatten] Geo Geo, [Flatten] Address? Address);

    [EngageEvent("f")]
    internal partial record ReadOnce
    {
        private int _reads;

        [Flatten("")] public Counted? First => new(++_reads);
        [Flatten("struct_")] public CountedStruct Second => new(++_reads);
        [EventIgnore] public int Reads => _reads;
    }

    internal record Counted(int A)
    {
        private int _reads = A * 10;
        public int? B => ++_reads;
        public string C => (++_reads).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    internal record struct CountedStruct(int A)
    {
        private int _reads;
        public int B => ++_reads;
        public int? C => ++_reads;
    }

    [EngageEvent("f")] internal partial record Names([Flatten] Words @class, [Flatten] Words? Writer, [Flatten] Words? Value, [Flatten] Words? item);

    internal record Words(int? @event, int? value, Region? writer, [Flatten] Inner? @in);

    internal record Inner(int? value, List<string?>? item);

    [Fact]
    public void The_prefix_is_the_propertys_own_name() => Assert.Equal(
        """{"id":1,"home_since":"2020-01-02","home_city":"home","home_zip":"12345","home_region":"far_south","home_lines":["a"],"home_is_home":"true","start_latitude":1,"start_longitude":2}""",
        Wire.JsonOf(new DefaultPrefixes(1, new Address("home", "12345", Region.FarSouth) { Lines = ["a"] }, null, new Geo(1, 2), null)));

    [Fact]
    public void A_nullable_struct_is_sent_if_it_has_a_value() => Assert.Equal(
        """{"id":1,"home_since":"2020-01-02","home_city":"x","home_is_home":"false","work_address_since":"2020-01-02","work_address_city":"y","work_address_is_home":"false","start_latitude":0,"start_longitude":0,"end_latitude":5,"end_longitude":6}""",
        Wire.JsonOf(new DefaultPrefixes(1, new Address("x"), new Address("y"), default, new Geo(5, 6))));

    [Fact]
    public void The_prefix_may_be_empty_or_any_string() => Assert.Equal(
        """{"since":"2020-01-02","city":"x","is_home":"false","at.latitude":1,"at.longitude":2,"explicitName_latitude":3,"explicitName_longitude":4,"property_latitude":5,"property_longitude":6}""",
        Wire.JsonOf(new OwnPrefixes(new Address("x"), new Geo(1, 2), new Geo(3, 4), new Geo(5, 6))));

    [Fact]
    public void Prefixes_of_nested_records_are_concatenated() => Assert.Equal(
        """{"first_to_since":"2020-01-02","first_to_city":"x","first_to_is_home":"false","first_w_value":3,"2_latitude":1,"2_longitude":2}""",
        Wire.JsonOf(new Deep(new Shipment(new Address("x"), null, new Box<int>(3)), new Shipment(null, new Geo(1, 2), null))));

    [Fact]
    public void Null_omits_all_properties_of_the_record() => Assert.Equal("{}", Wire.JsonOf(new Deep(null)));

    [Fact]
    public void An_event_may_be_flattened_too() => Assert.Equal(
        """{"inner_id":7,"inner_home_since":"2020-01-02","inner_home_city":"x","inner_home_is_home":"false","inner_start_latitude":1,"inner_start_longitude":2,"id":8}""",
        Wire.JsonOf(new OfAnEvent(new DefaultPrefixes(7, new Address("x"), null, new Geo(1, 2), null), 8)));

    [Fact]
    public void An_ignored_property_is_not_flattened() => Assert.Equal("{}", Wire.JsonOf(new Hidden(new Address("x"), new Address("y"))));

    [Fact]
    public void A_record_without_properties_adds_nothing() => Assert.Equal("""{"after":1}""", Wire.JsonOf(new OfNothing(new Empty(), 1)));

    [Fact]
    public void An_override_inherits_the_annotation_of_its_base() => Assert.Equal(
        """{"from_latitude":3,"from_longitude":4,"target_since":"2020-01-02","target_city":"x","target_is_home":"false"}""",
        Wire.JsonOf(new Overrides(new Address("x"))));

    [Fact]
    public void Struct_events_can_contain_flattened_records()
    {
        Assert.Equal("""{"geo_latitude":0,"geo_longitude":0}""", Wire.JsonOf(default(OfAStruct)));
        Assert.Equal(
            """{"geo_latitude":1,"geo_longitude":2,"address_since":"2020-01-02","address_city":"x","address_is_home":"false"}""",
            Wire.JsonOf(new OfAStruct(new Geo(1, 2), new Address("x"))));
    }

    [Fact]
    public void Each_getter_is_read_once()
    {
        var value = new ReadOnce();

        Assert.Equal("""{"a":1,"b":11,"c":"12","struct_a":2,"struct_b":1,"struct_c":2}""", Wire.JsonOf(value));
        Assert.Equal(2, value.Reads);
    }

    [Fact]
    public void Names_may_be_keywords_and_names_of_the_generated_code() => Assert.Equal(
        """{"class_event":1,"class_value":2,"class_writer":"north","class_in_value":3,"class_in_item":["x"],"item_value":4}""",
        Wire.JsonOf(new Names(new Words(1, 2, Region.North, new Inner(3, ["x", null])), null, null, new Words(null, 4, null, null))));

    [Fact]
    public void A_record_of_many_properties()
    {
        JsonElement properties = Wire.PropertiesOf(new OfLarge(new Large(), 1));

        Assert.Equal(121, properties.EnumerateObject().Count());
        Assert.Equal(119, properties.GetProperty("large_p119").GetInt32());
    }

    [EngageEvent("f")] internal partial record OfLarge([Flatten] Large Large, int Last);
}
