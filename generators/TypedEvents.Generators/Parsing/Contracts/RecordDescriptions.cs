using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>The descriptions in a record's documentation comments, as plain text on one line; none of a record of another assembly.</summary>
internal sealed class RecordDescriptions
{
    private static readonly RecordDescriptions None = new();

    private Dictionary<string, string>? _parameters;
    private Dictionary<string, string>? _properties;

    /// <summary>The record's summary.</summary>
    public string? Summary { get; private set; }

    public static RecordDescriptions Of(INamedTypeSymbol type)
    {
        RecordDescriptions? found = null;
        foreach (SyntaxReference reference in type.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax() is TypeDeclarationSyntax declaration)
            {
                AddType(declaration, ref found);
                foreach (MemberDeclarationSyntax member in declaration.Members)
                {
                    if (member is PropertyDeclarationSyntax property && DocumentationComment.Read(property) is { Summary: { } text })
                    {
                        AddTo(ref (found ??= new RecordDescriptions())._properties, property.Identifier.ValueText, text);
                    }
                }
            }
        }

        return found ?? None;
    }

    /// <summary>The summary of a property.</summary>
    public string? OfProperty(string name) => _properties is not null && _properties.TryGetValue(name, out string? text) ? text : null;

    /// <summary>What the record says of a positional parameter.</summary>
    public string? OfParameter(string name) => _parameters is not null && _parameters.TryGetValue(name, out string? text) ? text : null;

    private static void AddType(TypeDeclarationSyntax declaration, ref RecordDescriptions? found)
    {
        if (DocumentationComment.Read(declaration) is not { } comment)
        {
            return;
        }

        found ??= new RecordDescriptions();
        found.Summary ??= comment.Summary;
        foreach (KeyValuePair<string, string> parameter in comment.Parameters)
        {
            AddTo(ref found._parameters, parameter.Key, parameter.Value);
        }
    }

    /// <summary>The first counts, where there are several parts.</summary>
    private static void AddTo(ref Dictionary<string, string>? texts, string name, string text)
    {
        texts ??= new Dictionary<string, string>(StringComparer.Ordinal);
        if (!texts.ContainsKey(name))
        {
            texts.Add(name, text);
        }
    }
}
