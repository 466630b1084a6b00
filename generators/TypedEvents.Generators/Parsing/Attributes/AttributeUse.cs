using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>A known attribute on a declaration, whichever reader has read it.</summary>
/// <param name="known">Its row of the table.</param>
/// <param name="type">Its class.</param>
/// <param name="arguments">Its arguments, as the attribute's own constructor takes them.</param>
/// <param name="named">What is set by name.</param>
/// <param name="source">The compiler's data, if the attribute was read from symbols.</param>
internal sealed class AttributeUse(
    KnownAttribute known,
    INamedTypeSymbol type,
    ImmutableArray<Constant> arguments,
    ImmutableArray<KeyValuePair<string, Constant>> named,
    AttributeData? source = null)
{
    private static readonly ImmutableArray<KeyValuePair<string, Constant>> NoNamed = ImmutableArray<KeyValuePair<string, Constant>>.Empty;

    /// <summary>An attribute whose arguments don't matter.</summary>
    public AttributeUse(KnownAttribute known, INamedTypeSymbol type)
        : this(known, type, ImmutableArray<Constant>.Empty, NoNamed)
    {
    }

    public KnownAttribute Known => known;

    public AttributeRole Role => known.Role;

    public INamedTypeSymbol Class => type;

    public ImmutableArray<Constant> Arguments => arguments;

    public ImmutableArray<KeyValuePair<string, Constant>> NamedArguments => named;

    /// <summary>Where it stands. Analyzers read symbols, and so have it.</summary>
    public AttributeData? Source => source;

    /// <summary>Whether an argument is missing or invalid, as in half-typed code.</summary>
    public bool HasErrors { get; init; }

    /// <summary>The reason why a validation attribute that derives from a known one has no effect.</summary>
    public ValidationFlawKind? Flaw { get; init; }

    /// <summary>The first argument, if it is a string.</summary>
    public string? FirstString => arguments is [{ Kind: TypedConstantKind.Primitive, Value: string text }, ..] ? text : null;

    /// <summary>Reads the attributes that are known; <see langword="null"/> where none is.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <param name="compilation">Where the limits of derived validation attributes are read.</param>
    public static List<AttributeUse>? Read(ImmutableArray<AttributeData> attributes, Compilation compilation)
    {
        List<AttributeUse>? uses = null;
        foreach (AttributeData attribute in attributes)
        {
            if (KnownAttributes.Find(attribute.AttributeClass) is { } known)
            {
                (uses ??= []).Add(DerivedValidation.Resolve(Of(attribute, known), compilation));
            }
        }

        return uses;
    }

    /// <summary>The name that it gives, if it gives one.</summary>
    public string? GivenName => FirstString ?? (known.NameArgument is { } argument ? Named(argument)?.Value as string : null);

    /// <summary>An <see cref="int"/> among the arguments.</summary>
    public int? Number(int index) =>
        index < arguments.Length && arguments[index] is { Kind: TypedConstantKind.Primitive, Value: int number } ? number : null;

    /// <summary>The number of an enum that is set by name.</summary>
    public int? NamedEnum(string name) => Named(name) is { Kind: TypedConstantKind.Enum, Value: int value } ? value : null;

    /// <summary>An <see cref="int"/> that is set by name.</summary>
    public int? NamedNumber(string name) => Named(name) is { Kind: TypedConstantKind.Primitive, Value: int number } ? number : null;

    /// <summary>A string that is set by name.</summary>
    public string? NamedString(string name) => Named(name) is { Kind: TypedConstantKind.Primitive, Value: string text } ? text : null;

    /// <summary>Whether a <see cref="bool"/> is set by name, to true.</summary>
    public bool NamedFlag(string name) => Named(name) is { Kind: TypedConstantKind.Primitive, Value: true };

    /// <summary>Reads one.</summary>
    public static AttributeUse Of(AttributeData attribute, KnownAttribute known)
    {
        ImmutableArray<Constant> arguments = attribute.ConstructorArguments.IsEmpty
            ? ImmutableArray<Constant>.Empty
            : ImmutableArray.CreateRange(attribute.ConstructorArguments, Constant.Of);
        ImmutableArray<KeyValuePair<string, Constant>> named = attribute.NamedArguments.IsEmpty
            ? NoNamed
            : ImmutableArray.CreateRange(attribute.NamedArguments, static argument => new KeyValuePair<string, Constant>(argument.Key, Constant.Of(argument.Value)));
        return new AttributeUse(known, attribute.AttributeClass!, arguments, named, attribute)
        {
            HasErrors = attribute.AttributeConstructor is null || arguments.Any(argument => argument.IsError) || named.Any(argument => argument.Value.IsError),
        };
    }

    /// <summary>What is set by name.</summary>
    public Constant? Named(string name)
    {
        foreach (KeyValuePair<string, Constant> argument in named)
        {
            if (argument.Key == name)
            {
                return argument.Value;
            }
        }

        return null;
    }
}

internal static class AttributeUses
{
    /// <summary>The first attribute of a role.</summary>
    public static AttributeUse? Find(this List<AttributeUse>? uses, AttributeRole role)
    {
        if (uses is not null)
        {
            foreach (AttributeUse use in uses)
            {
                if (use.Role == role)
                {
                    return use;
                }
            }
        }

        return null;
    }
}
