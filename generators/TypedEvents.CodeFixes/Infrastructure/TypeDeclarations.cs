using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.CodeFixes;

/// <summary>Changes declarations of types, and leaves their layout and comments as they are.</summary>
internal static class TypeDeclarations
{
    /// <summary>Changes all parts of a type, and makes it and the types around it partial.</summary>
    /// <param name="solution">The solution.</param>
    /// <param name="type">The type.</param>
    /// <param name="change">Changes a part of the type itself.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<Solution> MakePartialAsync(
        Solution solution,
        INamedTypeSymbol type,
        Func<TypeDeclarationSyntax, TypeDeclarationSyntax, TypeDeclarationSyntax> change,
        CancellationToken cancellation)
    {
        List<TypeDeclarationSyntax> own = await PartsOfAsync(type, cancellation).ConfigureAwait(false);
        var all = new List<TypeDeclarationSyntax>(own);
        for (INamedTypeSymbol? container = type.ContainingType; container is not null; container = container.ContainingType)
        {
            all.AddRange(await PartsOfAsync(container, cancellation).ConfigureAwait(false));
        }

        return await ReplaceAsync(
            solution,
            all,
            (original, part) => WithPartial(own.Contains(original) ? change(original, part) : part),
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Makes a record of all parts of a type.</summary>
    public static async Task<Solution> MakeRecordAsync(Solution solution, INamedTypeSymbol type, CancellationToken cancellation) =>
        await ReplaceAsync(
            solution,
            await PartsOfAsync(type, cancellation).ConfigureAwait(false),
            (_, part) => ToRecord(part),
            cancellation).ConfigureAwait(false);

    /// <summary>The same, and no other change.</summary>
    public static Task<Solution> MakePartialAsync(Solution solution, INamedTypeSymbol type, CancellationToken cancellation) =>
        MakePartialAsync(solution, type, (_, part) => part, cancellation);

    /// <summary><c>class</c> becomes <c>record</c>, and <c>struct</c> becomes <c>record struct</c>.</summary>
    public static TypeDeclarationSyntax ToRecord(TypeDeclarationSyntax declaration)
    {
        if (declaration is not (ClassDeclarationSyntax or StructDeclarationSyntax))
        {
            return declaration;
        }

        bool isStruct = declaration is StructDeclarationSyntax;
        SyntaxToken keyword = SyntaxFactory.Token(SyntaxKind.RecordKeyword).WithTriviaFrom(declaration.Keyword);
        return SyntaxFactory.RecordDeclaration(
            isStruct ? SyntaxKind.RecordStructDeclaration : SyntaxKind.RecordDeclaration,
            declaration.AttributeLists,
            declaration.Modifiers,
            isStruct ? keyword.WithTrailingTrivia(SyntaxFactory.Space) : keyword,
            isStruct ? declaration.Keyword.WithLeadingTrivia() : default,
            declaration.Identifier,
            declaration.TypeParameterList,
            declaration.ParameterList,
            declaration.BaseList,
            declaration.ConstraintClauses,
            declaration.OpenBraceToken,
            declaration.Members,
            declaration.CloseBraceToken,
            declaration.SemicolonToken);
    }

    public static TypeDeclarationSyntax WithPartial(TypeDeclarationSyntax declaration)
    {
        SyntaxTokenList modifiers = declaration.Modifiers;
        if (modifiers.Any(SyntaxKind.PartialKeyword))
        {
            return declaration;
        }

        SyntaxToken partial = SyntaxFactory.Token(SyntaxKind.PartialKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        if (modifiers.Count > 0)
        {
            return declaration.WithModifiers(modifiers.Add(partial));
        }

        SyntaxToken keyword = declaration.Keyword;
        return declaration
            .WithKeyword(keyword.WithLeadingTrivia())
            .WithModifiers(SyntaxFactory.TokenList(partial.WithLeadingTrivia(keyword.LeadingTrivia)));
    }

    private static async Task<Solution> ReplaceAsync(
        Solution solution,
        List<TypeDeclarationSyntax> all,
        Func<TypeDeclarationSyntax, TypeDeclarationSyntax, TypeDeclarationSyntax> change,
        CancellationToken cancellation)
    {
        foreach (IGrouping<SyntaxTree, TypeDeclarationSyntax> parts in all.GroupBy(part => part.SyntaxTree))
        {
            // What is generated isn't in the solution.
            if (solution.GetDocumentId(parts.Key) is { } id)
            {
                SyntaxNode root = await parts.Key.GetRootAsync(cancellation).ConfigureAwait(false);
                solution = solution.WithDocumentSyntaxRoot(id, root.ReplaceNodes(parts, change));
            }
        }

        return solution;
    }

    private static async Task<List<TypeDeclarationSyntax>> PartsOfAsync(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var parts = new List<TypeDeclarationSyntax>();
        foreach (SyntaxReference reference in type.DeclaringSyntaxReferences)
        {
            if (await reference.GetSyntaxAsync(cancellation).ConfigureAwait(false) is TypeDeclarationSyntax part)
            {
                parts.Add(part);
            }
        }

        return parts;
    }
}
