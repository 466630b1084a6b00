using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>Binds the types that a declaration names, as the symbols of its members would give them.</summary>
/// <param name="model">The semantic model of its file.</param>
/// <param name="scope">Resolves names of types.</param>
/// <param name="position">Where it stands: nullable annotations are on or off there for all of it.</param>
internal sealed class SyntaxTypes(SemanticModel model, NameScope scope, int position)
{
    private readonly NullableAnnotation _unmarked =
        model.GetNullableContext(position).AnnotationsEnabled() ? NullableAnnotation.NotAnnotated : NullableAnnotation.None;

    /// <summary>Gives a type with its nullable annotation, or <see langword="null"/> where it isn't certain.</summary>
    public ITypeSymbol? TryRead(TypeSyntax syntax)
    {
        bool isMarked = syntax is NullableTypeSyntax;
        TypeSyntax unmarked = syntax is NullableTypeSyntax nullable ? nullable.ElementType : syntax;
        ITypeSymbol? type = unmarked switch
        {
            RefTypeSyntax => null,
            PredefinedTypeSyntax { Keyword: var keyword } when SpecialTypeOf(keyword.Kind()) is { } known => Known(known, isMarked),
            IdentifierNameSyntax { Identifier: { Text: not ("dynamic" or "nint" or "nuint" or "var" or "notnull" or "unmanaged") } name } => Named(name.ValueText, isMarked),
            _ => model.GetTypeInfo(syntax).Type,
        };
        return type is null or { TypeKind: TypeKind.Error } ? null : Annotated(type, isMarked);
    }

    /// <summary>A keyword means the same everywhere.</summary>
    private INamedTypeSymbol Known(SpecialType special, bool isMarked)
    {
        INamedTypeSymbol type = model.Compilation.GetSpecialType(special);
        return isMarked && type.IsValueType ? model.Compilation.GetSpecialType(SpecialType.System_Nullable_T).Construct(type) : type;
    }

    private ITypeSymbol? Named(string name, bool isMarked)
    {
        ISymbol? found = scope.Find(name);
        return (found is IAliasSymbol alias ? alias.Target : found) switch
        {
            INamedTypeSymbol { Arity: > 0, IsDefinition: true } or null => null,
            INamedTypeSymbol { IsValueType: true } value when isMarked => model.Compilation.GetSpecialType(SpecialType.System_Nullable_T).Construct(value),
            ITypeSymbol type => type,
            _ => null,
        };
    }

    private ITypeSymbol Annotated(ITypeSymbol type, bool isMarked) =>
        type.IsReferenceType ? type.WithNullableAnnotation(isMarked ? NullableAnnotation.Annotated : _unmarked) : type;

    /// <summary>The type that a keyword means.</summary>
    public static SpecialType? SpecialTypeOf(SyntaxKind keyword) => keyword switch
    {
        SyntaxKind.StringKeyword => SpecialType.System_String,
        SyntaxKind.CharKeyword => SpecialType.System_Char,
        SyntaxKind.BoolKeyword => SpecialType.System_Boolean,
        SyntaxKind.SByteKeyword => SpecialType.System_SByte,
        SyntaxKind.ByteKeyword => SpecialType.System_Byte,
        SyntaxKind.ShortKeyword => SpecialType.System_Int16,
        SyntaxKind.UShortKeyword => SpecialType.System_UInt16,
        SyntaxKind.IntKeyword => SpecialType.System_Int32,
        SyntaxKind.UIntKeyword => SpecialType.System_UInt32,
        SyntaxKind.LongKeyword => SpecialType.System_Int64,
        SyntaxKind.ULongKeyword => SpecialType.System_UInt64,
        SyntaxKind.FloatKeyword => SpecialType.System_Single,
        SyntaxKind.DoubleKeyword => SpecialType.System_Double,
        SyntaxKind.DecimalKeyword => SpecialType.System_Decimal,
        _ => null,
    };
}
