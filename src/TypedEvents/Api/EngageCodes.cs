namespace TypedEvents;

/// <summary>The codes of EngageLab's responses whose meaning is known.</summary>
internal static class EngageCodes
{
    public const int Accepted = 0;
    public const int WrongCredentials = 40050;
    public const int IllegalProject = 50031;
    public const int UnknownProject = 50034;
    public const int MissingDataSource = 50074;

    /// <summary>Whether nothing is accepted until somebody changes a setting, here or at EngageLab.</summary>
    public static bool MeansConfiguration(int code) => code is WrongCredentials or IllegalProject or UnknownProject or MissingDataSource;
}
