using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>What a record's symbol doesn't say by itself.</summary>
internal static class RecordSymbols
{
    /// <summary>The constructor that the record's positional parameters make, in source.</summary>
    public static IMethodSymbol? FindPrimaryConstructor(this INamedTypeSymbol type)
    {
        foreach (IMethodSymbol constructor in type.InstanceConstructors)
        {
            if (constructor.PositionalSyntax() is not null)
            {
                return constructor;
            }
        }

        return null;
    }

    /// <summary>The positional parameters as they are written, if this is a primary constructor.</summary>
    public static ParameterListSyntax? PositionalSyntax(this IMethodSymbol constructor)
    {
        foreach (SyntaxReference declaration in constructor.DeclaringSyntaxReferences)
        {
            if (declaration.GetSyntax() is TypeDeclarationSyntax { ParameterList: { } list })
            {
                return list;
            }
        }

        return null;
    }

    /// <summary>The record's base that can hold properties.</summary>
    public static INamedTypeSymbol? BaseRecord(this INamedTypeSymbol type) =>
        type.BaseType is { SpecialType: SpecialType.None } baseType ? baseType : null;
}
