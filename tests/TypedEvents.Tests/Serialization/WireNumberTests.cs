using System.Globalization;
using System.Text.Json;
using CsCheck;

namespace TypedEvents.Tests;

/// <summary>Numbers are written byte for byte as System.Text.Json writes them.</summary>
public sealed class WireNumberTests
{
    private static readonly Gen<int> Scale = Gen.Int[0, 12];

    /// <summary>Numbers of any number of digits are equally likely, and so are those at an edge.</summary>
    private static readonly Gen<ulong> Magnitude = Gen.OneOf(
        Gen.Select(Gen.ULong, Gen.Int[0, 63], (bits, shift) => bits >> shift),
        Gen.Select(Gen.Int[0, 19], Gen.Int[-2, 2], (digits, beside) => unchecked((ulong)Math.Pow(10, digits) + (ulong)beside)));

    [Fact]
    public void Integers_of_64_bits()
    {
        Magnitude.Sample(static value => Same(value, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value))), iter: WireValue.Count);
        Magnitude.Sample(
            static value =>
            {
                long positive = unchecked((long)value);
                long negative = unchecked(-positive);
                Same(positive, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, positive)));
                Same(negative, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, negative)));
                Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"\"{negative}\""), WireValue.Of((ref EventWriter writer) => writer.WriteEnum(",\"v\":"u8, default, negative)));
                Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"\"{value}\""), WireValue.Of((ref EventWriter writer) => writer.WriteEnum(",\"v\":"u8, default, value)));
            },
            iter: WireValue.Count);
    }

    [Fact]
    public void Integers_of_32_bits() =>
        Magnitude.Sample(
            static value =>
            {
                int signed = unchecked((int)value);
                uint unsigned = unchecked((uint)value);
                Same(signed, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, signed)));
                Same(unsigned, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, unsigned)));
            },
            iter: WireValue.Count);

    [Fact]
    public void Every_number_around_a_power_of_ten_and_of_two()
    {
        for (int i = 0; i < 64; i++)
        {
            for (int beside = -3; beside <= 3; beside++)
            {
                ulong two = unchecked((1UL << i) + (ulong)beside);
                ulong ten = unchecked((ulong)Int128.Parse("1" + new string('0', i % 20), CultureInfo.InvariantCulture) + (ulong)beside);
                Same(two, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, two)));
                Same(ten, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, ten)));
                Same((long)two, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, (long)two)));
            }
        }
    }

    [Fact]
    public void Integers_of_128_bits() =>
        Gen.Select(Magnitude, Magnitude).Sample(
            static (upper, lower) =>
            {
                var signed = new Int128(upper, lower);
                var unsigned = new UInt128(upper, lower);
                Same(signed, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, signed)));
                Same(unsigned, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, unsigned)));
            },
            iter: WireValue.Count);

    [Fact]
    public void Doubles_of_any_bits_and_of_few_decimals() =>
        Gen.OneOf(
            Gen.ULong.Select(BitConverter.UInt64BitsToDouble),
            Gen.Select(Magnitude, Scale, (digits, scale) => unchecked((long)digits) / Math.Pow(10, scale)),
            Gen.Select(Gen.Int, Gen.Int[0, 5], (digits, scale) => digits / Math.Pow(10, scale)),
            Gen.Select(Gen.Int, Gen.Int[0, 5], (digits, scale) => Math.BitIncrement(digits / Math.Pow(10, scale))),
            Gen.Double[-1e16, 1e16],
            Gen.Double[-0.001, 0.001])
        .Where(double.IsFinite)
        .Sample(static value => Same(value, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value))), iter: WireValue.Count);

    [Fact]
    public void Floats_of_any_bits_and_of_few_decimals() =>
        Gen.OneOf(
            Gen.UInt.Select(BitConverter.UInt32BitsToSingle),
            Gen.Select(Gen.Int[-2_000_000, 2_000_000], Gen.Int[0, 6], (digits, scale) => digits / MathF.Pow(10, scale)),
            Gen.Select(Gen.Int[-2_000_000, 2_000_000], Gen.Int[0, 6], (digits, scale) => MathF.BitDecrement(digits / MathF.Pow(10, scale))))
        .Where(float.IsFinite)
        .Sample(static value => Same(value, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value))), iter: WireValue.Count);

    [Fact]
    public void Halves_all_of_them()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            Half value = BitConverter.UInt16BitsToHalf((ushort)bits);
            if (Half.IsFinite(value))
            {
                Same(value, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value)));
            }
        }
    }

    [Fact]
    public void Decimals_with_the_zeros_that_they_have() =>
        Gen.OneOf(
            Gen.Decimal,
            Gen.Select(Magnitude, Gen.Int[0, 28], Gen.Bool, (digits, scale, isNegative) =>
                new decimal(unchecked((int)digits), (int)(digits >> 32), 0, isNegative, (byte)scale)),
            Gen.Select(Gen.Int[-100_000, 100_000], Gen.Int[0, 8], (digits, scale) => new decimal(Math.Abs(digits), 0, 0, digits < 0, (byte)scale)))
        .Sample(static value => Same(value, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value))), iter: WireValue.Count);

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-4)]
    [InlineData(9.9999999e-5)]
    [InlineData(1e-5)]
    [InlineData(0.01)]
    [InlineData(1e7)]
    [InlineData(9_999_999.99999999)]
    [InlineData(1e11)]
    [InlineData(1e13)]
    [InlineData(1e15)]
    [InlineData(1e16)]
    [InlineData(123_456_789_012_345.6)]
    [InlineData(0.1 + 0.2)]
    [InlineData(4.35)]
    [InlineData(1.005)]
    [InlineData(double.Epsilon)]
    [InlineData(double.MaxValue)]
    [InlineData(double.MinValue)]
    public void Doubles_at_the_edges_of_fixed_point(double value)
    {
        foreach (double one in new[] { value, -value, Math.BitIncrement(value), Math.BitDecrement(value) }.Where(double.IsFinite))
        {
            Same(one, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, one)));
        }

        float narrow = (float)value;
        foreach (float one in new[] { narrow, -narrow, MathF.BitIncrement(narrow), MathF.BitDecrement(narrow) }.Where(float.IsFinite))
        {
            Same(one, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, one)));
        }
    }

    private static void Same<T>(T value, string written) => Assert.Equal(JsonSerializer.Serialize(value), written);
}
