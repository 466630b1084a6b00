using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>
/// The table of attributes that the generator and the rules know, each with its role. Both record readers use it, so that neither can
/// overlook an attribute that the other one knows.
/// </summary>
internal static class KnownAttributes
{
    public const string Library = "TypedEvents";
    private const string Annotations = "System.ComponentModel.DataAnnotations";
    private const string CompilerServices = "System.Runtime.CompilerServices";
    private const string CodeAnalysis = "System.Diagnostics.CodeAnalysis";
    private const string JsonSerialization = "System.Text.Json.Serialization";
    private const string Newtonsoft = "Newtonsoft.Json";
    private const string DataContracts = "System.Runtime.Serialization";
    private const string Xml = "System.Xml.Serialization";
    private const string Bson = "MongoDB.Bson.Serialization.Attributes";
    private const string Yaml = "YamlDotNet.Serialization";
    private const string ProtoBuf = "ProtoBuf";
    private const string Csv = "CsvHelper.Configuration.Attributes";
    private const string Compliance = "Microsoft.Extensions.Compliance.Classification";

    /// <summary>All of them.</summary>
    public static readonly ImmutableArray<KnownAttribute> All = ImmutableArray.Create<KnownAttribute>(
        new("EngageEventAttribute", Library, AttributeRole.Event),
        new("EngageEventDefaultsAttribute", Library, AttributeRole.EventDefaults),
        new("EventPropertyAttribute", Library, AttributeRole.EventProperty),
        new("EventIgnoreAttribute", Library, AttributeRole.EventIgnore),
        new("FlattenAttribute", Library, AttributeRole.Flatten),
        new("EventSensitivityAttribute", Library, AttributeRole.Sensitivity),
        new("DataClassificationAttribute", Compliance, AttributeRole.Classification),
        new("EventValueAttribute", Library, AttributeRole.EnumMemberName),
        new("JsonStringEnumMemberNameAttribute", JsonSerialization, AttributeRole.EnumMemberName),
        new("FlagsAttribute", "System", AttributeRole.Flags),

        new("StringLengthAttribute", Annotations, AttributeRole.Validation, ValidationKind.StringLength),
        new("MaxLengthAttribute", Annotations, AttributeRole.Validation, ValidationKind.MaxLength),
        new("RangeAttribute", Annotations, AttributeRole.Validation, ValidationKind.Range),
        new("AllowedValuesAttribute", Annotations, AttributeRole.Validation, ValidationKind.AllowedValues),
        new("RegularExpressionAttribute", Annotations, AttributeRole.Validation, ValidationKind.RegularExpression),
        new("LengthAttribute", Annotations, AttributeRole.Validation, ValidationKind.Length),
        new("MinLengthAttribute", Annotations, AttributeRole.Validation, ValidationKind.MinLength),
        new("DeniedValuesAttribute", Annotations, AttributeRole.Validation, ValidationKind.DeniedValues),
        new("RequiredAttribute", Annotations, AttributeRole.UncheckedValidation, ValidationKind.Required),
        new("DataTypeAttribute", Annotations, AttributeRole.Annotation),
        new("ValidationAttribute", Annotations, AttributeRole.UncheckedValidation),

        new("JsonIgnoreAttribute", JsonSerialization, AttributeRole.ForeignIgnore),
        new("JsonIgnoreAttribute", Newtonsoft, AttributeRole.ForeignIgnore),
        new("IgnoreDataMemberAttribute", DataContracts, AttributeRole.ForeignIgnore),
        new("NotMappedAttribute", Annotations + ".Schema", AttributeRole.ForeignIgnore),
        new("XmlIgnoreAttribute", Xml, AttributeRole.ForeignIgnore),
        new("BsonIgnoreAttribute", Bson, AttributeRole.ForeignIgnore),
        new("IgnoreMemberAttribute", "MessagePack", AttributeRole.ForeignIgnore),
        new("MemoryPackIgnoreAttribute", "MemoryPack", AttributeRole.ForeignIgnore),
        new("ProtoIgnoreAttribute", ProtoBuf, AttributeRole.ForeignIgnore),
        new("YamlIgnoreAttribute", Yaml, AttributeRole.ForeignIgnore),
        new("IgnoreAttribute", Csv, AttributeRole.ForeignIgnore),

        new("JsonPropertyNameAttribute", JsonSerialization, AttributeRole.ForeignName),
        new("JsonPropertyAttribute", Newtonsoft, AttributeRole.ForeignName, NameArgument: "PropertyName"),
        new("DataMemberAttribute", DataContracts, AttributeRole.ForeignName, NameArgument: "Name"),
        new("XmlElementAttribute", Xml, AttributeRole.ForeignName, NameArgument: "ElementName"),
        new("XmlAttributeAttribute", Xml, AttributeRole.ForeignName, NameArgument: "AttributeName"),
        new("BsonElementAttribute", Bson, AttributeRole.ForeignName),
        new("KeyAttribute", "MessagePack", AttributeRole.ForeignName),
        new("ProtoMemberAttribute", ProtoBuf, AttributeRole.ForeignName, NameArgument: "Name"),
        new("YamlMemberAttribute", Yaml, AttributeRole.ForeignName, NameArgument: "Alias"),
        new("NameAttribute", Csv, AttributeRole.ForeignName),
        new("EnumMemberAttribute", DataContracts, AttributeRole.ForeignEnumMemberName, NameArgument: "Value"),

        new("ObsoleteAttribute", "System", AttributeRole.Obsolete),
        new("ExperimentalAttribute", CodeAnalysis, AttributeRole.Experimental),
        new("SetsRequiredMembersAttribute", CodeAnalysis, AttributeRole.SetsRequiredMembers),
        new("CallerMemberNameAttribute", CompilerServices, AttributeRole.CallerInfo),
        new("CallerFilePathAttribute", CompilerServices, AttributeRole.CallerInfo),
        new("CallerLineNumberAttribute", CompilerServices, AttributeRole.CallerInfo),
        new("InternalsVisibleToAttribute", CompilerServices, AttributeRole.InternalsVisibleTo),
        new("CompilerGeneratedAttribute", CompilerServices, AttributeRole.CompilerGenerated),
        new("GeneratedCodeAttribute", "System.CodeDom.Compiler", AttributeRole.GeneratedCode));

