using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing.Plain;

/// <summary>Binds the types that a declaration names, as the symbols of its members would give them.</summary>
/// <param name="model">The semantic model of its file.</param>
/// <param name="position">Where it stands: nullable annotations are on or off there for all of it.</param>
internal sealed class PlainTypes(SemanticModel model, int position)
{
    private readonly NullableAnnotation _unmarked =
        model.GetNullableContext(position).AnnotationsEnabled() ? NullableAnnotation.NotAnnotated : NullableAnnotation.None;

    /// <summary>Gives a type with its nullable annotation, or <see langword="null"/> where it isn't certain.</summary>
    public ITypeSymbol? TryRead(TypeSyntax syntax)
    {
        if (syntax is RefTypeSyntax or OmittedTypeArgumentSyntax or ScopedTypeSyntax)
        {
            return null;
        }

        ITypeSymbol? type = syntax is PredefinedTypeSyntax predefined && SpecialTypeOf(predefined.Keyword.Kind()) is { } special
            ? model.Compilation.GetSpecialType(special)
            : model.GetTypeInfo(syntax).Type;
        if (type is null or { TypeKind: TypeKind.Error })
        {
            return null;
        }

        return type.IsReferenceType
            ? type.WithNullableAnnotation(syntax is NullableTypeSyntax ? NullableAnnotation.Annotated : _unmarked)
            : type;
    }

    private static SpecialType? SpecialTypeOf(SyntaxKind keyword) => keyword switch
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
