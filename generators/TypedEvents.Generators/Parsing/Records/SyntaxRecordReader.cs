using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Parsing;

/// <summary>Reads a record from its declaration, without asking for its members.</summary>
/// <remarks>
/// The compiler makes all members of a record as soon as it is asked for one: the positional properties with their accessors and fields,
/// <c>Equals</c>, <c>ToString</c>, <c>Deconstruct</c> and so on, 30 KB for ten properties, at every keystroke. The types that the
/// declaration names cost a twentieth of that. Where anything isn't certain, <see cref="SymbolRecordReader"/> reads the record.
/// </remarks>
internal sealed class SyntaxRecordReader : DeclaredRecord
{
    private const string EventName = "EventName";

    private readonly RecordDeclarationSyntax _declaration;
    private readonly MemberNames _names;
    private readonly SyntaxTypes _types;
    private readonly Compilation _compilation;
    private readonly NameScope _scope;
    private SyntaxConstants? _constants;
    private SyntaxAttributes? _attributes;
    private bool _declaresEventName;
    private bool _passesEventNameOn;

    private SyntaxRecordReader(INamedTypeSymbol type, RecordDeclarationSyntax declaration, SemanticModel model, RecordCatalog catalog)
        : base(type, catalog.ReadBaseOf(type))
    {
        _declaration = declaration;
        _names = new MemberNames(declaration);
        _scope = new NameScope(type, declaration, model, catalog);
        _types = new SyntaxTypes(model, _scope, declaration.Identifier.SpanStart);
        _compilation = model.Compilation;
    }

    public override bool HasEventName => _declaresEventName || Type.Name == EventName;

    public override bool PassesEventNameOn => _passesEventNameOn;

    private SyntaxConstants Constants => _constants ??= new SyntaxConstants(_declaration, _names, _scope, _compilation, _types, Type, Base);

    /// <summary>Reads a record, or gives <see langword="null"/> where its declaration alone isn't certain.</summary>
    /// <param name="type">The record.</param>
    /// <param name="declaration">Its declaration.</param>
    /// <param name="model">The semantic model of its file.</param>
    /// <param name="catalog">Where its base is found.</param>
    /// <param name="isEvent">Whether calls make it.</param>
    public static DeclaredRecord? TryRead(INamedTypeSymbol type, RecordDeclarationSyntax declaration, SemanticModel model, RecordCatalog catalog, bool isEvent)
    {
        bool isCertain = type.DeclaringSyntaxReferences.Length == 1
            && !declaration.ContainsDiagnostics
            && declaration.TypeParameterList is null
            && !(declaration.ContainsDirectives && declaration.GetFirstDirective(static directive => directive.IsKind(SyntaxKind.NullableDirectiveTrivia)) is not null)
            && !(isEvent && HasAttributeOfConstructor(declaration))
            && (declaration.ParameterList is not null || !isEvent || !DeclaresConstructor(declaration));
        if (!isCertain)
        {
            return null;
        }

        var record = new SyntaxRecordReader(type, declaration, model, catalog);
        return record.TryAddParameters(isEvent) && record.TryAddBody() ? record : null;
    }

    public override bool Declares(string name) => IsMadeByCompiler(name) || FindProperty(name) is not null || _names.CountOf(name) > 0;

    /// <summary>Whether an attribute such as <c>[method: SetsRequiredMembers]</c> is on the primary constructor.</summary>
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

    /// <summary>Without a primary constructor, calls of an event use one of these.</summary>
    private static bool DeclaresConstructor(RecordDeclarationSyntax declaration)
    {
        foreach (MemberDeclarationSyntax member in declaration.Members)
        {
            if (member is ConstructorDeclarationSyntax)
            {
                return true;
            }
        }

        return false;
    }

    private bool TryAddParameters(bool isEvent)
    {
        SeparatedSyntaxList<ParameterSyntax> parameters = _declaration.ParameterList?.Parameters ?? default;
        List<Argument> arguments = new(isEvent ? parameters.Count : 0);
        Properties.Capacity = parameters.Count;
        foreach (ParameterSyntax parameter in parameters)
        {
            string name = parameter.Identifier.ValueText;
            if (parameter.Modifiers.Count > 0
                || parameter.Type is null
                || _types.TryRead(parameter.Type) is not { } type
                || !TryRead(parameter.AttributeLists, isParameter: true, out List<AttributeUse>? ofProperty, out List<AttributeUse>? ofParameter)
                || !TryAddPositional(name, type, ofProperty))
            {
                return false;
            }

            if (ofParameter is not null)
            {
                ParameterAttributes.Capacity = Math.Max(ParameterAttributes.Capacity, parameters.Count);
                ParameterAttributes.Add(new ParameterAttributes(name, ofParameter));
            }

            if (isEvent)
            {
                string? value = null;
                if (parameter.Default is { } clause && !Constants.TryReadDefault(clause.Value, type, out value))
                {
                    return false;
                }

                arguments.Add(new Argument(name, type, value, value is null ? null : Argument.CallerInfoOf(ofParameter)));
            }
        }

        Constructor = isEvent ? new RecordConstructor(arguments, SetsRequiredMembers: false, null) : null;
        return true;
    }

