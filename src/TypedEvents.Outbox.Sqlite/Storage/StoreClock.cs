namespace TypedEvents.Outbox.Sqlite;

/// <summary>Times as the file has them: whole milliseconds since 1970.</summary>
internal static class StoreClock
{
    private static readonly long First = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>What is stored, where it can be a time; the nearest time otherwise.</summary>
    public static DateTimeOffset ToTime(long stored) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(stored, First, Last));

    public static bool IsTime(long stored) => stored >= First && stored <= Last;

    /// <summary>In SQL: whether a column holds a time.</summary>
    public static string IsTimeSql(string column) => FormattableString.Invariant($"{column} BETWEEN {First} AND {Last}");

    public static long Now(TimeProvider clock) => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The first stored time that isn't before one: what is stored is cut to the millisecond.</summary>
    public static long Ceiling(DateTimeOffset time)
    {
        long floor = time.ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(floor) < time ? floor + 1 : floor;
    }
}
