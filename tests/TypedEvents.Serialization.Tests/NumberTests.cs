using System.Globalization;
using System.Text.Json;

namespace TypedEvents.Serialization.Tests;

/// <summary>Numbers are written exactly as System.Text.Json writes them, byte for byte.</summary>
public partial class NumberTests
{
    [EngageEvent("n")] internal readonly partial record struct SByteEvent(sbyte Value, sbyte? Optional, sbyte? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct ByteEvent(byte Value, byte? Optional, byte? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct Int16Event(short Value, short? Optional, short? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct UInt16Event(ushort Value, ushort? Optional, ushort? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct Int32Event(int Value, int? Optional, int? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct UInt32Event(uint Value, uint? Optional, uint? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct Int64Event(long Value, long? Optional, long? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct UInt64Event(ulong Value, ulong? Optional, ulong? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct NIntEvent(nint Value, nint? Optional, nint? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct NUIntEvent(nuint Value, nuint? Optional, nuint? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct Int128Event(Int128 Value, Int128? Optional, Int128? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct UInt128Event(UInt128 Value, UInt128? Optional, UInt128? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct HalfEvent(Half Value, Half? Optional, Half? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct SingleEvent(float Value, float? Optional, float? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct DoubleEvent(double Value, double? Optional, double? Missing = null);
    [EngageEvent("n")] internal readonly partial record struct DecimalEvent(decimal Value, decimal? Optional, decimal? Missing = null);

    [Fact]
    public void Small_integers()
    {
        Check<sbyte>([sbyte.MinValue, -1, 0, 1, sbyte.MaxValue], value => Wire.JsonOf(new SByteEvent(value, value)));
        Check<byte>([byte.MinValue, 1, byte.MaxValue], value => Wire.JsonOf(new ByteEvent(value, value)));
        Check<short>([short.MinValue, -1, 0, 1, short.MaxValue], value => Wire.JsonOf(new Int16Event(value, value)));
        Check<ushort>([ushort.MinValue, 1, ushort.MaxValue], value => Wire.JsonOf(new UInt16Event(value, value)));
    }

    [Fact]
    public void Integers()
    {
        Check([int.MinValue, -10, -1, 0, 1, 9, 10, 99, 100, int.MaxValue], value => Wire.JsonOf(new Int32Event(value, value)));
        Check([0u, 1u, uint.MaxValue], value => Wire.JsonOf(new UInt32Event(value, value)));
        Check([long.MinValue, -1L, 0L, int.MaxValue + 1L, long.MaxValue], value => Wire.JsonOf(new Int64Event(value, value)));
        Check([0UL, 1UL, long.MaxValue + 1UL, ulong.MaxValue], value => Wire.JsonOf(new UInt64Event(value, value)));
        Check<Int128>([Int128.MinValue, -1, 0, Int128.MaxValue], value => Wire.JsonOf(new Int128Event(value, value)));
        Check<UInt128>([UInt128.MinValue, 1, UInt128.MaxValue], value => Wire.JsonOf(new UInt128Event(value, value)));
    }

    [Fact]
    public void Every_power_of_ten_and_its_neighbors()
    {
        for (long power = 1; power < long.MaxValue / 10; power *= 10)
        {
            Check([power - 1, power, power + 1, 1 - power, -power], value => Wire.JsonOf(new Int64Event(value, value)));
        }
    }

    // System.Text.Json doesn't support native integers; they are compared with the same number as a long.
    [Fact]
    public void Native_integers()
    {
        foreach (nint value in new[] { nint.MinValue, -1, 0, nint.MaxValue })
        {
            Assert.Equal(Wire.JsonOf(new Int64Event(value, value)), Wire.JsonOf(new NIntEvent(value, value)));
        }

        foreach (nuint value in new[] { nuint.MinValue, nuint.MaxValue })
        {
            Assert.Equal(Wire.JsonOf(new UInt64Event(value, value)), Wire.JsonOf(new NUIntEvent(value, value)));
        }
    }

    [Fact]
    public void Floating_point()
    {
        Check<float>(
            [0f, -0f, 1f, 0.1f, 1.5f, 1f / 3, 1e10f, 1e16f, 1e-7f, float.MinValue, float.MaxValue, float.Epsilon, float.Pi],
            value => Wire.JsonOf(new SingleEvent(value, value)));
        Check<double>(
            [
                0d, -0d, 1d, 0.1, 0.2 + 0.1, 1.5, 1.005, 19.99, 1d / 3, 123456789.123456789, 1e15, 1e16, 1e17, 1e21, 1e22, 1e-4, 1e-5, 1e-7,
                9007199254740993d, double.MinValue, double.MaxValue, double.Epsilon, double.Pi, 5e-324, 2.2250738585072014e-308,
            ],
            value => Wire.JsonOf(new DoubleEvent(value, value)));
        Check<Half>(
            [(Half)0, (Half)(-0f), (Half)1, (Half)0.1, Half.MinValue, Half.MaxValue, Half.Epsilon],
            value => Wire.JsonOf(new HalfEvent(value, value)));
    }

    [Fact]
    public void Doubles_of_every_size()
    {
        var random = new Random(20220601);
        for (int i = 0; i < 2000; i++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(value))
            {
                Check([value, Math.Round(random.NextDouble() * 1e6, random.Next(0, 8))], each => Wire.JsonOf(new DoubleEvent(each, each)));
            }
        }
    }

    [Fact]
    public void Decimals() => Check<decimal>(
        [
            0m, -0.0m, 1m, 1.0m, 1.50m, 0.1m, -19.99m, decimal.MinValue, decimal.MaxValue, decimal.MinusOne,
            0.0000000000000000000000000001m, 7.9228162514264337593543950335m,
        ],
        value => Wire.JsonOf(new DecimalEvent(value, value)));

    [Fact]
    public void NaN_and_infinities_are_omitted()
    {
        Assert.All([double.NaN, double.PositiveInfinity, double.NegativeInfinity], value =>
        {
            Assert.Equal("{}", Wire.JsonOf(new DoubleEvent(value, value)));
            Assert.Equal("{}", Wire.JsonOf(new SingleEvent((float)value, (float)value)));
            Assert.Equal("{}", Wire.JsonOf(new HalfEvent((Half)value, (Half)value)));
            Assert.Equal("""{"value":1}""", Wire.JsonOf(new DoubleEvent(1, value)));
            Assert.Equal("""{"optional":1}""", Wire.JsonOf(new DoubleEvent(value, 1)));
        });
    }

    [Fact]
    public void Numbers_do_not_depend_on_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NegativeSign = "\u2212", NumberDecimalSeparator = "," } };
        try
        {
            Assert.Equal("""{"value":-1.5,"optional":-1}""", Wire.JsonOf(new DoubleEvent(-1.5, -1)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static void Check<T>(T[] values, Func<T, string> json)
        where T : struct
    {
        foreach (T value in values)
        {
            string number = JsonSerializer.Serialize(value);
            Assert.Equal($$"""{"value":{{number}},"optional":{{number}}}""", json(value));
        }
    }
}
