using System.Text.RegularExpressions;

namespace TypedEvents.Analyzers.Tests.Infrastructure;

/// <summary>The pages of the rules.</summary>
internal static partial class RulePages
{
    public const string Folder = "docs/rules/";

    public static string Read(string id) => Repository.Read(Folder + id + ".md");

    /// <summary>The one example of a page that is marked as this.</summary>
    public static string Example(string id, string language) =>
        Assert.Single(Fence().Matches(Read(id)), match => match.Groups["language"].Value == language).Groups["code"].Value;

    /// <summary>The part of an example that another generator adds, on pages about such a case.</summary>
    public static string[] MadeByOthers(string id) =>
        [.. Fence().Matches(Read(id)).Where(match => match.Groups["language"].Value == "csharp generated").Select(match => match.Groups["code"].Value)];

    [GeneratedRegex("^```(?<language>[^\n`]+)\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
