namespace TypedEvents;

/// <summary>What a code of EngageLab's means for a request.</summary>
internal enum EngageCodeMeaning
{
    /// <summary>The request was accepted.</summary>
    Accepted,

    /// <summary>Nothing is accepted until somebody changes a setting, here or at EngageLab.</summary>
    Configuration,

    /// <summary>Something in the request is at fault.</summary>
    Rejected,
}

/// <summary>A code of EngageLab's responses whose meaning is known.</summary>
/// <param name="number">The <c>code</c>.</param>
/// <param name="meaning">What it means.</param>
/// <param name="advice">What happened and what to check, in a sentence.</param>
internal sealed class EngageCode(int number, EngageCodeMeaning meaning, string advice)
{
    public int Number => number;

    public EngageCodeMeaning Meaning => meaning;

    public string Advice => advice;
}

/// <summary>The codes of EngageLab's responses whose meaning is known. A new one is a line here.</summary>
internal static class EngageCodes
{
    public static readonly EngageCode Accepted = new(0, EngageCodeMeaning.Accepted, "");
    public static readonly EngageCode EuidMissing = new(40007, EngageCodeMeaning.Rejected, "An EUID is missing.");
    public static readonly EngageCode WrongCredentials = new(40050, EngageCodeMeaning.Configuration, "The credentials were rejected: check ApiKey and ApiSecret.");
    public static readonly EngageCode IllegalProject = new(50031, EngageCodeMeaning.Configuration, UnknownProjectAdvice);
    public static readonly EngageCode UnknownProject = new(50034, EngageCodeMeaning.Configuration, UnknownProjectAdvice);
    public static readonly EngageCode MissingDataSource = new(50074, EngageCodeMeaning.Configuration, "The project has no API data source: add one at EngageLab.");

    private const string UnknownProjectAdvice = "The project is not known: check that ApiKey and ApiSecret are those of the project.";

    private static readonly EngageCode[] Known = [Accepted, EuidMissing, WrongCredentials, IllegalProject, UnknownProject, MissingDataSource];

    /// <summary>Gives what is known of a code, or <see langword="null"/>.</summary>
    public static EngageCode? Find(int? number) => Array.Find(Known, code => code.Number == number);

    /// <summary>Whether nothing is accepted until somebody changes a setting, here or at EngageLab.</summary>
    public static bool MeansConfiguration(int? number) => Find(number)?.Meaning == EngageCodeMeaning.Configuration;
}
