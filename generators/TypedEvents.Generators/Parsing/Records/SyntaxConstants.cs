using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// Evaluates constants in a record's declaration: literals, <c>nameof</c>, <c>typeof</c>, constants of other types and of the record
/// itself, and simple operations on these. To bind an expression, the compiler would make all members of the record.
/// </summary>
/// <param name="declaration">The record.</param>
/// <param name="names">The names of its members.</param>
/// <param name="scope">Resolves names of types.</param>
/// <param name="compilation">The compilation that it is part of.</param>
/// <param name="types">Binds its types.</param>
/// <param name="type">The record's symbol.</param>
/// <param name="baseRecord">Its base.</param>
internal sealed class SyntaxConstants(
    RecordDeclarationSyntax declaration,
    MemberNames names,
    NameScope scope,
    Compilation compilation,
    SyntaxTypes types,
    INamedTypeSymbol type,
    DeclaredRecord? baseRecord)
{
    /// <summary>More than a long concatenation, and less than a cycle of constants.</summary>
    private const int MaxDepth = 100;

    private int _depth;

    /// <summary>Evaluates an expression.</summary>
    /// <returns>Its value, or <see langword="null"/> where that isn't certain.</returns>
    public Constant? Evaluate(ExpressionSyntax expression)
    {
        if (++_depth > MaxDepth)
        {
            return null;
        }

        Constant? value = EvaluateOnce(expression);
        _depth--;
        return value;
    }

    /// <summary>Reads the default value of a parameter.</summary>
    /// <param name="expression">The value.</param>
    /// <param name="parameterType">The parameter's type.</param>
    /// <param name="text">The value in C#.</param>
    /// <returns>Whether it is certain.</returns>
    public bool TryReadDefault(ExpressionSyntax expression, ITypeSymbol parameterType, out string? text)
    {
        bool isRead = TryConvert(expression, parameterType, out object? value);
        text = isRead ? Argument.DefaultOf(value, parameterType) : null;
        return isRead;
    }

    private bool TryConvert(ExpressionSyntax expression, ITypeSymbol target, out object? value)
    {
        value = null;
        ITypeSymbol underlying = target.WithoutNullable(out bool isNullable);
        bool isDefault = expression.IsKind(SyntaxKind.DefaultLiteralExpression)
            || (expression is DefaultExpressionSyntax { Type: var named } && SymbolEqualityComparer.Default.Equals(types.TryRead(named), target));
        if (isDefault)
        {
            bool isNull = isNullable || target.IsReferenceType;
            value = isNull ? null : ZeroOf(underlying);
            return isNull || value is not null || underlying is { TypeKind: TypeKind.Struct, SpecialType: SpecialType.None or SpecialType.System_DateTime };
        }

        if (Evaluate(expression) is not { } constant)
        {
            return false;
        }

        if (constant.Value is null)
        {
            return isNullable || target.IsReferenceType;
        }

        if (constant.Kind == TypedConstantKind.Enum || underlying.TypeKind == TypeKind.Enum)
        {
            value = constant.Value;
            return constant.Kind == TypedConstantKind.Enum && SymbolEqualityComparer.Default.Equals(constant.Type, underlying);
        }

        value = constant.Kind == TypedConstantKind.Primitive ? Convert(constant.Value, underlying.SpecialType) : null;
        return value is not null;
    }

    private Constant? EvaluateOnce(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case LiteralExpressionSyntax { RawKind: not (int)SyntaxKind.DefaultLiteralExpression } literal:
                return Constant.Of(literal.Token.Value);
            case ParenthesizedExpressionSyntax { Expression: var inner }:
                return Evaluate(inner);
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression, Operand: var operand }:
                return Evaluate(operand);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression, Operand: var operand }:
                return Evaluate(operand) is { Kind: TypedConstantKind.Primitive, Value: { } number } && Negate(number) is { } negated ? Constant.Of(negated) : null;
            case BinaryExpressionSyntax binary:
                return Evaluate(binary.Left) is { } left && Evaluate(binary.Right) is { } right ? Combine(binary.Kind(), left, right) : null;
            case TypeOfExpressionSyntax { Type: var named }:
                return types.TryRead(named) is { } known ? new Constant(TypedConstantKind.Type, known) : null;
            case InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "nameof" }, ArgumentList.Arguments: [{ Expression: var named }] }:
                return NameOf(named);
            case IdentifierNameSyntax name:
                return EvaluateName(name);
            case MemberAccessExpressionSyntax { RawKind: (int)SyntaxKind.SimpleMemberAccessExpression, Name: IdentifierNameSyntax member } access:
                return FindTypeOrNamespace(access.Expression) is INamedTypeSymbol container && container.GetMembers(member.Identifier.ValueText) is [IFieldSymbol field]
                    ? ValueOf(field)
                    : null;
            default:
                return null;
        }
    }

    /// <summary>The last name counts; of <c>nameof(X)</c> with a method of that name, or an alias, the compiler says otherwise, and then in error.</summary>
    private Constant? NameOf(ExpressionSyntax named) => named switch
    {
        IdentifierNameSyntax name when !Declares("nameof") => Constant.Of(name.Identifier.ValueText),
        MemberAccessExpressionSyntax { Name: IdentifierNameSyntax name } when !Declares("nameof") => Constant.Of(name.Identifier.ValueText),
        _ => null,
    };

    /// <summary>A constant of the record itself, or of a type around it.</summary>
    private Constant? EvaluateName(IdentifierNameSyntax name)
    {
        string text = name.Identifier.ValueText;
        if (Declares(text))
        {
            return FindOwnConstant(text);
        }

        for (INamedTypeSymbol? container = type.ContainingType; container is not null; container = container.ContainingType)
        {
            ImmutableArray<ISymbol> members = container.GetMembers(text);
            if (!members.IsEmpty)
            {
                return members is [IFieldSymbol field] ? ValueOf(field) : null;
            }

            if (container.BaseType is { SpecialType: SpecialType.None })
            {
                return null;
            }
        }

        return null;
    }

    private Constant? FindOwnConstant(string name)
    {
        foreach (MemberDeclarationSyntax member in declaration.Members)
        {
            if (member is FieldDeclarationSyntax { Declaration: { Type: PredefinedTypeSyntax { Keyword: var keyword }, Variables: var variables } } field
                && field.Modifiers.Any(SyntaxKind.ConstKeyword))
            {
                foreach (VariableDeclaratorSyntax variable in variables)
                {
                    if (variable.Identifier.ValueText == name)
                    {
                        return variable.Initializer is { Value: var value }
                            && SyntaxTypes.SpecialTypeOf(keyword.Kind()) is { } special
                            && Evaluate(value) is { Kind: TypedConstantKind.Primitive, Value: { } constant }
                            && Convert(constant, special) is { } converted
                            ? Constant.Of(converted)
                            : null;
                    }
                }
            }
        }

        return null;
    }

    /// <summary>Whether the record, or a base of it, declares a member of this name.</summary>
    private bool Declares(string name)
    {
        for (DeclaredRecord? ancestor = baseRecord; ancestor is not null; ancestor = ancestor.Base)
        {
            if (ancestor.Declares(name))
            {
                return true;
            }
        }

        return names.CountOf(name) > 0 || IsPositional(name);
    }

    private bool IsPositional(string name)
    {
        foreach (ParameterSyntax parameter in declaration.ParameterList?.Parameters ?? default)
        {
            if (parameter.Identifier.ValueText == name)
            {
                return true;
            }
        }

        return false;
    }

    private static Constant? ValueOf(IFieldSymbol field) => field switch
    {
        { HasConstantValue: false } => null,
        { Type.TypeKind: TypeKind.Enum } => new Constant(TypedConstantKind.Enum, field.ConstantValue, field.Type),
        _ => Constant.Of(field.ConstantValue),
    };

    /// <summary>What the left side of a dot names.</summary>
    public INamespaceOrTypeSymbol? FindTypeOrNamespace(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case PredefinedTypeSyntax { Keyword: var keyword }:
                return SyntaxTypes.SpecialTypeOf(keyword.Kind()) is { } special ? compilation.GetSpecialType(special) : null;
            case IdentifierNameSyntax name:
                return scope.Find(name.Identifier.ValueText) switch
                {
                    INamedTypeSymbol { Arity: > 0 } => null,
                    INamespaceOrTypeSymbol found => found,
                    IAliasSymbol { Target: INamespaceOrTypeSymbol target } => target,
                    _ => null,
                };
            case MemberAccessExpressionSyntax { RawKind: (int)SyntaxKind.SimpleMemberAccessExpression, Name: IdentifierNameSyntax name } access:
                return FindIn(FindTypeOrNamespace(access.Expression), name);
            case QualifiedNameSyntax { Right: IdentifierNameSyntax name } qualified:
                return FindIn(FindTypeOrNamespace(qualified.Left), name);
            case AliasQualifiedNameSyntax { Alias.Identifier.RawKind: (int)SyntaxKind.GlobalKeyword, Name: IdentifierNameSyntax name }:
                return FindIn(compilation.GlobalNamespace, name);
            default:
                return null;
        }
    }

    private INamespaceOrTypeSymbol? FindIn(INamespaceOrTypeSymbol? container, IdentifierNameSyntax name) =>
        container is not null && scope.FindIn(container, name.Identifier.ValueText) is INamespaceOrTypeSymbol found and not INamedTypeSymbol { Arity: > 0 } ? found : null;

    private static object? Negate(object literal) => literal switch
    {
        int and not int.MinValue => -(int)literal,
        long and not long.MinValue => -(long)literal,
        float number => -number,
        double number => -number,
        decimal number => -number,
        _ => null,
    };

    private static Constant? Combine(SyntaxKind operation, Constant left, Constant right)
    {
        object? value = (operation, left.Value, right.Value) switch
        {
            (SyntaxKind.AddExpression, string one, string other) => one + other,
            (SyntaxKind.AddExpression, int one, int other) => Within((long)one + other),
            (SyntaxKind.SubtractExpression, int one, int other) => Within((long)one - other),
            (SyntaxKind.MultiplyExpression, int one, int other) => Within((long)one * other),
            _ => null,
        };
        return value is not null && left.Kind == TypedConstantKind.Primitive && right.Kind == TypedConstantKind.Primitive ? Constant.Of(value) : null;

        static object? Within(long number) => number is >= int.MinValue and <= int.MaxValue ? (int)number : null;
    }

    /// <summary>The zero of a type that has constants.</summary>
    private static object? ZeroOf(ITypeSymbol type) => type switch
    {
        INamedTypeSymbol { TypeKind: TypeKind.Enum, EnumUnderlyingType.SpecialType: var underlying } => Convert(0, underlying),
        { SpecialType: SpecialType.System_Boolean } => false,
        { SpecialType: SpecialType.System_Char } => '\0',
        _ => Convert(0, type.SpecialType),
    };

    /// <summary>A constant as one of another type, where it becomes that without a cast.</summary>
    internal static object? Convert(object constant, SpecialType target)
    {
        SpecialType source = TypeOf(constant);
        if (source == target)
        {
            return constant;
        }

        IFormatProvider invariant = CultureInfo.InvariantCulture;
        return (constant, target) switch
        {
            (int number, SpecialType.System_SByte) => number is >= sbyte.MinValue and <= sbyte.MaxValue ? (sbyte)number : null,
            (int number, SpecialType.System_Byte) => number is >= byte.MinValue and <= byte.MaxValue ? (byte)number : null,
            (int number, SpecialType.System_Int16) => number is >= short.MinValue and <= short.MaxValue ? (short)number : null,
            (int number, SpecialType.System_UInt16) => number is >= ushort.MinValue and <= ushort.MaxValue ? (ushort)number : null,
            (int number, SpecialType.System_UInt32) => number >= 0 ? (uint)number : null,
            (int number, SpecialType.System_UInt64) => number >= 0 ? (ulong)number : null,
            (long number, SpecialType.System_UInt64) => number >= 0 ? (ulong)number : null,
            (char character, SpecialType.System_Int32) => (int)character,
            (sbyte or byte or short or ushort, SpecialType.System_Int32) => System.Convert.ToInt32(constant, invariant),
            (sbyte or byte or short or ushort or int or uint, SpecialType.System_Int64) => System.Convert.ToInt64(constant, invariant),
            (byte or ushort or uint, SpecialType.System_UInt64) => System.Convert.ToUInt64(constant, invariant),
            (sbyte or byte or short or ushort or int or uint or long or ulong, SpecialType.System_Single) => System.Convert.ToSingle(constant, invariant),
            (sbyte or byte or short or ushort or int or uint or long or ulong or float, SpecialType.System_Double) => System.Convert.ToDouble(constant, invariant),
            (sbyte or byte or short or ushort or int or uint or long or ulong, SpecialType.System_Decimal) => System.Convert.ToDecimal(constant, invariant),
            _ => null,
        };
    }

    private static SpecialType TypeOf(object constant) => constant switch
    {
        string => SpecialType.System_String,
        bool => SpecialType.System_Boolean,
        char => SpecialType.System_Char,
        sbyte => SpecialType.System_SByte,
        byte => SpecialType.System_Byte,
        short => SpecialType.System_Int16,
        ushort => SpecialType.System_UInt16,
        int => SpecialType.System_Int32,
        uint => SpecialType.System_UInt32,
        long => SpecialType.System_Int64,
        ulong => SpecialType.System_UInt64,
        float => SpecialType.System_Single,
        double => SpecialType.System_Double,
        decimal => SpecialType.System_Decimal,
        _ => SpecialType.None,
    };
}
