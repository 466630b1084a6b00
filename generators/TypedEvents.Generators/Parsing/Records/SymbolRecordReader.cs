using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Parsing;

/// <summary>Reads any record, of this or another assembly, from its symbols: for analyzers, and where its declaration alone isn't certain.</summary>
internal sealed class SymbolRecordReader : DeclaredRecord
{
    private const string EventName = "EventName";

    private SymbolRecordReader(INamedTypeSymbol type, RecordCatalog catalog, bool isEvent)
        : base(type, catalog.ReadBaseOf(type))
    {
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IPropertySymbol property && IsReadable(property))
            {
                Properties.Add(DeclaredPropertyOf(property, catalog.Compilation));
            }

            if (member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true })
            {
                Required.Add(new RequiredMember(Argument.Of(member), AttributeUse.Read(member.GetAttributes(), catalog.Compilation)));
            }
        }

        IMethodSymbol? primary = type.FindPrimaryConstructor();
        AddParameterAttributes(primary, catalog.Compilation);
        if (isEvent && TrackMethodsParser.FindConstructor(type, primary) is { } constructor && !TrackMethodsParser.HasOutput(constructor))
        {
            List<AttributeUse>? attributes = AttributeUse.Read(constructor.GetAttributes(), catalog.Compilation);
            Constructor = new RecordConstructor(
                [.. constructor.Parameters.Select(Argument.Of)],
                attributes.Find(AttributeRole.SetsRequiredMembers) is not null,
                attributes);
        }
    }

    public override bool HasEventName => Type.Name == EventName || Declares(EventName);

    public override bool PassesEventNameOn
    {
        get
        {
            foreach (ISymbol member in Type.GetMembers(EventName))
            {
                if (member.DeclaredAccessibility != Accessibility.Private)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Reads a record.</summary>
    /// <param name="type">The record; an analyzer may ask for what isn't one.</param>
    /// <param name="catalog">Where its base is found.</param>
    /// <param name="isEvent">Whether calls make it.</param>
    public static DeclaredRecord Read(INamedTypeSymbol type, RecordCatalog catalog, bool isEvent) =>
        new SymbolRecordReader(type, catalog, isEvent);

    public override bool Declares(string name) => !Type.GetMembers(name).IsEmpty;

    /// <summary>Whether everyone can read a property.</summary>
    internal static bool IsReadable(IPropertySymbol property) =>
        property is { IsStatic: false, IsIndexer: false, DeclaredAccessibility: Accessibility.Public }
        && property.ExplicitInterfaceImplementations.IsEmpty
        && FindGetter(property) is { DeclaredAccessibility: Accessibility.Public };

    private static DeclaredProperty DeclaredPropertyOf(IPropertySymbol property, Compilation compilation)
    {
        List<AttributeUse>? attributes = AttributeUse.Read(property.GetAttributes(), compilation);
        bool isObsolete = attributes.Find(AttributeRole.Obsolete) is not null
            || (property.GetMethod is { } getter && KnownAttributes.HasAny(getter.GetAttributes(), AttributeRole.Obsolete));
        return new DeclaredProperty(property.Name, property.Type, attributes, property.IsOverride, property.IsAbstract, isObsolete, property);
    }

    /// <summary>An override may declare the setter alone.</summary>
    private static IMethodSymbol? FindGetter(IPropertySymbol property)
    {
        for (IPropertySymbol? declaration = property; declaration is not null; declaration = declaration.OverriddenProperty)
        {
            if (declaration.GetMethod is { } getter)
            {
                return getter;
            }
        }

        return null;
    }

    /// <summary>Few parameters have attributes, and the syntax knows which: so no attribute is bound for the others.</summary>
    private void AddParameterAttributes(IMethodSymbol? primary, Compilation compilation)
    {
        if (primary?.PositionalSyntax() is { } list)
        {
            for (int i = 0; i < list.Parameters.Count && i < primary.Parameters.Length; i++)
            {
                if (list.Parameters[i].AttributeLists.Count > 0)
                {
                    Add(primary.Parameters[i]);
                }
            }
        }
        else if (Type.DeclaringSyntaxReferences.IsEmpty)
        {
            // A compiled record doesn't say which constructor is the primary one. Its parameters have the properties' own names, and no other's do.
            foreach (IMethodSymbol constructor in Type.InstanceConstructors)
            {
                foreach (IParameterSymbol parameter in constructor.Parameters)
                {
                    Add(parameter);
                }
            }
        }

        void Add(IParameterSymbol parameter)
        {
            if (AttributeUse.Read(parameter.GetAttributes(), compilation) is { } attributes)
            {
                ParameterAttributes.Add(new ParameterAttributes(parameter.Name, attributes));
            }
        }
    }
}
