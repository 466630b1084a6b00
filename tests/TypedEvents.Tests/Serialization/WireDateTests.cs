using System.Globalization;
using System.Text.Json;
using CsCheck;

namespace TypedEvents.Tests;

/// <summary>Dates, times and ids, in the forms of the wire table.</summary>
public sealed class WireDateTests
{
    private static readonly Gen<DateTime> Instant = Gen.Long[0, DateTime.MaxValue.Ticks].Select(ticks => new DateTime(ticks, DateTimeKind.Utc));

    [Fact]
    public void Dates_with_a_time() =>
        Instant.Sample(
            static value =>
            {
                string iso = value.ToString("'\"'yyyy-MM-dd'T'HH:mm:ss.fff'Z\"'", CultureInfo.InvariantCulture);
                string dateAndTime = value.ToString("'\"'yyyy-MM-dd HH:mm:ss'\"'", CultureInfo.InvariantCulture);
                string unix = new DateTimeOffset(value).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
                Assert.Equal(iso, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value)));
                Assert.Equal(iso, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, DateTime.SpecifyKind(value, DateTimeKind.Unspecified))));
                Assert.Equal(iso, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, new DateTimeOffset(value))));
                Assert.Equal(dateAndTime, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value, DateFormat.DateAndTime)));
                Assert.Equal(unix, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value, DateFormat.UnixMilliseconds)));
            },
            iter: WireValue.Count);

    [Fact]
    public void A_date_with_an_offset_and_a_local_one_are_written_in_UTC() =>
        Gen.Select(Gen.Long[DateTime.UnixEpoch.Ticks, DateTime.UnixEpoch.AddYears(500).Ticks], Gen.Int[-14 * 60, 14 * 60]).Sample(
            static (ticks, minutes) =>
            {
                var value = new DateTimeOffset(ticks, TimeSpan.FromMinutes(minutes));
                string iso = value.UtcDateTime.ToString("'\"'yyyy-MM-dd'T'HH:mm:ss.fff'Z\"'", CultureInfo.InvariantCulture);
                Assert.Equal(iso, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value)));
                Assert.Equal(iso, WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value.LocalDateTime)));
            },
            iter: WireValue.Count);

    [Fact]
    public void Every_day_that_there_is()
    {
        for (int day = 0; day <= DateOnly.MaxValue.DayNumber; day += day % 146_097 < 2000 ? 1 : 13)
        {
            var value = DateOnly.FromDayNumber(day);
            Assert.Equal(
                value.ToString("'\"'yyyy-MM-dd'\"'", CultureInfo.InvariantCulture),
                WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value)));
        }

        Gen.Int[0, DateOnly.MaxValue.DayNumber].Select(DateOnly.FromDayNumber).Sample(
            static value => Assert.Equal(
                JsonSerializer.Serialize(value),
                WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value))),
            iter: WireValue.Count);
    }

    [Fact]
    public void Times_of_day() =>
        Gen.Long[0, TimeOnly.MaxValue.Ticks].Select(ticks => new TimeOnly(ticks)).Sample(
            static value => Assert.Equal(
                value.ToString("'\"'HH:mm:ss.fff'\"'", CultureInfo.InvariantCulture),
                WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value))),
            iter: WireValue.Count);

    [Fact]
    public void Spans_of_time_as_milliseconds_with_their_fraction() =>
        Gen.OneOf(Gen.Long, Gen.Long[-100_000_000, 100_000_000]).Select(ticks => new TimeSpan(ticks)).Sample(
            static value => Assert.Equal(
                (value.Ticks / 10_000m).ToString("0.####", CultureInfo.InvariantCulture),
                WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value))),
            iter: WireValue.Count);

    [Fact]
    public void Ids() =>
        Gen.Guid.Sample(
            static value =>
            {
                Assert.Equal(JsonSerializer.Serialize(value), WireValue.Of((ref EventWriter writer) => writer.Write(",\"v\":"u8, value)));
                Assert.Equal($"[\"{value}\"]", WireValue.Of((ref EventWriter writer) =>
                {
                    writer.WriteListStart(",\"v\":"u8);
                    writer.WriteElement(value);
                    writer.WriteListEnd();
                }));
            },
            iter: WireValue.Count);

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1000)]
    public void The_first_time_that_is_written_may_be_within_the_first_second_of_1970(long milliseconds)
    {
        Span<byte> room = new byte[64];
        RecentSecond fresh = default;
        ref byte end = ref fresh.Write(ref room[0], milliseconds);
        int length = (int)System.Runtime.CompilerServices.Unsafe.ByteOffset(ref room[0], ref end);
        Assert.Equal(milliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture), System.Text.Encoding.UTF8.GetString(room[..length]));
    }

    [Fact]
    public void The_time_of_an_event_whatever_was_written_before()
    {
        var recent = default(RecentSecond);
        Gen.OneOf(Gen.Long[-1, 1_000_000_000_001], Gen.Long[1_778_000_000_000, 1_778_000_003_000], Gen.Long[9_999_999_999_990, 10_000_000_000_100], Gen.Long).Sample(
            value =>
            {
                Span<byte> bytes = stackalloc byte[EventWriter.MaxValueBytes];
                ref byte end = ref recent.Write(ref bytes[0], value);
                int length = (int)System.Runtime.CompilerServices.Unsafe.ByteOffset(ref bytes[0], ref end);
                Assert.Equal(value.ToString(CultureInfo.InvariantCulture), System.Text.Encoding.UTF8.GetString(bytes[..length]));
            },
            iter: WireValue.Count,
            threads: 1);
    }
}
