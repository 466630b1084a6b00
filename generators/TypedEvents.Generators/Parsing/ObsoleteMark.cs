using System.Text;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary><c>[Obsolete]</c> and <c>[Experimental]</c>, which the calls of an event take over from it.</summary>
internal static class ObsoleteMark
{
    /// <summary>Whether reading a property is reported: the mark may stand on it, on its getter, or on what it overrides.</summary>
    public static bool IsOnPropertyOrItsBases(IPropertySymbol property)
    {
        for (IPropertySymbol? declaration = property; declaration is not null; declaration = declaration.OverriddenProperty)
        {
            if (Find(declaration) is not null || (declaration.GetMethod is { } getter && Find(getter) is not null))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The marks of the first symbol that has each, in C#.</summary>
    public static EquatableArray<string> TakenOverFrom(IEnumerable<ISymbol> symbols)
    {
        string? obsolete = null;
        string? experimental = null;
        foreach (ISymbol symbol in symbols)
        {
            foreach (AttributeData attribute in symbol.GetAttributes())
            {
                if (IsObsolete(attribute))
                {
                    obsolete ??= Text("global::System.Obsolete", attribute);
                }
                else if (attribute.IsSystemAttribute("ExperimentalAttribute", "CodeAnalysis"))
                {
                    experimental ??= Text("global::System.Diagnostics.CodeAnalysis.Experimental", attribute);
                }
            }
        }

        return (obsolete, experimental) switch
        {
            (null, null) => EquatableArray<string>.Empty,
            (not null, not null) => new EquatableArray<string>([obsolete, experimental]),
            _ => new EquatableArray<string>([obsolete ?? experimental!]),
        };
    }

    private static AttributeData? Find(ISymbol symbol)
    {
        foreach (AttributeData attribute in symbol.GetAttributes())
        {
            if (IsObsolete(attribute))
            {
                return attribute;
            }
        }

        return null;
    }

    private static bool IsObsolete(AttributeData attribute) =>
        attribute.AttributeClass is { } type && type.IsInSystem("ObsoleteAttribute");

    /// <summary>Both attributes have arguments of strings and bools only.</summary>
    private static string Text(string name, AttributeData attribute)
    {
        var text = new StringBuilder("[").Append(name);
        string separator = "(";
        foreach (TypedConstant argument in attribute.ConstructorArguments)
        {
            Append("", argument);
        }

        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            Append(argument.Key + " = ", argument.Value);
        }

        return text.Append(separator == "(" ? "]" : ")]").ToString();

        void Append(string prefix, TypedConstant argument)
        {
            if (argument.Kind == TypedConstantKind.Primitive)
            {
                text.Append(separator).Append(prefix).Append(Literal.OfConstant(argument.Value));
                separator = ", ";
            }
        }
    }
}
