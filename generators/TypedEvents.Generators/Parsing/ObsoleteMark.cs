using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Parsing;

/// <summary><c>[Obsolete]</c> and <c>[Experimental]</c>, which the calls of an event take over from it.</summary>
/// <remarks>They are taken from the first declaration that has each.</remarks>
internal struct ObsoleteMark
{
    private string? _obsolete;
    private string? _experimental;

    /// <summary>The marks in C#.</summary>
    public readonly EquatableArray<string> ToArray() => (_obsolete, _experimental) switch
    {
        (null, null) => EquatableArray<string>.Empty,
        (not null, not null) => new EquatableArray<string>([_obsolete, _experimental]),
        _ => new EquatableArray<string>([_obsolete ?? _experimental!]),
    };

    /// <summary>Takes over the marks of a declaration.</summary>
    public void Add(List<AttributeUse>? attributes)
    {
        if (attributes is null)
        {
            return;
        }

        foreach (AttributeUse attribute in attributes)
        {
            if (attribute.Role == AttributeRole.Obsolete)
            {
                _obsolete ??= Text("global::System.Obsolete", attribute);
            }
            else if (attribute.Role == AttributeRole.Experimental)
            {
                _experimental ??= Text("global::System.Diagnostics.CodeAnalysis.Experimental", attribute);
            }
        }
    }

    /// <summary>Takes over the marks of a declaration.</summary>
    public void Add(ImmutableArray<AttributeData> attributes)
    {
        foreach (AttributeData attribute in attributes)
        {
            if (KnownAttributes.Find(attribute.AttributeClass) is { Role: AttributeRole.Obsolete or AttributeRole.Experimental } known)
            {
                Add([AttributeUse.Of(attribute, known)]);
            }
        }
    }

    /// <summary>Both attributes have arguments of strings and bools only.</summary>
    private static string Text(string name, AttributeUse attribute)
    {
        var text = new StringBuilder("[").Append(name);
        string separator = "(";
        foreach (Constant argument in attribute.Arguments)
        {
            Append("", argument);
        }

        foreach (KeyValuePair<string, Constant> argument in attribute.NamedArguments)
        {
            Append(argument.Key + " = ", argument.Value);
        }

        return text.Append(separator == "(" ? "]" : ")]").ToString();

        void Append(string prefix, Constant argument)
        {
            if (argument.Kind == TypedConstantKind.Primitive)
            {
                text.Append(separator).Append(prefix).Append(Literal.OfConstant(argument.Value));
                separator = ", ";
            }
        }
    }
}
