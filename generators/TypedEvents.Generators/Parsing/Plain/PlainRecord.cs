using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing.Plain;

/// <summary>
/// A record that can be read without asking for its members: one part, no base record, and nothing in it but what is understood here.
/// </summary>
/// <remarks>
/// The compiler makes all members of a record as soon as it is asked for one: the positional properties with their accessors and fields,
/// <c>Equals</c>, <c>ToString</c>, <c>Deconstruct</c> and so on, 30 KB for ten properties, at every keystroke. The types that the
/// declaration names cost a twentieth of that. Whatever isn't certain makes a record not plain, and then its symbols are read.
/// </remarks>
internal sealed class PlainRecord
{
    private const string EventName = "EventName";

    private readonly List<PlainProperty> _properties = [];
    private readonly List<Argument> _constructor = [];
    private readonly List<Argument> _required = [];
    private readonly RecordDeclarationSyntax _declaration;
    private readonly PlainTypes _types;
    private readonly PlainAnnotations _annotations;
    private HashSet<string>? _otherNames;

    private PlainRecord(RecordDeclarationSyntax declaration, SemanticModel model)
    {
        _declaration = declaration;
        _types = new PlainTypes(model, declaration.Identifier.SpanStart);
        _annotations = new PlainAnnotations(model);
        HasEventName = declaration.Identifier.ValueText == EventName;
    }

    /// <summary>The properties that everyone can read, the positional ones first, in order of declaration.</summary>
    public List<PlainProperty> Properties => _properties;

    /// <summary>The positional parameters.</summary>
    public List<Argument> Constructor => _constructor;

    /// <summary>The members that must be set.</summary>
    public List<Argument> Required => _required;

    /// <summary>Whether it, or a member of it, is called <c>EventName</c>.</summary>
    public bool HasEventName { get; private set; }

    /// <summary>Reads a record, or gives <see langword="null"/> where it isn't plain.</summary>
    public static PlainRecord? TryRead(INamedTypeSymbol type, RecordDeclarationSyntax declaration, SemanticModel model)
    {
        if (type.DeclaringSyntaxReferences.Length != 1
            || declaration.ContainsDiagnostics
            || declaration.ContainsDirectives
            || declaration.TypeParameterList is not null
            || type.BaseRecord() is not null
            || HasAttributeOfConstructor(declaration))
        {
            return null;
        }

        var record = new PlainRecord(declaration, model);
        return record.TryAddParameters() && record.TryAddBody() ? record : null;
    }

    /// <summary><c>[method: SetsRequiredMembers]</c> stands on the primary constructor.</summary>
    private static bool HasAttributeOfConstructor(RecordDeclarationSyntax declaration)
    {
        foreach (AttributeListSyntax list in declaration.AttributeLists)
        {
            if (list.Target is not null)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryAddParameters()
    {
        if (_declaration.ParameterList is not { } list)
        {
            return true;
        }

        _properties.Capacity = list.Parameters.Count;
        _constructor.Capacity = list.Parameters.Count;
        foreach (ParameterSyntax parameter in list.Parameters)
        {
            string name = parameter.Identifier.ValueText;
            string? defaultValue = null;
            if (parameter.Modifiers.Count > 0
                || parameter.Type is null
                || _types.TryRead(parameter.Type) is not { } type
                || (parameter.Default is { } clause && !PlainDefault.TryRead(clause.Value, type, out defaultValue))
                || !TryAddProperty(name, type, parameter.AttributeLists))
            {
                return false;
            }

            _constructor.Add(new Argument(name, type, defaultValue));
        }

        return true;
    }

    private bool TryAddBody()
    {
        foreach (MemberDeclarationSyntax member in _declaration.Members)
        {
            bool isPlain = member switch
            {
                PropertyDeclarationSyntax { ExplicitInterfaceSpecifier: not null } or MethodDeclarationSyntax { ExplicitInterfaceSpecifier: not null } => true,
                PropertyDeclarationSyntax property => TryAdd(property),
                MethodDeclarationSyntax method => TryAddOther(method.Identifier.ValueText),
                FieldDeclarationSyntax field => !field.Modifiers.Any(SyntaxKind.RequiredKeyword) && TryAddOthers(field.Declaration),
                BaseTypeDeclarationSyntax type => TryAddOther(type.Identifier.ValueText),

                // Without a primary constructor, calls of the event use one of these.
                ConstructorDeclarationSyntax => _declaration.ParameterList is not null,
                _ => false,
            };
            if (!isPlain)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryAdd(PropertyDeclarationSyntax property)
    {
        if (!PropertyModifiers.TryRead(property, out bool isSent, out bool isRequired))
        {
            return false;
        }

        string name = property.Identifier.ValueText;
        if (!isSent)
        {
            return !isRequired && TryAddOther(name);
        }

        if (_types.TryRead(property.Type) is not { } type || !TryAddProperty(name, type, property.AttributeLists))
        {
            return false;
        }

        if (isRequired)
        {
            _required.Add(new Argument(name, type));
        }

        return true;
    }

    /// <summary>A name that stands for something else, too, needs the compiler's answer.</summary>
    private bool TryAddProperty(string name, ITypeSymbol type, SyntaxList<AttributeListSyntax> attributes)
    {
        if (IsProperty(name)
            || _otherNames?.Contains(name) == true
            || IsMemberOfEveryRecord(name)
            || !_annotations.TryRead(attributes, out string? wireName, out bool isIgnored))
        {
            return false;
        }

        _properties.Add(new PlainProperty(name, type, wireName, isIgnored));
        HasEventName |= name == EventName;
        return true;
    }

    private bool TryAddOthers(VariableDeclarationSyntax fields)
    {
        foreach (VariableDeclaratorSyntax field in fields.Variables)
        {
            if (!TryAddOther(field.Identifier.ValueText))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What isn't sent has a name all the same. Methods may share theirs.</summary>
    private bool TryAddOther(string name)
    {
        (_otherNames ??= []).Add(name);
        HasEventName |= name == EventName;
        return !IsProperty(name);
    }

    /// <summary>They are few: to look at each is cheaper than a set.</summary>
    private bool IsProperty(string name)
    {
        foreach (PlainProperty property in _properties)
        {
            if (property.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsMemberOfEveryRecord(string name) => name == _declaration.Identifier.ValueText || name is
        "Equals" or "GetHashCode" or "GetType" or "ToString" or "ReferenceEquals" or "MemberwiseClone" or "Finalize"
        or "EqualityContract" or "PrintMembers" or "Deconstruct";
}
