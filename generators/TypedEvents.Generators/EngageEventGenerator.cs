using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Emission;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators;

/// <summary>
/// Generates two files for each partial record with <c>[EngageEvent]</c>, its serializer and its typed <c>Track</c> methods; one file for each enum that
/// some of them send; and some files with the contracts of all of them for the tool <c>typedevents</c>.
/// </summary>
/// <remarks>
/// <see cref="EventParser"/> reads each annotated record and makes a <see cref="ParsedEvent"/>, which holds plain values only: a model for each
/// kind of file, so that an edited comment emits no serializer. The emitters print the models that differ from those of the previous run. The generator
/// skips invalid events and reports nothing: analyzers explain why, by the same check.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class EngageEventGenerator : IIncrementalGenerator
{
    /// <summary>The step that reads the events: the tests look at why it ran.</summary>
    internal const string EventsStep = "Events";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // One search for all of them, because it takes most of a keystroke's time.
        IncrementalValuesProvider<ParsedEvent?> annotated = context.SyntaxProvider.ForAttributeWithMetadataName(
            AnnotationNames.EngageEvent,
            static (node, _) => node is RecordDeclarationSyntax,
            static (annotated, cancellation) => EventParser.Parse(annotated, cancellation)).WithTrackingName(EventsStep);

        // One step for both files of an event, each of which is emitted when its own model changes: a step keeps 150 bytes of each event.
        context.RegisterSourceOutput(annotated.SelectMany(static (parsed, _) => FilesOf(parsed)), static (output, model) =>
        {
            if (model is EventModel serializer)
            {
                output.AddSource(HintName.Of(serializer), EventEmitter.Emit(serializer));
            }
            else if (model is EventCalls calls)
            {
                output.AddSource(HintName.Of(calls), TrackMethodsEmitter.Emit(calls));
            }
        });

        IncrementalValueProvider<ImmutableArray<ParsedEvent?>> all = annotated.Collect();
        context.RegisterSourceOutput(
            all.SelectMany(static (events, _) => EnumEmitter.EnumsOf(events)),
            static (output, model) => output.AddSource(HintName.Of(model), EnumEmitter.Emit(model)));

        // Implementation output: an IDE may leave it out while somebody types.
        context.RegisterImplementationSourceOutput(
            all.SelectMany(static (events, _) => ContractEmitter.FilesOf(events)),
            static (output, file) => output.AddSource(HintName.Of(file), ContractEmitter.Emit(file)));
    }

    private static ImmutableArray<object> FilesOf(ParsedEvent? parsed) => parsed switch
    {
        null => ImmutableArray<object>.Empty,
        { Calls: null } => ImmutableArray.Create<object>(parsed.Event),
        _ => ImmutableArray.Create<object>(parsed.Event, parsed.Calls),
    };
}
