using System.Runtime.InteropServices;
using System.Text.Json;

namespace TypedEvents.Serialization.Tests;

/// <summary>The selection, order and names of the properties that are sent.</summary>
public partial class PropertyTests
{
    [EngageEvent("p")]
    internal partial record Selection(int First, [EventIgnore] object Ignored, [property: EventIgnore] object IgnoredToo)
    {
        public int Second { get; set; } = 2;
        public int Computed => First + Second;
        public ref readonly int ByReference => ref _field;
        public int HalfHidden { private get; set; }
        public int WriteOnly { set => _field = value; }
        public int this[int index] => index;
        public static int Static => 1;
        internal int Internal => 1;
        protected int Protected => 1;
        [EventIgnore] public object IgnoredProperty => this;
        [EventProperty("explicitName")] public int Explicit => 3;

        private int _field = 7;
    }

    internal abstract record Visit([EventProperty("page_url")] string Page)
    {
        public virtual int Rank => 1;
        [EventProperty("kind")] public abstract string Kind { get; }
        [EventIgnore] public virtual object Secret => this;
        public virtual int SetterOnlyOverridden { get => _set; set => _set = value; }
        public int Hidden => 1;
        public int HiddenByField => 1;

        private int _set = 5;
    }

    internal abstract record Middle(string Page) : Visit(Page)
    {
        public override object Secret => "still secret";
        public sealed override int SetterOnlyOverridden { set => base.SetterOnlyOverridden = value + 1; }
    }

    [EngageEvent("p")]
    internal sealed partial record Purchase(string Page, [EventIgnore] int Extra = 0) : Middle(Page)
    {
        public override string Kind => "purchase";
        [EventProperty("place")] public override int Rank => 2;
        public new string Hidden => "now a string";
        public new string HiddenByField = "not sent";
    }

    internal record Account(string Name);

    [EngageEvent("p")] internal partial record IgnoresInherited([EventIgnore] string Name, int Age) : Account(Name);

    [EngageEvent("p")] internal partial record Nothing;

    [EngageEvent("p")]
    internal partial record struct MutableStruct
    {
        public MutableStruct() => Count = 3;
        public int Count { get; set; }
        public readonly int Twice => Count * 2;
    }

    [EngageEvent("p"), StructLayout(LayoutKind.Auto)] internal readonly partial record struct ReadOnlyStruct(int Count, string? Text);

    [EngageEvent("p")]
    internal partial record ReadOnce
    {
        private int _reads;
        public int? A => ++_reads;
        public string? B => (++_reads).ToString(System.Globalization.CultureInfo.InvariantCulture);
        public List<string>? C => [(++_reads).ToString(System.Globalization.CultureInfo.InvariantCulture)];
        public DayOfWeek? D => (DayOfWeek)(++_reads);
        public DayOfWeek E => (DayOfWeek)(++_reads);
        public double F => ++_reads;
        [EventIgnore] public int Reads => _reads;
    }

    [EngageEvent("p")]
    internal partial record Keywords(int @class, int @event, int @record, int writer, int value, int? @in, int? item, int[]? Hidden)
    {
        [EventIgnore] public int[]? Hidden { get; init; } = Hidden;
    }

    [Fact]
    public void Public_instance_properties_with_a_public_getter_are_sent() => Assert.Equal(
        """{"first":1,"second":2,"computed":3,"by_reference":7,"explicitName":3}""",
        Wire.JsonOf(new Selection(1, "x", "y")));

    [Fact]
    public void Base_properties_come_first_and_the_most_derived_declaration_is_used() => Assert.Equal(
        """{"page_url":"/","setter_only_overridden":5,"kind":"purchase","place":2,"hidden":"now a string"}""",
        Wire.JsonOf(new Purchase("/", 1)));

    [Fact]
    public void A_positional_parameter_may_ignore_what_its_base_declares() =>
        Assert.Equal("""{"age":3}""", Wire.JsonOf(new IgnoresInherited("x", 3)));

    [Fact]
    public void An_event_without_properties_is_an_empty_object() => Assert.Equal("{}", Wire.JsonOf(new Nothing()));

    [Fact]
    public void Structs()
    {
        Assert.Equal("""{"count":3,"twice":6}""", Wire.JsonOf(new MutableStruct()));
        Assert.Equal("""{"count":0,"twice":0}""", Wire.JsonOf(default(MutableStruct)));
        Assert.Equal("""{"count":0}""", Wire.JsonOf(default(ReadOnlyStruct)));
        Assert.Equal("""{"count":1,"text":"x"}""", Wire.JsonOf(new ReadOnlyStruct(1, "x")));
    }

    [Fact]
    public void Each_property_is_read_once()
    {
        var value = new ReadOnce();

        Assert.Equal("""{"a":1,"b":"2","c":["3"],"d":"thursday","e":"friday","f":6}""", Wire.JsonOf(value));
        Assert.Equal(6, value.Reads);
    }

    [Fact]
    public void Names_may_be_keywords() => Assert.Equal(
        """{"class":1,"event":2,"record":3,"writer":4,"value":5,"in":6,"item":7}""",
        Wire.JsonOf(new Keywords(1, 2, 3, 4, 5, 6, 7, null)));

    [Fact]
    public void A_hundred_and_twenty_properties()
    {
        JsonElement properties = Wire.PropertiesOf(new Large());

        Assert.Equal(
            Enumerable.Range(0, 120).Select(i => ($"p{i:000}", i)),
            properties.EnumerateObject().Select(property => (property.Name, property.Value.GetInt32())));
    }
}
