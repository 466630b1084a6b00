using Microsoft.CodeAnalysis.CSharp;

namespace TypedEvents.Generators.Text;

internal static class Identifier
{
    /// <summary>An identifier that is a keyword somewhere gets an <c>@</c>.</summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None
            ? "@" + name
            : name;
}
