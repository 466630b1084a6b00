using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>The facts that the modifiers and accessors of a property state.</summary>
/// <param name="IsSent">Whether everyone can read it.</param>
/// <param name="IsRequired">Whether it must be set.</param>
/// <param name="IsOverride">Whether it overrides another.</param>
/// <param name="IsAbstract">Whether it is abstract.</param>
internal readonly record struct PropertyModifiers(bool IsSent, bool IsRequired, bool IsOverride, bool IsAbstract)
{
    /// <summary>Reads them.</summary>
    /// <param name="property">The property.</param>
    /// <param name="modifiers">What they say.</param>
    /// <returns>Whether that is certain: not for a partial property, an override without a getter, and not where a getter may be obsolete.</returns>
    public static bool TryRead(PropertyDeclarationSyntax property, out PropertyModifiers modifiers)
    {
        modifiers = default;
        bool isPublic = false;
        bool isStatic = false;
        bool isRequired = false;
        bool isOverride = false;
        bool isAbstract = false;
        foreach (SyntaxToken modifier in property.Modifiers)
        {
            switch (modifier.Kind())
            {
                case SyntaxKind.PublicKeyword:
                    isPublic = true;
                    break;
                case SyntaxKind.RequiredKeyword:
                    isRequired = true;
                    break;
                case SyntaxKind.StaticKeyword:
                    isStatic = true;
                    break;
                case SyntaxKind.OverrideKeyword:
                    isOverride = true;
                    break;
                case SyntaxKind.AbstractKeyword:
                    isAbstract = true;
                    break;
                case SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword or SyntaxKind.PrivateKeyword or SyntaxKind.ReadOnlyKeyword
                    or SyntaxKind.VirtualKeyword or SyntaxKind.SealedKeyword or SyntaxKind.NewKeyword:
                    break;
                default:
                    return false;
            }
        }

        if (isOverride && property.ExpressionBody is null && FindGetter(property) is null)
        {
            return false;
        }

        modifiers = new PropertyModifiers(isPublic && !isStatic && HasPublicGetter(property), isRequired, isOverride, isAbstract);
        return !HasAttributeOnGetter(property);
    }

    private static bool HasPublicGetter(PropertyDeclarationSyntax property) =>
        property.ExpressionBody is not null
        || (FindGetter(property) is { } getter && !getter.Modifiers.Any(modifier => !modifier.IsKind(SyntaxKind.ReadOnlyKeyword)));

    /// <summary>It may be obsolete.</summary>
    private static bool HasAttributeOnGetter(PropertyDeclarationSyntax property) => FindGetter(property) is { AttributeLists.Count: > 0 };

    private static AccessorDeclarationSyntax? FindGetter(PropertyDeclarationSyntax property)
    {
        if (property.AccessorList is { } list)
        {
            foreach (AccessorDeclarationSyntax accessor in list.Accessors)
            {
                if (accessor.IsKind(SyntaxKind.GetAccessorDeclaration))
                {
                    return accessor;
                }
            }
        }

        return null;
    }
}