    /// <summary>A positional parameter declares a property, unless a base record has it.</summary>
    private bool TryAddPositional(string name, ITypeSymbol type, List<AttributeUse>? attributes)
    {
        if (_names.CountOf(name) > 0)
        {
            return false;
        }

        for (DeclaredRecord? ancestor = Base; ancestor is not null; ancestor = ancestor.Base)
        {
            if (ancestor.Declares(name))
            {
                if (ancestor.FindProperty(name) is not { } inherited || !SymbolEqualityComparer.Default.Equals(inherited.Type, type))
                {
                    return false;
                }

                // Without a property of its own, attributes for one stand nowhere.
                return inherited.IsAbstract
                    ? TryAdd(new DeclaredProperty(name, type, attributes, IsOverride: true, IsObsolete: IsObsolete(attributes)))
                    : !IsMemberOfEveryRecord(name);
            }
        }

        return TryAdd(new DeclaredProperty(name, type, attributes, IsObsolete: IsObsolete(attributes)));
    }

    /// <summary>Most members have no attributes at all.</summary>
    private bool TryRead(SyntaxList<AttributeListSyntax> lists, bool isParameter, out List<AttributeUse>? property, out List<AttributeUse>? parameter)
    {
        property = null;
        parameter = null;
        return lists.Count == 0 || (_attributes ??= new SyntaxAttributes(_scope, Constants, _compilation)).TryRead(lists, isParameter, out property, out parameter);
    }

    private bool TryAddBody()
    {
        foreach (MemberDeclarationSyntax member in _declaration.Members)
        {
            bool isCertain = member switch
            {
                PropertyDeclarationSyntax { ExplicitInterfaceSpecifier: not null } or MethodDeclarationSyntax { ExplicitInterfaceSpecifier: not null } => true,
                PropertyDeclarationSyntax property => TryAdd(property),
                MethodDeclarationSyntax method => TryAddOther(method.Identifier.ValueText, method.Modifiers),
                FieldDeclarationSyntax field => TryAddFields(field),
                BaseTypeDeclarationSyntax type => TryAddOther(type.Identifier.ValueText, type.Modifiers),
                ConstructorDeclarationSyntax or OperatorDeclarationSyntax or ConversionOperatorDeclarationSyntax or IndexerDeclarationSyntax => true,
                _ => false,
            };
            if (!isCertain)
            {
                return false;
            }
        }

        return true;
    }

    private bool TryAdd(PropertyDeclarationSyntax property)
    {
        string name = property.Identifier.ValueText;
        if (!PropertyModifiers.TryRead(property, out PropertyModifiers modifiers))
        {
            return false;
        }

        if (!modifiers.IsSent && !modifiers.IsRequired)
        {
            return TryAddOther(name, property.Modifiers);
        }

        if (_types.TryRead(property.Type) is not { } type
            || !TryRead(property.AttributeLists, isParameter: false, out List<AttributeUse>? attributes, out _))
        {
            return false;
        }

        if (modifiers.IsRequired)
        {
            Required.Add(new RequiredMember(new Argument(name, type), attributes));
        }

        AddName(name, property.Modifiers);
        return modifiers.IsSent
            ? TryAdd(new DeclaredProperty(name, type, attributes, modifiers.IsOverride, modifiers.IsAbstract, IsObsolete(attributes)))
            : FindProperty(name) is null;
    }

    /// <summary>Adds a property unless its name refers to another member as well: then only the compiler knows which is meant.</summary>
    private bool TryAdd(DeclaredProperty property)
    {
        if (FindProperty(property.Name) is not null || IsMemberOfEveryRecord(property.Name) || _names.CountOf(property.Name) > 1)
        {
            return false;
        }

        Properties.Add(property);
        if (property.Name == EventName)
        {
            _declaresEventName = true;
            _passesEventNameOn = true;
        }

        return true;
    }

    private bool TryAddFields(FieldDeclarationSyntax fields)
    {
        bool isRequired = fields.Modifiers.Any(SyntaxKind.RequiredKeyword);
        ITypeSymbol? type = null;
        List<AttributeUse>? attributes = null;
        if (isRequired
            && ((type = _types.TryRead(fields.Declaration.Type)) is null
                || !TryRead(fields.AttributeLists, isParameter: false, out attributes, out _)))
        {
            return false;
        }

        foreach (VariableDeclaratorSyntax field in fields.Declaration.Variables)
        {
            if (!TryAddOther(field.Identifier.ValueText, fields.Modifiers))
            {
                return false;
            }

            if (isRequired)
            {
                Required.Add(new RequiredMember(new Argument(field.Identifier.ValueText, type!), attributes));
            }
        }

        return true;
    }

    /// <summary>Notes the name of a member that isn't sent.</summary>
    private bool TryAddOther(string name, SyntaxTokenList modifiers)
    {
        AddName(name, modifiers);
        return FindProperty(name) is null;
    }

    private void AddName(string name, SyntaxTokenList modifiers)
    {
        if (name == EventName)
        {
            _declaresEventName = true;
            _passesEventNameOn |= modifiers.Any(SyntaxKind.PublicKeyword) || modifiers.Any(SyntaxKind.InternalKeyword) || modifiers.Any(SyntaxKind.ProtectedKeyword);
        }
    }

    private static bool IsObsolete(List<AttributeUse>? attributes) => attributes.Find(AttributeRole.Obsolete) is not null;

    private bool IsMemberOfEveryRecord(string name) => name == _declaration.Identifier.ValueText || IsMadeByCompiler(name);

    private static bool IsMadeByCompiler(string name) => name is
        "Equals" or "GetHashCode" or "GetType" or "ToString" or "ReferenceEquals" or "MemberwiseClone" or "Finalize"
        or "EqualityContract" or "PrintMembers" or "Deconstruct";
}
