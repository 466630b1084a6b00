using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing.Plain;

/// <summary>Reads the modifiers and accessors of a property.</summary>
internal static class PropertyModifiers
{
    /// <summary>Says what there is to say of a property.</summary>
    /// <param name="property">The property.</param>
    /// <param name="isSent">Whether everyone can read it.</param>
    /// <param name="isRequired">Whether it must be set.</param>
    /// <returns>Whether that is certain: not for one that is partial or <see langword="override"/>, and not where its getter may be obsolete.</returns>
    public static bool TryRead(PropertyDeclarationSyntax property, out bool isSent, out bool isRequired)
    {
        isSent = false;
        isRequired = false;
        bool isPublic = false;
        bool isStatic = false;
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
                case SyntaxKind.InternalKeyword or SyntaxKind.ProtectedKeyword or SyntaxKind.PrivateKeyword or SyntaxKind.ReadOnlyKeyword:
                    break;
                default:
                    return false;
            }
        }

        isSent = isPublic && !isStatic && HasPublicGetter(property);
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
