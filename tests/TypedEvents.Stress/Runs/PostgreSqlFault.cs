namespace TypedEvents.Stress;

/// <summary>What a soak run on PostgreSQL does to a process, the network or the server.</summary>
internal enum PostgreSqlFault
{
    /// <summary>A process is killed (SIGKILL), and another one started.</summary>
    KillProcess,

    /// <summary>A process is stopped as it should be, and another one started.</summary>
    StopProcess,

    /// <summary>A process is suspended beyond its lease (SIGSTOP), and continues.</summary>
    FreezeProcess,

    /// <summary>No byte passes between a process and the server beyond the lease, and no side gets a FIN; then both do.</summary>
    SilenceNetwork,

    /// <summary>The server crashes (<c>-m immediate</c>), and starts again.</summary>
    CrashServer,

    /// <summary>The process of one session is killed (SIGKILL), so that the server recovers while commits of others aren't on the disk yet.</summary>
    KillSession,

    /// <summary>The server crashes, and its synchronous standby is promoted.</summary>
    FailOver,
}
