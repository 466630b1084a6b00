namespace TypedEvents.Tests;

public sealed class AppendTimesTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);

    [Fact]
    public void A_week_behind_an_event_that_stays_takes_few_marks_and_no_event_is_said_to_be_older_than_it_is()
    {
        var times = new AppendTimes();
        TimeSpan between = TimeSpan.FromSeconds(1);
        const int Events = 7 * 24 * 3600;
        for (int i = 0; i < Events; i++)
        {
            times.Note(i + 1, Start + (i * between));
        }

        Assert.InRange(times.Count, 1, 8 * 1024);
        DateTimeOffset now = Start + (Events * between);
        for (int i = 0; i < Events; i += 997)
        {
            TimeSpan age = now - (Start + (i * between));
            Assert.False(times.IsOlder(i + 1, age, now));
            Assert.True(times.IsOlder(i + 1, age - TimeSpan.FromMinutes(10), now));
        }

        times.ForgetBefore(Events);
        Assert.Equal(1, times.Count);
        times.Note(Events + 1, now);
        Assert.True(times.IsOlder(Events + 1, TimeSpan.FromSeconds(1), now + TimeSpan.FromSeconds(1.2)));
    }
}
