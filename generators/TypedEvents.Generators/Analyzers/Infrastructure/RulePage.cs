namespace TypedEvents.Generators.Analyzers;

/// <summary>Where the rules are explained.</summary>
internal static class RulePage
{
    /// <summary>The category of all rules about events: <c>dotnet_analyzer_diagnostic.category-TypedEvents.severity</c> sets them together.</summary>
    public const string Category = "TypedEvents";

    /// <summary>
    /// The category of the rules about the tracking plan. It is another one, so that a project that turns all rules about events into errors still
    /// builds with a new event that isn't accepted into the lock file.
    /// </summary>
    public const string PlanCategory = "TypedEventsPlan";

    private const string Folder = "https://github.com/typedevents/typedevents/blob/main/docs/rules/";

    public static string Of(string id) => Folder + id + ".md";
}
