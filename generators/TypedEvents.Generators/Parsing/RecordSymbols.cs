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
            foreach (SyntaxReference declaration in constructor.DeclaringSyntaxReferences)
            {
                if (declaration.GetSyntax() is TypeDeclarationSyntax)
                {
                    return constructor;
                }
            }
        }

        return null;
    }

    /// <summary>The positional parameter of this name.</summary>
    /// <remarks>
    /// A compiled record doesn't say which of its constructors is the primary one; our attributes stand on no other's
    /// parameters, so any with the property's name will do.
    /// </remarks>
    public static IParameterSymbol? FindPositionalParameter(this INamedTypeSymbol type, string name)
    {
        if (!type.DeclaringSyntaxReferences.IsEmpty)
        {
            return type.FindPrimaryConstructor()?.FindParameter(name);
        }

        foreach (IMethodSymbol constructor in type.InstanceConstructors)
        {
            if (constructor.FindParameter(name) is { } parameter)
            {
                return parameter;
            }
        }

        return null;
    }

    /// <summary>The record's base that can hold properties.</summary>
    public static INamedTypeSymbol? BaseRecord(this INamedTypeSymbol type) =>
        type.BaseType is { SpecialType: SpecialType.None } baseType ? baseType : null;

    private static IParameterSymbol? FindParameter(this IMethodSymbol method, string name)
    {
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (parameter.Name == name)
            {
                return parameter;
            }
        }

        return null;
    }
}
