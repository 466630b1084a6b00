using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>Extensions of record symbols.</summary>
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

    /// <summary>Whether a type is a record or a record struct, of this or of another assembly.</summary>
    /// <remarks>
    /// The compiler knows compiled records by their clone method. A compiled record struct has none; what shows it is that its
    /// equality operator was made by the compiler.
    /// </remarks>
    public static bool IsRecordType(this INamedTypeSymbol type) =>
        type.TypeKind is TypeKind.Class or TypeKind.Struct && (type.IsRecord || IsCompiledRecordStruct(type));

    private static bool IsCompiledRecordStruct(INamedTypeSymbol type)
    {
        if (type.TypeKind != TypeKind.Struct || !type.DeclaringSyntaxReferences.IsEmpty)
        {
            return false;
        }

        foreach (ISymbol member in type.GetMembers("op_Equality"))
        {
            if (KnownAttributes.HasAny(member.GetAttributes(), AttributeRole.CompilerGenerated))
            {
                return true;
            }
        }

        return false;
    }
}
