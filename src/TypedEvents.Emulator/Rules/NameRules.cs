namespace TypedEvents.Emulator;

/// <summary>Which names are allowed: the documented rule for events, and what the client SDKs make of it for all names.</summary>
internal static class NameRules
{
    public const string SnakeCase = "must be lowercase letters, digits and '_', and begin with a letter.";

    private const int ClientSdkMaxLength = 49;

    private static readonly string[] ReservedPrefixes = ["el_", "engagelab", "metaverse"];

    public static bool IsSnakeCase(string name) =>
        name.Length > 0
        && char.IsAsciiLetterLower(name[0])
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_');

    public static void CheckClientSdkLimits(string name, string place)
    {
        if (!IsSnakeCase(name))
        {
            throw RejectionException.At(place, $"{SnakeCase} (client SDKs)");
        }

        if (name.Length > ClientSdkMaxLength)
        {
            throw RejectionException.At(place, $"must have at most {ClientSdkMaxLength} characters. (client SDKs)");
        }

        if (ReservedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            throw RejectionException.At(place, "must not begin with a reserved prefix. (client SDKs)");
        }
    }
}
