namespace TypedEvents.Cli;

/// <summary>The exit codes, which scripts depend on: a tool that failed must not look like a finding.</summary>
internal static class ExitCodes
{
    /// <summary>Done, and nothing was found at or above the level that fails.</summary>
    public const int Done = 0;

    /// <summary>Something was found: a breaking change, a lint finding of that level, an outdated lock.</summary>
    public const int Found = 1;

    /// <summary>The command couldn't do its work.</summary>
    public const int Failed = 2;

    /// <summary>Ended by Ctrl+C.</summary>
    public const int Interrupted = 130;
}
