namespace TypedEvents.Generators.Analyzers;

/// <summary>Where the rules are explained.</summary>
internal static class RulePage
{
    /// <summary>The one category of all rules: <c>dotnet_analyzer_diagnostic.category-TypedEvents.severity</c> sets them together.</summary>
    public const string Category = "TypedEvents";

    private const string Folder = "https://github.com/typedevents/typedevents/blob/main/docs/rules/";

    public static string Of(string id) => Folder + id + ".md";
}
