namespace TypedEvents.Outbox.Sqlite;

/// <summary>Times as stored in the file: whole milliseconds since 1970-01-01 UTC.</summary>
internal static class StoreClock
{
    private static readonly long First = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The stored time; if it is out of range, the nearest valid time.</summary>
    public static DateTimeOffset ToTime(long stored) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(stored, First, Last));

    public static bool IsTime(long stored) => stored >= First && stored <= Last;

    /// <summary>An SQL condition: whether a column holds a valid time.</summary>
    public static string IsTimeSql(string column) => FormattableString.Invariant($"{column} BETWEEN {First} AND {Last}");

    public static long Now(TimeProvider clock) => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The first stored time that isn't before a given one. Stored times are truncated to milliseconds.</summary>
    public static long Ceiling(DateTimeOffset time)
    {
        long floor = time.ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(floor) < time ? floor + 1 : floor;
    }
}
