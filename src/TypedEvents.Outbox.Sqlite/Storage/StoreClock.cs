namespace TypedEvents.Outbox.Sqlite;

/// <summary>Times as the file has them: whole milliseconds since 1970.</summary>
internal static class StoreClock
{
    public static long Now(TimeProvider clock) => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>The first stored time that isn't before one: what is stored is cut to the millisecond.</summary>
    public static long Ceiling(DateTimeOffset time)
    {
        long floor = time.ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(floor) < time ? floor + 1 : floor;
    }
}
