using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.CodeFixes;

/// <summary>A piece of code to fix, which may be in another file than the diagnostic.</summary>
internal sealed class Place(Document document, SyntaxNode root, SemanticModel model, SyntaxNode node)
{
    public Document Document => document;

    public SemanticModel Model => model;

    /// <summary>The innermost piece of code of a kind around it.</summary>
    public T? Find<T>()
        where T : SyntaxNode => node.FirstAncestorOrSelf<T>();

    /// <summary>The property or positional parameter that it is part of.</summary>
    public SyntaxNode? FindProperty() => node.FirstAncestorOrSelf<SyntaxNode>(node => node is BasePropertyDeclarationSyntax or ParameterSyntax);

    /// <summary>The type of that property.</summary>
    public ITypeSymbol? FindPropertyType(CancellationToken cancellation) => FindProperty() switch
    {
        ParameterSyntax parameter => (model.GetDeclaredSymbol(parameter, cancellation) as IParameterSymbol)?.Type,
        BasePropertyDeclarationSyntax property => (model.GetDeclaredSymbol(property, cancellation) as IPropertySymbol)?.Type,
        _ => null,
    };

    /// <summary>The attributes of a property that have one of these names.</summary>
    public IEnumerable<AttributeSyntax> AnnotationsOf(SyntaxNode property, params string[] names) =>
        property.ChildNodes().OfType<AttributeListSyntax>()
            .SelectMany(list => list.Attributes)
            .Where(attribute => model.GetTypeInfo(attribute).Type is { } type && Array.IndexOf(names, type.Name) >= 0);

    /// <summary>Finds what a diagnostic is about.</summary>
    public static async Task<Place?> OfAsync(Document underlined, Diagnostic diagnostic, CancellationToken cancellation)
    {
        Location location = FixHint.PlaceOf(diagnostic);
        Document? document = location == diagnostic.Location ? underlined : DocumentOf(underlined.Project, location);
        if (document is null
            || await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false) is not { } root
            || await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false) is not { } model)
        {
            return null;
        }

        return new Place(document, root, model, root.FindNode(location.SourceSpan, getInnermostNodeForTie: true));
    }

    public Solution Replace(SyntaxNode old, SyntaxNode replacement) =>
        document.Project.Solution.WithDocumentSyntaxRoot(document.Id, root.ReplaceNode(old, replacement));

    /// <summary>A host may have analysed a copy of the project, whose trees are others than the solution's, but not their paths.</summary>
    private static Document? DocumentOf(Project project, Location location) =>
        project.Solution.GetDocument(location.SourceTree)
        ?? project.Documents.FirstOrDefault(document => document.FilePath == location.SourceTree?.FilePath && document.FilePath is not null)
        ?? project.Documents.FirstOrDefault(document => document.Name == location.SourceTree?.FilePath);
}
