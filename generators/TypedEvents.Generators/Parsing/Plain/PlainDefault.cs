using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing.Plain;

/// <summary>Reads default values that are literals: to bind an expression, the compiler would make all members.</summary>
internal static class PlainDefault
{
    /// <summary>Reads one.</summary>
    /// <param name="expression">The value.</param>
    /// <param name="type">The parameter's type.</param>
    /// <param name="text">The value in C#.</param>
    /// <returns>Whether it is certain.</returns>
    public static bool TryRead(ExpressionSyntax expression, ITypeSymbol type, out string? text)
    {
        bool isRead = TryRead(expression, type.WithoutNullable(out bool isNullable), isNullable, out object? value);
        text = isRead ? Argument.DefaultOf(value, type) : null;
        return isRead;
    }

    private static bool TryRead(ExpressionSyntax expression, ITypeSymbol type, bool isNullable, out object? value)
    {
        value = null;
        switch (expression.Kind())
        {
            case SyntaxKind.NullLiteralExpression:
                return isNullable || type.IsReferenceType;
            case SyntaxKind.DefaultLiteralExpression:
                // That of a number or an enum is its zero.
                return isNullable || type.IsReferenceType || type is { SpecialType: SpecialType.None, TypeKind: TypeKind.Struct };
            case SyntaxKind.UnaryMinusExpression when expression is PrefixUnaryExpressionSyntax { Operand: LiteralExpressionSyntax operand }:
                value = Convert(Negate(operand.Token.Value), type.SpecialType);
                return value is not null;
            default:
                value = expression is LiteralExpressionSyntax literal ? Convert(literal.Token.Value, type.SpecialType) : null;
                return value is not null;
        }
    }

    private static object? Negate(object? literal) => literal switch
    {
        int number => -number,
        long number => -number,
        float number => -number,
        double number => -number,
        decimal number => -number,
        _ => null,
    };

    /// <summary>A literal as a constant of the parameter's type, where it is one, or becomes one without loss.</summary>
    private static object? Convert(object? literal, SpecialType type) => (literal, type) switch
    {
        (string or bool or char or int or uint or long or ulong or float or double or decimal, _) when TypeOf(literal) == type => literal,
        (int number, SpecialType.System_Int64) => (long)number,
        (int number, SpecialType.System_Double) => (double)number,
        (int number, SpecialType.System_Decimal) => (decimal)number,
        _ => null,
    };

    private static SpecialType TypeOf(object literal) => literal switch
    {
        string => SpecialType.System_String,
        bool => SpecialType.System_Boolean,
        char => SpecialType.System_Char,
        int => SpecialType.System_Int32,
        uint => SpecialType.System_UInt32,
        long => SpecialType.System_Int64,
        ulong => SpecialType.System_UInt64,
        float => SpecialType.System_Single,
        double => SpecialType.System_Double,
        _ => SpecialType.System_Decimal,
    };
}
