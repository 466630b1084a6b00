using Npgsql;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>What the errors of PostgreSQL mean for the outbox.</summary>
internal static class StoreErrors
{
    /// <summary>A deadlock, a serialization failure or a lock that wasn't available: the same batch may succeed now.</summary>
    public static bool IsConflict(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable;

    /// <summary>
    /// The server is read-only, or can't read an UNLOGGED table because it is a standby: the pool's connections lead to a server that isn't the
    /// primary any more.
    /// </summary>
    public static bool IsPoolStale(Exception exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.AdminShutdown
            or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow,
    };

    public static bool IsDenied(PostgresException exception) => exception.SqlState == PostgresErrorCodes.InsufficientPrivilege;
}
