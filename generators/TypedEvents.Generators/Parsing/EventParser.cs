using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Parsing.Plain;

namespace TypedEvents.Generators.Parsing;

/// <summary>Reads an annotated record. It runs for each event at every keystroke, so it looks at nothing twice.</summary>
internal static class EventParser
{
    /// <summary>Makes the model of an annotated record, or <see langword="null"/> where it can't be an event.</summary>
    public static EventModel? Parse(GeneratorAttributeSyntaxContext annotated, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (annotated.TargetSymbol is not INamedTypeSymbol type || !IsFirstPart(annotated, type) || type.FindAnnotation() is not { } annotation)
        {
            return null;
        }

        Compilation compilation = annotated.SemanticModel.Compilation;
        EquatableArray<string> aliases = ExternAliases.Of(compilation);
        if (ExternAliases.HasLibrary(compilation, annotation.AttributeClass))
        {
            return null;
        }

        EventModel? model = PlainEventParser.TryParse(type, annotation, (RecordDeclarationSyntax)annotated.TargetNode, annotated.SemanticModel)
            ?? Parse(type, annotation, compilation, null);
        return model is null
            ? null
            : model with { ExternAliases = aliases, Documentation = DocumentationReader.Read(type, annotated.TargetNode.SyntaxTree, cancellation) };
    }

    /// <summary>Makes the model of a record, or <see langword="null"/> where it can't be an event.</summary>
    /// <param name="type">The record.</param>
    /// <param name="annotation">Its <c>[EngageEvent]</c>.</param>
    /// <param name="compilation">What it is compiled in.</param>
    /// <param name="findings">Takes all that is to say; <see langword="null"/> to stop at the first flaw.</param>
    public static EventModel? Parse(INamedTypeSymbol type, AttributeData annotation, Compilation compilation, EventFindings? findings)
    {
        string? eventName = annotation.FirstArgument();
        bool isValid = EventCheck.IsValid(type, eventName, findings);
        if (!isValid && findings is null)
        {
            return null;
        }

        IMethodSymbol? primaryConstructor = type.FindPrimaryConstructor();
        var parser = new PropertyParser(
            type,
            new PositionalParameters(type, primaryConstructor),
            new FlattenScope(type),
            WireDefaults.Of(compilation.Assembly),
            findings);
        isValid &= parser.TryParse(out EquatableArray<PropertyModel> properties);
        if (!isValid)
        {
            return null;
        }

        return Compose(
            type,
            annotation,
            eventName!,
            !HasMemberNamedEventName(type),
            parser.ReadsObsoleteProperties,
            properties,
            TrackMethodsParser.Parse(type, primaryConstructor));
    }

    /// <summary>Adds what the type itself says.</summary>
    internal static EventModel Compose(
        INamedTypeSymbol type,
        AttributeData annotation,
        string eventName,
        bool declaresEventName,
        bool readsObsoleteProperties,
        EquatableArray<PropertyModel> properties,
        TrackMethodsModel? trackMethods) =>
        new(
            type.ContainingNamespace.IsGlobalNamespace ? "" : TypeText.Of(type.ContainingNamespace),
            ContainingTypes(type),
            Declaration(type),
            eventName,
            annotation.NamedText("Description"),
            declaresEventName,
            readsObsoleteProperties,
            properties,
            trackMethods);

    /// <summary>Finds all that there is to say of a type, by the checks of <see cref="Parse(INamedTypeSymbol, AttributeData, Compilation, EventFindings?)"/>.</summary>
    /// <param name="type">The type, which needn't be a record.</param>
    /// <param name="annotation">Its <c>[EngageEvent]</c>.</param>
    /// <param name="compilation">What it is compiled in.</param>
    public static EventFindings Inspect(INamedTypeSymbol type, AttributeData annotation, Compilation compilation)
    {
        var findings = new EventFindings();
        EventCheck.IsValid(type, annotation.FirstArgument(), findings);
        var parameters = new PositionalParameters(type, type.FindPrimaryConstructor());
        new PropertyParser(type, parameters, new FlattenScope(type), WireDefaults.Of(compilation.Assembly), findings).TryParse(out _);
        return findings;
    }

    /// <summary>The attribute may stand on several parts of a record; that is an error, but no reason to emit it twice.</summary>
    private static bool IsFirstPart(GeneratorAttributeSyntaxContext annotated, INamedTypeSymbol type)
    {
        if (type.DeclaringSyntaxReferences.Length == 1)
        {
            return true;
        }

        return type.FindAnnotation()?.ApplicationSyntaxReference is { } first
            && first.SyntaxTree == annotated.TargetNode.SyntaxTree
            && annotated.TargetNode.Span.Contains(first.Span);
    }

    private static EquatableArray<TypeDeclaration> ContainingTypes(INamedTypeSymbol type)
    {
        if (type.ContainingType is null)
        {
            return EquatableArray<TypeDeclaration>.Empty;
        }

        var types = new List<TypeDeclaration>();
        for (INamedTypeSymbol? container = type.ContainingType; container is not null; container = container.ContainingType)
        {
            types.Insert(0, Declaration(container));
        }

        return EquatableArray.From(types);
    }

    private static TypeDeclaration Declaration(INamedTypeSymbol type) => new(
        type switch
        {
            { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
            { IsRecord: true } => "record",
            { TypeKind: TypeKind.Struct } => "struct",
            { TypeKind: TypeKind.Interface } => "interface",
            _ => "class",
        },
        type.Name);

    private static bool HasMemberNamedEventName(INamedTypeSymbol type)
    {
        const string EventName = "EventName";
        if (type.Name == EventName || !type.GetMembers(EventName).IsEmpty)
        {
            return true;
        }

        for (INamedTypeSymbol? ancestor = type.BaseRecord(); ancestor is not null; ancestor = ancestor.BaseRecord())
        {
            foreach (ISymbol member in ancestor.GetMembers(EventName))
            {
                if (member.DeclaredAccessibility != Accessibility.Private)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
