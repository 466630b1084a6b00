using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Parsing;

/// <summary>Reads types that are sent as a list of strings.</summary>
internal static class ListParser
{
    /// <summary>Returns how a list is written, or <see langword="null"/> if the type isn't a list that can be sent.</summary>
    public static ListModel? Parse(ITypeSymbol type)
    {
        if (FindElementType(type) is not { } elementType)
        {
            return null;
        }

        ITypeSymbol element = elementType.WithoutNullable(out bool isNullable);
        EnumModel? elementEnum = null;
        if (element.TypeKind == TypeKind.Enum)
        {
            elementEnum = EnumParser.Parse(element);
            if (elementEnum is not { IsFlags: false })
            {
                return null;
            }
        }
        else if (ValueTypes.Find(element) is not { IsListElement: true })
        {
            return null;
        }

        return new ListModel(SourceOf(type, element), TypeText.Of(element), isNullable, elementEnum);
    }

    /// <summary>The element type of the type's one <see cref="IEnumerable{T}"/>.</summary>
    public static ITypeSymbol? FindElementType(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol array)
        {
            return array.IsSZArray ? array.ElementType : null;
        }

        // Compilations share the interfaces of the definition; those of List<string> would be constructed in each.
        if (type is INamedTypeSymbol { Arity: 1, ContainingType: null, IsDefinition: false } generic)
        {
            ITypeSymbol? inDefinition = FindElementType(generic.OriginalDefinition);
            return inDefinition is ITypeParameterSymbol ? generic.TypeArguments[0]
                : inDefinition is INamedTypeSymbol { Arity: > 0 } ? FindAmongInterfaces(type)
                : inDefinition;
        }

        return FindAmongInterfaces(type);
    }

    private static ITypeSymbol? FindAmongInterfaces(ITypeSymbol type)
    {
        ITypeSymbol? element = ElementTypeOf(type);
        foreach (INamedTypeSymbol contract in type.AllInterfaces)
        {
            if (ElementTypeOf(contract) is { } other)
            {
                if (element is not null)
                {
                    return null;
                }

                element = other;
            }
            else if (contract is { Name: "IDictionary", Arity: 0, ContainingNamespace.Name: "Collections" }
                && contract.ContainingNamespace.IsWithinSystem())
            {
                return null;
            }
        }

        return element;
    }

    private static ITypeSymbol? ElementTypeOf(ITypeSymbol type) =>
        type.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T
            ? ((INamedTypeSymbol)type).TypeArguments[0]
            : null;

    private static ListSource SourceOf(ITypeSymbol type, ITypeSymbol element)
    {
        ListSource source = SourceOf(type);
        bool isOneCall = element.SpecialType == SpecialType.System_String
            && (source == ListSource.Interface || type.TypeKind is TypeKind.Array or TypeKind.Interface || (source == ListSource.Itself && type.Name == "List"));
        return isOneCall ? ListSource.Strings : source;
    }

    private static ListSource SourceOf(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol)
        {
            return ListSource.Itself;
        }

        if (type.IsInSystem("ArraySegment"))
        {
            return ListSource.ArraySegment;
        }

        if (!IsSystemCollection(type))
        {
            return ListSource.Interface;
        }

        return type is { Name: "ImmutableArray", ContainingNamespace.Name: "Immutable" } ? ListSource.ImmutableArray : ListSource.Itself;
    }

    /// <summary>Whether it is one of <c>System.Collections</c>, whose <c>foreach</c> gives what the interface gives.</summary>
    private static bool IsSystemCollection(ITypeSymbol type)
    {
        for (INamespaceSymbol? space = type.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            if (space.Name == "Collections" && space.ContainingNamespace is { Name: "System", ContainingNamespace.IsGlobalNamespace: true })
            {
                return true;
            }
        }

        return false;
    }
}
