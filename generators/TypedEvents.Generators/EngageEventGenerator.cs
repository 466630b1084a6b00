using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Emission;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators;

/// <summary>
/// Generates one file for each partial record with <c>[EngageEvent]</c>, its serializer and its typed <c>Track</c> methods, and one file for
/// each enum that some of them send.
/// </summary>
/// <remarks>
/// <see cref="EventParser"/> reads each annotated record and makes an <see cref="EventModel"/>, which holds plain values only.
/// <see cref="EventEmitter"/> prints the models that differ from those of the previous run. The generator skips invalid events and
/// reports nothing: analyzers explain why, by the same check.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class EngageEventGenerator : IIncrementalGenerator
{
    /// <summary>The step whose outputs are the event models: the tests look at why it ran.</summary>
    internal const string EventsStep = "Events";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<EventModel?> events = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                AnnotationNames.EngageEvent,
                static (node, _) => node is RecordDeclarationSyntax,
                static (annotated, cancellation) => EventParser.Parse(annotated, cancellation))
            .WithTrackingName(EventsStep);

        context.RegisterSourceOutput(events, static (output, model) =>
        {
            if (model is not null)
            {
                output.AddSource(HintName.Of(model), EventEmitter.Emit(model));
            }
        });

        IncrementalValuesProvider<EnumModel> enums = events
            .Collect()
            .SelectMany(static (models, _) => EnumEmitter.EnumsOf(models));
        context.RegisterSourceOutput(enums, static (output, model) => output.AddSource(HintName.Of(model), EnumEmitter.Emit(model)));
    }
}