    private static readonly Dictionary<string, KnownAttribute[]> ByName =
        All.GroupBy(known => known.Name).ToDictionary(group => group.Key, group => group.ToArray());

    /// <summary>The row of an attribute; <see langword="null"/> for one that has no meaning for events.</summary>
    public static KnownAttribute? Find(INamedTypeSymbol? type)
    {
        if (type is null)
        {
            return null;
        }

        if (FindExact(type) is { } exact)
        {
            return exact;
        }

        // Only validation attributes and data classifications are known by what they derive from.
        for (INamedTypeSymbol? ancestor = type.BaseType; ancestor is { SpecialType: SpecialType.None }; ancestor = ancestor.BaseType)
        {
            if (FindExact(ancestor) is { Role: AttributeRole.Validation or AttributeRole.UncheckedValidation or AttributeRole.Classification } known)
            {
                return known;
            }
        }

        return null;
    }

    /// <summary>The known attribute that is this very class.</summary>
    public static KnownAttribute? FindExact(INamedTypeSymbol type)
    {
        if (type.ContainingType is null && type.Arity == 0 && ByName.TryGetValue(type.Name, out KnownAttribute[]? candidates))
        {
            foreach (KnownAttribute candidate in candidates)
            {
                if (IsNamed(type.ContainingNamespace, candidate.Namespace))
                {
                    return candidate;
                }
            }
        }

        return null;
    }

    /// <summary>Whether an attribute has a role.</summary>
    public static bool Has(this AttributeData attribute, AttributeRole role) => Find(attribute.AttributeClass)?.Role == role;

