using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Parsing;

/// <summary>Reads an annotated record. It runs for each event after every edit, so it avoids repeated work.</summary>
internal static class EventParser
{
    /// <summary>The model of each declaration, and the version of the declarations that it was read from. Models hold no symbols.</summary>
    private static readonly ConditionalWeakTable<SyntaxNode, Remembered> Parsed = new();

    /// <summary>Makes the models of an annotated record, or <see langword="null"/> where it can't be an event.</summary>
    public static ParsedEvent? Parse(GeneratorAttributeSyntaxContext annotated, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var version = DeclarationVersion.Of(annotated.SemanticModel.Compilation);
        if (Parsed.TryGetValue(annotated.TargetNode, out Remembered? remembered)
            && remembered.Event is { } known
            && DeclarationVersion.Agree(known.Version, version, known.Records))
        {
            return known.Parsed;
        }

        if (annotated.TargetSymbol is not INamedTypeSymbol type)
        {
            return null;
        }

        var scope = new FlattenScope(type);
        ParsedEvent? parsed = Read(annotated, type, scope, remembered?.Event?.Parsed, cancellation);

        // What an invalid event needs may be added by an edit that no valid one depends on, so it isn't remembered.
        remembered ??= parsed is null ? null : Parsed.GetValue(annotated.TargetNode, static _ => new Remembered());
        if (remembered is not null)
        {
            remembered.Event = parsed is null ? null : new RememberedEvent(version, RecordsOf(type, scope), parsed);
        }

        return parsed;
    }

    private static ParsedEvent? Read(
        GeneratorAttributeSyntaxContext annotated,
        INamedTypeSymbol type,
        FlattenScope scope,
        ParsedEvent? last,
        CancellationToken cancellation)
    {
        if (!IsFirstPart(annotated, type)
            || type.FindAnnotation() is not { } annotation
            || !EventCheck.IsValid(type, annotation.FirstArgument(), null))
        {
            return null;
        }

        Compilation compilation = annotated.SemanticModel.Compilation;
        EquatableArray<string> aliases = ExternAliases.Of(compilation);
        if (ExternAliases.HasLibrary(compilation, annotation.AttributeClass))
        {
            return null;
        }

        var records = RecordCatalog.FromSyntax(compilation);
        DeclaredRecord record = SyntaxRecordReader.TryRead(type, (RecordDeclarationSyntax)annotated.TargetNode, annotated.SemanticModel, records, isEvent: true)
            ?? SymbolRecordReader.Read(type, records, isEvent: true);
        return Build(record, annotation, scope, records, aliases, DocumentationReader.Read(type, annotated.TargetNode.SyntaxTree, cancellation), last);
    }

