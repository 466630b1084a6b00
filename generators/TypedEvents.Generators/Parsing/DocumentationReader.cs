using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Reads the documentation comments of a record for its typed calls: the summary, <c>&lt;param&gt;</c> of positional parameters,
/// and the summaries of properties, those of base records included.
/// </summary>
/// <remarks>
/// References become names in <c>&lt;c&gt;</c> because the generated file doesn't have the using directives that they rely on.
/// </remarks>
internal static class DocumentationReader
{
    /// <summary>Reads the comments of a record; <see langword="null"/> where the compiler skips comments.</summary>
    public static DocumentationModel? Read(INamedTypeSymbol type, SyntaxTree tree, CancellationToken cancellation)
    {
        if (tree.Options.DocumentationMode == DocumentationMode.None)
        {
            return null;
        }

        string? summary = null;
        var texts = new List<ParameterDocumentation>();
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseRecord())
        {
            if (current.DeclaringSyntaxReferences.IsEmpty)
            {
                AddCompiled(current, texts);
            }

            foreach (SyntaxReference declaration in current.DeclaringSyntaxReferences)
            {
                if (declaration.GetSyntax(cancellation) is TypeDeclarationSyntax { HasStructuredTrivia: true } syntax)
                {
                    string? own = Read(syntax, texts);
                    summary ??= ReferenceEquals(current, type) ? own : null;
                }
            }
        }

        return summary is null && texts.Count == 0 ? DocumentationModel.None : new DocumentationModel(summary, EquatableArray.From(texts));
    }

    /// <summary>
    /// Refers to the documentation of a compiled base's required members. Its text isn't copied: an IDE reads it from the XML file beside the
    /// assembly, and the compiler of a command-line build doesn't.
    /// </summary>
    private static void AddCompiled(INamedTypeSymbol type, List<ParameterDocumentation> texts)
    {
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }
                && member.OriginalDefinition.GetDocumentationCommentId() is { } id)
            {
                Add(texts, member.Name, $"<inheritdoc cref=\"{id}\" path=\"/summary/node()\"/>");
            }
        }
    }

    private static string? Read(TypeDeclarationSyntax declaration, List<ParameterDocumentation> texts)
    {
        string? summary = null;
        foreach (XmlElementSyntax element in ElementsOf(declaration))
        {
            switch (element.StartTag.Name.LocalName.ValueText)
            {
                case "summary":
                    summary ??= TextOf(element);
                    break;
                case "param" when ParameterOf(element) is { } parameter:
                    Add(texts, parameter, TextOf(element));
                    break;
            }
        }

        foreach (MemberDeclarationSyntax member in declaration.Members)
        {
            if (member is PropertyDeclarationSyntax { HasStructuredTrivia: true } property
                && ElementsOf(property).FirstOrDefault(element => element.StartTag.Name.LocalName.ValueText == "summary") is { } element)
            {
                Add(texts, property.Identifier.ValueText, TextOf(element));
            }
        }

        return summary;
    }

    /// <summary>Keeps the documentation that is nearest to the event.</summary>
    private static void Add(List<ParameterDocumentation> texts, string member, string? text)
    {
        string parameter = ParameterList.NameOf(member);
        if (text is not null && !texts.Exists(other => other.Parameter == parameter))
        {
            texts.Add(new ParameterDocumentation(parameter, text));
        }
    }

    private static IEnumerable<XmlElementSyntax> ElementsOf(MemberDeclarationSyntax declaration)
    {
        foreach (SyntaxTrivia trivia in declaration.GetLeadingTrivia())
        {
            if (trivia.GetStructure() is DocumentationCommentTriviaSyntax comment)
            {
                foreach (XmlNodeSyntax node in comment.Content)
                {
                    if (node is XmlElementSyntax element)
                    {
                        yield return element;
                    }
                }
            }
        }
    }

    private static string? ParameterOf(XmlElementSyntax element) =>
        element.StartTag.Attributes.OfType<XmlNameAttributeSyntax>().FirstOrDefault()?.Identifier.Identifier.ValueText;

    private static string? TextOf(XmlElementSyntax element)
    {
        var text = new StringBuilder();
        Append(text, element.Content);
        return text.Length == 0 ? null : text.ToString().TrimEnd();
    }

    private static void Append(StringBuilder text, SyntaxList<XmlNodeSyntax> nodes)
    {
        foreach (XmlNodeSyntax node in nodes)
        {
            switch (node)
            {
                case XmlTextSyntax { TextTokens: var tokens }:
                    AppendWords(text, tokens);
                    break;
                case XmlCDataSectionSyntax { TextTokens: var tokens }:
                    AppendWords(text, tokens);
                    break;
                case XmlElementSyntax { StartTag.Name.LocalName.ValueText: "c" or "code" } code:
                    AppendCode(text, string.Concat(code.Content.OfType<XmlTextSyntax>().Select(part => part.TextTokens.ToString())));
                    break;
                case XmlElementSyntax element:
                    Append(text, element.Content);
                    break;
                case XmlEmptyElementSyntax reference when NameIn(reference) is { } name:
                    AppendCode(text, name);
                    break;
            }
        }
    }

    /// <summary>Text on one line, with one space where there were several or a line ended.</summary>
    private static void AppendWords(StringBuilder text, SyntaxTokenList tokens)
    {
        foreach (SyntaxToken token in tokens)
        {
            foreach (char character in token.IsKind(SyntaxKind.XmlTextLiteralNewLineToken) ? " " : token.ValueText)
            {
                if (!char.IsWhiteSpace(character))
                {
                    text.Append(XmlText.Of(character.ToString()));
                }
                else if (text.Length > 0 && text[text.Length - 1] != ' ')
                {
                    text.Append(' ');
                }
            }
        }
    }

    private static void AppendCode(StringBuilder text, string code) =>
        text.Append("<c>").Append(XmlText.Of(code.Trim())).Append("</c>");

    /// <summary>The name that <c>&lt;see cref="Plan.Free"/&gt;</c>, <c>&lt;see langword="null"/&gt;</c> or <c>&lt;paramref name="plan"/&gt;</c> refers to.</summary>
    private static string? NameIn(XmlEmptyElementSyntax reference)
    {
        foreach (XmlAttributeSyntax attribute in reference.Attributes)
        {
            switch (attribute)
            {
                case XmlCrefAttributeSyntax cref:
                    return cref.Cref.ToString();
                case XmlNameAttributeSyntax name:
                    return name.Identifier.ToString();
                case XmlTextAttributeSyntax { Name.LocalName.ValueText: "langword" or "href" } text:
                    return text.TextTokens.ToString();
            }
        }

        return null;
    }
}