    /// <summary>Whether any of some attributes has a role.</summary>
    public static bool HasAny(ImmutableArray<AttributeData> attributes, AttributeRole role)
    {
        foreach (AttributeData attribute in attributes)
        {
            if (attribute.Has(role))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Compares from the end, as a full name would have to be made each time.</summary>
    private static bool IsNamed(INamespaceSymbol? space, string name)
    {
        int end = name.Length;
        for (; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
        {
            int start = end - space.Name.Length;
            bool isPart = start >= 0
                && (start == 0 || name[start - 1] == '.')
                && string.CompareOrdinal(name, start, space.Name, 0, space.Name.Length) == 0;
            if (!isPart)
            {
                return false;
            }

            end = Math.Max(start - 1, 0);
        }

        return end == 0;
    }
}

/// <summary>A row of the table.</summary>
/// <param name="Name">The name of the attribute's class.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Role">Its role.</param>
/// <param name="Validation">The kind of validation, if that is its role.</param>
/// <param name="NameArgument">The property that gives a name, if the first argument of the constructor doesn't.</param>
internal sealed record KnownAttribute(
    string Name,
    string Namespace,
    AttributeRole Role,
    ValidationKind Validation = ValidationKind.None,
    string? NameArgument = null)
{
    /// <summary>Whether it is this library's own.</summary>
    public bool IsOwn => Namespace == KnownAttributes.Library;

    /// <summary>Whether other libraries use it: only analyzers look at it.</summary>
    public bool IsForeign => Role is AttributeRole.ForeignIgnore or AttributeRole.ForeignName or AttributeRole.ForeignEnumMemberName;
}

/// <summary>The role of an attribute.</summary>
internal enum AttributeRole
{
    /// <summary>It makes a record an event.</summary>
    Event,

    /// <summary>It sets the defaults of an assembly's events.</summary>
    EventDefaults,

    /// <summary>It names or formats a property.</summary>
    EventProperty,

    /// <summary>It leaves a property out.</summary>
    EventIgnore,

    /// <summary>It sends the properties of a record in its place.</summary>
    Flatten,

    /// <summary>It says in the contract that a property holds data of a person; it changes nothing of what is sent.</summary>
    Sensitivity,

    /// <summary>It classifies the data of a property by a taxonomy, which stands in the contract; it changes nothing of what is sent.</summary>
    Classification,

    /// <summary>It names the member of an enum.</summary>
    EnumMemberName,

    /// <summary>It makes an enum a list of its members.</summary>
    Flags,

    /// <summary>It limits the values of a property, and the generated code checks them.</summary>
    Validation,

    /// <summary>It limits the values of a property, and the generated code doesn't check them.</summary>
    UncheckedValidation,

    /// <summary>It derives from an attribute that validates, and validates nothing itself.</summary>
    Annotation,

    /// <summary>It leaves a property out of what another library writes.</summary>
    ForeignIgnore,

    /// <summary>It names a property in what another library writes.</summary>
    ForeignName,

    /// <summary>It names the member of an enum in what another library writes.</summary>
    ForeignEnumMemberName,

    /// <summary><c>[Obsolete]</c>, which calls take over.</summary>
    Obsolete,

    /// <summary><c>[Experimental]</c>, which calls take over.</summary>
    Experimental,

    /// <summary>A constructor sets all required members.</summary>
    SetsRequiredMembers,

    /// <summary>The compiler fills a parameter in.</summary>
    CallerInfo,

    /// <summary>Another assembly sees the internal types of this one.</summary>
    InternalsVisibleTo,

    /// <summary>The compiler made a member.</summary>
    CompilerGenerated,

    /// <summary>A generator made a member.</summary>
    GeneratedCode,
}

/// <summary>The validation attributes.</summary>
internal enum ValidationKind
{
    /// <summary>It isn't a validation attribute of its own kind.</summary>
    None,

    /// <summary><c>[StringLength]</c>.</summary>
    StringLength,

    /// <summary><c>[MaxLength]</c>.</summary>
    MaxLength,

    /// <summary><c>[Range]</c>.</summary>
    Range,

    /// <summary><c>[AllowedValues]</c>.</summary>
    AllowedValues,

    /// <summary><c>[RegularExpression]</c>.</summary>
    RegularExpression,

    /// <summary><c>[Length]</c>.</summary>
    Length,

    /// <summary><c>[MinLength]</c>.</summary>
    MinLength,

    /// <summary><c>[DeniedValues]</c>.</summary>
    DeniedValues,

    /// <summary><c>[Required]</c>, which isn't checked.</summary>
    Required,
}
