namespace TypedEvents.Serialization.Tests;

/// <summary>Dates and times have formats defined by this library, which these tests specify.</summary>
public partial class DateTests
{
    [EngageEvent("d")]
    internal partial record DateTimeEvent(
        DateTime Value,
        [EventProperty(Date = DateFormat.UnixMilliseconds)] DateTime? Unix,
        [EventProperty(Date = DateFormat.DateAndTime)] DateTime Spaced,
        DateTime? Missing = null);

    [EngageEvent("d")]
    internal partial record DateTimeOffsetEvent(
        DateTimeOffset? Value,
        [EventProperty(Date = DateFormat.UnixMilliseconds)] DateTimeOffset Unix,
        [EventProperty(Date = DateFormat.DateAndTime)] DateTimeOffset? Spaced,
        DateTimeOffset? Missing = null);

    [EngageEvent("d")] internal partial record DayEvent(DateOnly Day, TimeOnly Time, DateOnly? Day2 = null, TimeOnly? Time2 = null);

    [EngageEvent("d")] internal partial record SpanEvent(TimeSpan Value, TimeSpan? Optional = null);

    public static TheoryData<string, DateTime, string> DateTimes => new()
    {
        { "default", default, """{"value":"0001-01-01T00:00:00.000Z","unix":-62135596800000,"spaced":"0001-01-01 00:00:00"}""" },
        { "largest", DateTime.MaxValue, """{"value":"9999-12-31T23:59:59.999Z","unix":253402300799999,"spaced":"9999-12-31 23:59:59"}""" },
        { "epoch", DateTime.UnixEpoch, """{"value":"1970-01-01T00:00:00.000Z","unix":0,"spaced":"1970-01-01 00:00:00"}""" },
        {
            "a tick before the epoch", DateTime.UnixEpoch.AddTicks(-1),
            """{"value":"1969-12-31T23:59:59.999Z","unix":-1,"spaced":"1969-12-31 23:59:59"}"""
        },
        {
            "unspecified counts as UTC", new DateTime(2022, 6, 1, 9, 40, 20, 772, DateTimeKind.Unspecified),
            """{"value":"2022-06-01T09:40:20.772Z","unix":1654076420772,"spaced":"2022-06-01 09:40:20"}"""
        },
        {
            "a leap day", new DateTime(2024, 2, 29, 23, 59, 59, 1, DateTimeKind.Utc),
            """{"value":"2024-02-29T23:59:59.001Z","unix":1709251199001,"spaced":"2024-02-29 23:59:59"}"""
        },
    };

    [Theory]
    [MemberData(nameof(DateTimes))]
    public void DateTimes_are_UTC(string what, DateTime value, string json)
    {
        Assert.True(Wire.JsonOf(new DateTimeEvent(value, value, value)) == json, what);
        var offset = new DateTimeOffset(DateTime.SpecifyKind(value, DateTimeKind.Utc));
        Assert.Equal(json, Wire.JsonOf(new DateTimeOffsetEvent(offset, offset, offset)));
    }

    [Fact]
    public void A_local_DateTime_is_converted()
    {
        DateTime local = new DateTime(2022, 6, 1, 9, 40, 20, 772, DateTimeKind.Utc).ToLocalTime();

        Assert.Equal(
            """{"value":"2022-06-01T09:40:20.772Z","unix":1654076420772,"spaced":"2022-06-01 09:40:20"}""",
            Wire.JsonOf(new DateTimeEvent(local, local, local)));
    }

    [Fact]
    public void An_offset_is_converted_to_UTC()
    {
        var value = new DateTimeOffset(2022, 6, 1, 15, 10, 20, 772, new TimeSpan(5, 30, 0));

        Assert.Equal(
            """{"value":"2022-06-01T09:40:20.772Z","unix":1654076420772,"spaced":"2022-06-01 09:40:20"}""",
            Wire.JsonOf(new DateTimeOffsetEvent(value, value, value)));
    }

    [Fact]
    public void DateOnly_and_TimeOnly_have_their_own_formats()
    {
        Assert.Equal("""{"day":"0001-01-01","time":"00:00:00.000"}""", Wire.JsonOf(new DayEvent(default, default)));
        Assert.Equal(
            """{"day":"9999-12-31","time":"23:59:59.999","day2":"2024-02-29","time2":"09:05:07.040"}""",
            Wire.JsonOf(new DayEvent(DateOnly.MaxValue, TimeOnly.MaxValue, new DateOnly(2024, 2, 29), new TimeOnly(9, 5, 7, 40))));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "0.0001")]
    [InlineData(-1, "-0.0001")]
    [InlineData(10, "0.001")]
    [InlineData(9_999, "0.9999")]
    [InlineData(10_000, "1")]
    [InlineData(15_000, "1.5")]
    [InlineData(-15_000, "-1.5")]
    [InlineData(long.MaxValue, "922337203685477.5807")]
    [InlineData(long.MinValue, "-922337203685477.5808")]
    public void TimeSpans_are_milliseconds_with_their_fraction(long ticks, string number)
    {
        var value = TimeSpan.FromTicks(ticks);

        Assert.Equal($$"""{"value":{{number}}}""", Wire.JsonOf(new SpanEvent(value)));
        Assert.Equal($$"""{"value":{{number}},"optional":{{number}}}""", Wire.JsonOf(new SpanEvent(value, value)));
    }
}
