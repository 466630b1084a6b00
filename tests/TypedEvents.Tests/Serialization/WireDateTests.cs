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
    public void The_first_time_that_is_written_may_be_within_the_first_second_of_1970(long milliseconds) =>
        Assert.Equal(milliseconds.ToString(CultureInfo.InvariantCulture), TimeOfEvent(new ScratchBuffer(), 7, milliseconds));

    [Fact]
    public void The_time_and_the_user_of_an_event_whatever_was_written_before()
    {
        var scratch = new ScratchBuffer();
        Gen.Select(
            Gen.OneOf(Gen.Long[1, 12_000_000_000], Gen.Long[1, long.MaxValue], Gen.Select(Gen.Int[0, 18], Gen.Int[0, 2], (digits, beside) => (long)Math.Pow(10, digits) + beside)),
            Gen.OneOf(Gen.Long[-1, 1_000_000_000_001], Gen.Long[1_778_000_000_000, 1_778_000_003_000], Gen.Long[9_999_999_999_990, 10_000_000_000_100], Gen.Long))
        .Sample(
            (euid, time) => Assert.Equal(time.ToString(CultureInfo.InvariantCulture), TimeOfEvent(scratch, euid, time)),
            iter: WireValue.Count,
            threads: 1);
    }

    private static string TimeOfEvent(ScratchBuffer scratch, long euid, long milliseconds)
    {
        scratch.Begin(1000, int.MaxValue);
        int properties = EventWriter.BeginEvent(scratch, new EventPrefix("{\"euid\":"u8), euid, milliseconds, Guid.AllBitsSet, out EventWriter writer);
        Assert.True(writer.TryEndEvent(scratch, properties, out ReadOnlySpan<byte> json));
        string text = System.Text.Encoding.UTF8.GetString(json);
        string before = $"{{\"euid\":{euid.ToString(CultureInfo.InvariantCulture)},\"itime\":";
        Assert.StartsWith(before, text, StringComparison.Ordinal);
        Assert.EndsWith($",\"random_id\":\"{Guid.AllBitsSet}\",\"properties\":{{}}}}", text, StringComparison.Ordinal);
        return text[before.Length..text.IndexOf(",\"random_id", StringComparison.Ordinal)];
    }
}
