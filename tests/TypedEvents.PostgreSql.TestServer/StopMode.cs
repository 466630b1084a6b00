namespace TypedEvents.PostgreSql.TestServer;

/// <summary>How a server is stopped (<c>pg_ctl stop -m</c>).</summary>
public enum StopMode
{
    /// <summary>It ends all sessions and shuts down cleanly.</summary>
    Fast,

    /// <summary>It dies as in a crash, and recovers at its next start.</summary>
    Immediate,
}
