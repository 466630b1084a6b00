using System.Text;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>Types as C# that means the same wherever it stands: <c>global::Shop.Plan?</c>.</summary>
/// <remarks><c>ToDisplayString</c> gives the same, at several times the cost; it is left the rare ones.</remarks>
internal static class TypeText
{
    private static readonly SymbolDisplayFormat Annotated = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>A type without question marks on references.</summary>
    public static string Of(ITypeSymbol type) => Of(type, false);

    /// <summary>A type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="isAnnotated">Whether references get their question marks.</param>
    public static string Of(ITypeSymbol type, bool isAnnotated)
    {
        if (Keyword(type.SpecialType) is { } keyword && !(isAnnotated && type.NullableAnnotation == NullableAnnotation.Annotated))
        {
            return keyword;
        }

        StringBuilder text = TextBuilder.Take();
        Append(text, type, isAnnotated);
        return text.Finish();
    }

    /// <summary>A namespace with dots: <c>Shop.Events</c>.</summary>
    public static string Of(INamespaceSymbol space)
    {
        if (space.ContainingNamespace is { IsGlobalNamespace: true })
        {
            return Identifier.Escape(space.Name);
        }

        var text = new StringBuilder();
        Append(text, space);
        return text.ToString(0, text.Length - 1);
    }

    /// <summary>Whether a parameter of another method can have this type.</summary>
    public static bool CanBeRestated(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => CanBeRestated(array.ElementType),
        INamedTypeSymbol { IsRefLikeType: true } or INamedTypeSymbol { TypeKind: TypeKind.Error } => false,
        INamedTypeSymbol named => AllCanBeRestated(named),
        IDynamicTypeSymbol => true,
        _ => false,
    };

    /// <summary>Whether a reference in this type was written where nullable annotations are off.</summary>
    public static bool IsOblivious(ITypeSymbol type)
    {
        if (type.IsReferenceType && type.NullableAnnotation == NullableAnnotation.None)
        {
            return true;
        }

        if (type is IArrayTypeSymbol array)
        {
            return IsOblivious(array.ElementType);
        }

        if (type is INamedTypeSymbol { Arity: > 0 } named)
        {
            foreach (ITypeSymbol argument in named.TypeArguments)
            {
                if (IsOblivious(argument))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool AllCanBeRestated(INamedTypeSymbol type)
    {
        foreach (ITypeSymbol argument in type.TypeArguments)
        {
            if (!CanBeRestated(argument))
            {
                return false;
            }
        }

        return type.ContainingType is null || AllCanBeRestated(type.ContainingType);
    }

    private static void Append(StringBuilder text, ITypeSymbol type, bool isAnnotated)
    {
        if (type is INamedTypeSymbol { IsTupleType: false, IsAnonymousType: false } named)
        {
            AppendNamed(text, named, isAnnotated);
        }
        else if (type is IArrayTypeSymbol { IsSZArray: true, ElementType: not IArrayTypeSymbol } array)
        {
            Append(text, array.ElementType, isAnnotated);
            text.Append("[]");
        }
        else
        {
            text.Append(type.ToDisplayString(isAnnotated ? Annotated : SymbolDisplayFormat.FullyQualifiedFormat));
            return;
        }

        if (isAnnotated && type.IsReferenceType && type.NullableAnnotation == NullableAnnotation.Annotated)
        {
            text.Append('?');
        }
    }

    private static void AppendNamed(StringBuilder text, INamedTypeSymbol type, bool isAnnotated)
    {
        if (Keyword(type.SpecialType) is { } keyword)
        {
            text.Append(keyword);
            return;
        }

        if (type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
        {
            Append(text, type.TypeArguments[0], isAnnotated);
            text.Append('?');
            return;
        }

        if (type.ContainingType is { } container)
        {
            AppendNamed(text, container, isAnnotated);
            text.Append('.');
        }
        else
        {
            text.Append(ExternAliases.Find(type.ContainingAssembly) is { } alias ? Identifier.Escape(alias) : "global").Append("::");
            Append(text, type.ContainingNamespace);
        }

        text.Append(Identifier.Escape(type.Name));
        if (type.Arity > 0)
        {
            string separator = "<";
            foreach (ITypeSymbol argument in type.TypeArguments)
            {
                text.Append(separator);
                Append(text, argument, isAnnotated);
                separator = ", ";
            }

            text.Append('>');
        }
    }

    private static void Append(StringBuilder text, INamespaceSymbol? space)
    {
        if (space is { IsGlobalNamespace: false })
        {
            Append(text, space.ContainingNamespace);
            text.Append(Identifier.Escape(space.Name)).Append('.');
        }
    }

    private static string? Keyword(SpecialType type) => type switch
    {
        SpecialType.System_Object => "object",
        SpecialType.System_String => "string",
        SpecialType.System_Char => "char",
        SpecialType.System_Boolean => "bool",
        SpecialType.System_SByte => "sbyte",
        SpecialType.System_Byte => "byte",
        SpecialType.System_Int16 => "short",
        SpecialType.System_UInt16 => "ushort",
        SpecialType.System_Int32 => "int",
        SpecialType.System_UInt32 => "uint",
        SpecialType.System_Int64 => "long",
        SpecialType.System_UInt64 => "ulong",
        SpecialType.System_IntPtr => "nint",
        SpecialType.System_UIntPtr => "nuint",
        SpecialType.System_Single => "float",
        SpecialType.System_Double => "double",
        SpecialType.System_Decimal => "decimal",
        _ => null,
    };
}
