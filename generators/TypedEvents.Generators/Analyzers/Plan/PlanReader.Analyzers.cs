namespace TypedEvents.Cli;

/// <summary>What differs where analyzers read a plan, and not the command-line tool.</summary>
internal static partial class PlanReader
{
    private const string Reader = "package";
    private const string Update = "package TypedEvents";
}
