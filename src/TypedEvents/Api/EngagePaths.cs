namespace TypedEvents;

/// <summary>The paths of EngageLab's calls, below the base address.</summary>
internal static class EngagePaths
{
    public const string Report = "v1/event/report";
    public const string Register = "v1/user/register";

    public static string[] All { get; } = [Report, Register];
}
