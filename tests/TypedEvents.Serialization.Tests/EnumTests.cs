using System.Text.Json.Serialization;

namespace TypedEvents.Serialization.Tests;

public partial class EnumTests
{
    internal enum Plan { Free, ProPlan, [Obsolete("gone", true)] HTTPOnly, [JsonStringEnumMemberName("a \"b\" é😀")] Named, Paid = 1 }
    internal enum Named { [EventValue("in-progress")] InProgress, [EventValue("own"), JsonStringEnumMemberName("other")] Both, [JsonStringEnumMemberName("other"), EventValue("\"")] Quoted }

    [Flags]
    internal enum NamedFlags { [EventValue("R")] Read = 1, Write = 2 }

    [EngageEvent("e")] internal partial record NamedEvent(Named Value, Named[] List, NamedFlags Flags);

    internal enum Small : sbyte { Min = sbyte.MinValue, Zero = 0, Max = sbyte.MaxValue }
    internal enum Byte : byte { Zero, Max = byte.MaxValue }
    internal enum Int16 : short { Min = short.MinValue, Max = short.MaxValue }
    internal enum UInt16 : ushort { Max = ushort.MaxValue }
    internal enum UInt32 : uint { Max = uint.MaxValue }
    internal enum Int64 : long { Min = long.MinValue, Max = long.MaxValue }
    internal enum UInt64 : ulong { Big = long.MaxValue + 1UL, Max = ulong.MaxValue }
    internal enum Nothing { }

    [Flags]
    internal enum Access { None = 0, Write = 2, Read = 1, ReadWrite = 3, ReadToo = 1, Top = int.MinValue }

    [Flags]
    internal enum TinyFlags : sbyte { A = 1, Sign = sbyte.MinValue }

    [Flags]
    internal enum LargeFlags : ulong { A = 1, Top = 1UL << 63 }

    [Flags]
    internal enum NoBits { }

    [EngageEvent("e")] internal partial record PlanEvent(Plan Value, Plan? Optional = null);
    [EngageEvent("e")] internal partial record SizesEvent(Small A, Byte B, Int16 C, UInt16 D, UInt32 E, Int64 F, UInt64 G, Nothing H, DayOfWeek I);
    [EngageEvent("e")] internal partial record AccessEvent(Access Value, Access? Optional = null);
    [EngageEvent("e")] internal partial record FlagSizesEvent(TinyFlags A, LargeFlags B, NoBits C);

    private enum Hidden { OnlyHere }

    [EngageEvent("e")]
    private partial record HiddenEvent(Hidden Value, Hidden[] List);

    [Fact]
    public void A_member_is_sent_as_its_name_in_snake_case()
    {
        Assert.Equal("""{"value":"free","optional":"pro_plan"}""", Wire.JsonOf(new PlanEvent(Plan.Free, Plan.ProPlan)));
        Assert.Equal("""{"value":"http_only"}""", Wire.JsonOf(new PlanEvent((Plan)2)));
    }

    [Fact]
    public void The_first_of_several_members_with_the_same_value_is_used() =>
        Assert.Equal("""{"value":"pro_plan"}""", Wire.JsonOf(new PlanEvent(Plan.Paid)));

    [Fact]
    public void A_member_is_sent_under_its_configured_name() =>
        Assert.Equal("a \"b\" é😀", Wire.PropertiesOf(new PlanEvent(Plan.Named)).GetProperty("value").GetString());

    [Fact]
    public void The_librarys_attribute_sets_a_members_name_on_every_target_and_has_priority() =>
        Assert.Equal(
            """{"value":"in-progress","list":["own","\""],"flags":["R","write"]}""",
            Wire.JsonOf(new NamedEvent(Named.InProgress, [Named.Both, Named.Quoted], NamedFlags.Read | NamedFlags.Write)));

    [Fact]
    public void An_undefined_value_is_sent_as_its_number_in_a_string() =>
        Assert.Equal("""{"value":"-7","optional":"2147483647"}""", Wire.JsonOf(new PlanEvent((Plan)(-7), (Plan)int.MaxValue)));

    [Fact]
    public void Underlying_types_of_every_size()
    {
        Assert.Equal(
            """{"a":"min","b":"max","c":"min","d":"max","e":"max","f":"min","g":"max","h":"0","i":"sunday"}""",
            Wire.JsonOf(new SizesEvent(Small.Min, Byte.Max, Int16.Min, UInt16.Max, UInt32.Max, Int64.Min, UInt64.Max, default, default)));
        Assert.Equal(
            """{"a":"max","b":"254","c":"max","d":"65534","e":"4294967294","f":"max","g":"big","h":"-1","i":"7"}""",
            Wire.JsonOf(new SizesEvent(
                Small.Max, (Byte)254, Int16.Max, (UInt16)65534, (UInt32)4294967294, Int64.Max, UInt64.Big, (Nothing)(-1), (DayOfWeek)7)));
        Assert.Equal(
            """{"a":"-127","b":"zero","c":"-32767","d":"0","e":"0","f":"-9223372036854775807","g":"18446744073709551614","h":"0","i":"saturday"}""",
            Wire.JsonOf(new SizesEvent(
                (Small)(-127), 0, (Int16)(-32767), 0, 0, (Int64)(-long.MaxValue), (UInt64)18446744073709551614, 0, DayOfWeek.Saturday)));
    }

    [Fact]
    public void Flags_are_sent_as_a_list_of_their_bits_in_order_of_declaration()
    {
        Assert.Equal("""{"value":[]}""", Wire.JsonOf(new AccessEvent(Access.None)));
        Assert.Equal("""{"value":["write","read"],"optional":["read"]}""", Wire.JsonOf(new AccessEvent(Access.ReadWrite, Access.ReadToo)));
        Assert.Equal("""{"value":["top"],"optional":[]}""", Wire.JsonOf(new AccessEvent(Access.Top, 0)));
    }

    [Fact]
    public void Unknown_bits_are_sent_as_their_number_in_a_string()
    {
        Assert.Equal("""{"value":["read","12"],"optional":["8"]}""", Wire.JsonOf(new AccessEvent((Access)13, (Access)8)));
        Assert.Equal("""{"value":["write","read","top","2147483644"]}""", Wire.JsonOf(new AccessEvent((Access)(-1))));
    }

    [Fact]
    public void Flags_of_other_sizes()
    {
        Assert.Equal(
            """{"a":["a","sign"],"b":["a","top"],"c":[]}""",
            Wire.JsonOf(new FlagSizesEvent(TinyFlags.A | TinyFlags.Sign, LargeFlags.A | LargeFlags.Top, 0)));
        Assert.Equal(
            """{"a":["a","sign","126"],"b":["a","top","9223372036854775806"],"c":["-1"]}""",
            Wire.JsonOf(new FlagSizesEvent((TinyFlags)(-1), (LargeFlags)ulong.MaxValue, (NoBits)(-1))));
    }

    [Fact]
    public void An_enum_may_be_private_like_its_event() => Assert.Equal(
        """{"value":"only_here","list":["only_here","5"]}""",
        Wire.JsonOf(new HiddenEvent(Hidden.OnlyHere, [Hidden.OnlyHere, (Hidden)5])));
}