    /// <summary>Makes the models of a valid event, or <see langword="null"/> where it sends what can't be sent.</summary>
    /// <param name="record">The event, as either reader has read it.</param>
    /// <param name="annotation">Its <c>[EngageEvent]</c>.</param>
    /// <param name="scope">The event's scope.</param>
    /// <param name="records">The records that it flattens.</param>
    /// <param name="aliases">The extern aliases of the compilation.</param>
    /// <param name="documentation">Its documentation comments, or <see langword="null"/> if the compiler doesn't parse comments.</param>
    /// <param name="last">What was made of the same declaration before.</param>
    public static ParsedEvent? Build(
        DeclaredRecord record,
        AttributeData annotation,
        FlattenScope scope,
        RecordCatalog records,
        EquatableArray<string>? aliases = null,
        DocumentationModel? documentation = null,
        ParsedEvent? last = null)
    {
        var builder = new EventModelBuilder(record, scope, records, null, last?.Event.Properties);
        if (!builder.TryBuild(out EquatableArray<PropertyModel> properties))
        {
            return null;
        }

        INamedTypeSymbol type = record.Type;
        var head = new EventHead(
            type.ContainingNamespace.IsGlobalNamespace ? "" : TypeText.Of(type.ContainingNamespace),
            ContainingTypes(type),
            Declaration(type),
            annotation.FirstArgument()!,
            aliases ?? EquatableArray<string>.Empty);
        var model = new EventModel(head, !HasMemberNamedEventName(record), builder.ReadsObsoleteProperties, documentation is not null, properties);
        TrackMethodsModel? methods = TrackMethodsParser.Parse(record, last?.Calls?.Methods);

        // An edit of another file that leaves the model as it was may change a text or a nullable annotation of a base record. The next build
        // reads it: each build has new nodes, and only builds have a use for contracts.
        return new ParsedEvent(
            model,
            methods is null ? null : new EventCalls(head, methods, annotation.NamedText("Description"), documentation),
            last is not null && last.Event.Equals(model) ? last.Contract : ContractParser.Parse(record, annotation, model, records));
    }
    /// <summary>Collects the findings about a type, by the same checks that the generator makes.</summary>
    /// <param name="type">The type, which needn't be a record.</param>
    /// <param name="annotation">Its <c>[EngageEvent]</c>.</param>
    /// <param name="compilation">The compilation that it is part of.</param>
    public static EventFindings Inspect(INamedTypeSymbol type, AttributeData annotation, Compilation compilation)
    {
        var findings = new EventFindings();
        EventCheck.IsValid(type, annotation.FirstArgument(), findings);
        var records = RecordCatalog.FromSymbols(compilation);
        new EventModelBuilder(SymbolRecordReader.Read(type, records, isEvent: false), new FlattenScope(type), records, findings).TryBuild(out _);
        return findings;
    }

    /// <summary>The attribute may be on several parts of a record. That is an error, but the record must still be emitted only once.</summary>
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

    /// <summary>
    /// The names of the records, other than the event's own declaration, whose members it depends on: its other parts and those of the types around
    /// it, its bases, and what it flattens with the bases of that.
    /// </summary>
    private static string[] RecordsOf(INamedTypeSymbol type, FlattenScope scope)
    {
        List<string>? names = null;
        for (INamedTypeSymbol? part = type; part is not null; part = part.ContainingType)
        {
            if (part.DeclaringSyntaxReferences.Length > 1)
            {
                Add(part);
            }
        }

        AddBasesOf(type);
        foreach (INamedTypeSymbol flattened in scope.Flattened)
        {
            Add(flattened);
            AddBasesOf(flattened);
        }

        return names is null ? [] : [.. names];

        void AddBasesOf(INamedTypeSymbol derived)
        {
            for (INamedTypeSymbol? ancestor = derived.BaseRecord(); ancestor is not null; ancestor = ancestor.BaseRecord())
            {
                Add(ancestor);
            }
        }

        void Add(INamedTypeSymbol record)
        {
            names ??= [];
            if (!names.Contains(record.Name))
            {
                names.Add(record.Name);
            }
        }
    }

    /// <summary>What was last read from a declaration. Any number of runs may read it at a time, so it is replaced as a whole.</summary>
    private sealed class Remembered
    {
        private RememberedEvent? _event;

        public RememberedEvent? Event
        {
            get => Volatile.Read(ref _event);
            set => Volatile.Write(ref _event, value);
        }
    }

    /// <summary>A valid event, and what it was read from.</summary>
    /// <param name="Version">The version of the declarations that it was read from.</param>
    /// <param name="Records">The names of the records whose members it was read from.</param>
    /// <param name="Parsed">The models.</param>
    private sealed record RememberedEvent(DeclarationVersion Version, string[] Records, ParsedEvent Parsed);

    private static bool HasMemberNamedEventName(DeclaredRecord record)
    {
        bool hasIt = record.HasEventName;
        for (DeclaredRecord? ancestor = record.Base; ancestor is not null && !hasIt; ancestor = ancestor.Base)
        {
            hasIt = ancestor.PassesEventNameOn;
        }

        return hasIt;
    }
}
