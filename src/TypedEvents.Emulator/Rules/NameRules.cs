namespace TypedEvents.Emulator;

/// <summary>Checks names: the documented rule for events, and the stricter rules of the client SDKs for all names.</summary>
internal static class NameRules
{
    public const string SnakeCase = "must consist of lowercase letters, digits and '_', and start with a letter.";

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
            throw RejectionException.At(place, "must not start with a reserved prefix. (client SDKs)");
        }
    }
}
