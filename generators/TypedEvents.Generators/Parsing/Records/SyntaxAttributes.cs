using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary>Reads the attributes of a member from its declaration: those of <see cref="KnownAttributes"/>, and no other.</summary>
/// <param name="scope">Resolves names of types.</param>
/// <param name="constants">Evaluates arguments.</param>
/// <param name="compilation">The compilation that it is part of.</param>
internal sealed class SyntaxAttributes(NameScope scope, SyntaxConstants constants, Compilation compilation)
{
    private const string Suffix = "Attribute";

    private static readonly ResultCache<string, string> WithSuffix = new(static name => name + Suffix);

    /// <summary>Each thread collects the arguments of one attribute after the other.</summary>
    [ThreadStatic]
    private static ImmutableArray<Constant>.Builder? _arguments;

    [ThreadStatic]
    private static ImmutableArray<KeyValuePair<string, Constant>>.Builder? _named;

    /// <summary>Reads those of the property that a declaration stands for.</summary>
    /// <param name="lists">The attributes of a property or of a positional parameter.</param>
    /// <param name="isParameter">Whether they are a parameter's: then its own are those without a target.</param>
    /// <param name="property">Those of the property that are known.</param>
    /// <param name="parameter">Those of the parameter itself that are known.</param>
    /// <returns>Whether all of them are certain.</returns>
    public bool TryRead(SyntaxList<AttributeListSyntax> lists, bool isParameter, out List<AttributeUse>? property, out List<AttributeUse>? parameter)
    {
        property = null;
        parameter = null;
        foreach (AttributeListSyntax list in lists)
        {
            bool isRead = list.Target?.Identifier.Kind() switch
            {
                null => isParameter ? TryAdd(list, ref parameter) : TryAdd(list, ref property),
                SyntaxKind.PropertyKeyword => TryAdd(list, ref property),
                SyntaxKind.ParamKeyword => isParameter && TryAdd(list, ref parameter),
                SyntaxKind.FieldKeyword => true,
                _ => false,
            };
            if (!isRead)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryAdd(AttributeListSyntax list, ref List<AttributeUse>? uses)
    {
        foreach (AttributeSyntax attribute in list.Attributes)
        {
            if (FindClass(attribute.Name) is not { } type)
            {
                return false;
            }

            if (KnownAttributes.Find(type) is { IsForeign: false, Role: not (AttributeRole.UncheckedValidation or AttributeRole.Annotation) } known)
            {
                if (TryRead(attribute, known, type) is not { } use)
                {
                    return false;
                }

                (uses ??= new List<AttributeUse>(list.Attributes.Count)).Add(use);
            }
        }

        return true;
    }

    private AttributeUse? TryRead(AttributeSyntax attribute, KnownAttribute known, INamedTypeSymbol type)
    {
        if (known.Role == AttributeRole.Classification)
        {
            return new AttributeUse(known, type);
        }

        ImmutableArray<Constant>.Builder arguments = _arguments ??= ImmutableArray.CreateBuilder<Constant>();
        ImmutableArray<KeyValuePair<string, Constant>>.Builder named = _named ??= ImmutableArray.CreateBuilder<KeyValuePair<string, Constant>>();
        arguments.Clear();
        named.Clear();
        foreach (AttributeArgumentSyntax argument in attribute.ArgumentList?.Arguments ?? default)
        {
            if (argument.NameColon is not null)
            {
                return null;
            }

            string? name = argument.NameEquals?.Name.Identifier.ValueText;
            if (name is "ErrorMessage" or "ErrorMessageResourceName" or "ErrorMessageResourceType")
            {
                continue;
            }

            if (constants.Evaluate(argument.Expression) is not { } value)
            {
                return null;
            }

            if (name is null)
            {
                arguments.Add(value);
            }
            else
            {
                named.Add(new KeyValuePair<string, Constant>(name, value));
            }
        }

        ImmutableArray<Constant> given = arguments.ToImmutable();
        ImmutableArray<KeyValuePair<string, Constant>> set = named.ToImmutable();
        if (known.Role == AttributeRole.Validation && KnownAttributes.FindExact(type) is null)
        {
            return DerivedValidation.Resolve(new AttributeUse(known, type, given, set), compilation);
        }

        return AttributeConstructors.TryBind(known, given) is { } bound ? new AttributeUse(known, type, bound, set) : null;
    }

    /// <summary>The class that an attribute's name means, <see langword="null"/> where that isn't certain.</summary>
    private INamedTypeSymbol? FindClass(NameSyntax name) => name switch
    {
        IdentifierNameSyntax simple => Find(simple, null),
        QualifiedNameSyntax { Right: IdentifierNameSyntax simple, Left: var left } when constants.FindTypeOrNamespace(left) is { } container => Find(simple, container),
        _ => null,
    };

    private INamedTypeSymbol? Find(IdentifierNameSyntax name, INamespaceOrTypeSymbol? container)
    {
        string written = name.Identifier.ValueText;
        if (name.Identifier.Text != written)
        {
            return null;
        }

        INamedTypeSymbol? one = ClassOf(Lookup(written, container));
        INamedTypeSymbol? other = ClassOf(Lookup(WithSuffix.Get(written), container));
        return one is null || other is null ? one ?? other : null;
    }

    private ISymbol? Lookup(string name, INamespaceOrTypeSymbol? container) => container is null ? scope.Find(name) : scope.FindIn(container, name);

    /// <summary>What isn't an attribute, as <c>System.Range</c>, doesn't hide one.</summary>
    private static INamedTypeSymbol? ClassOf(ISymbol? found)
    {
        var type = (found is IAliasSymbol alias ? alias.Target : found) as INamedTypeSymbol;
        if (type is not { Arity: 0, TypeKind: TypeKind.Class })
        {
            return null;
        }

        for (INamedTypeSymbol? ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (ancestor.IsInSystem("Attribute"))
            {
                return type;
            }
        }

        return null;
    }
}
