using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedEvents.Generators.Emission;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators;

/// <summary>
/// Writes what makes a record an event: for each partial record that has <c>[EngageEvent]</c> one file, with its serializer
/// and its typed <c>Track</c> methods.
/// </summary>
/// <remarks>
/// Each annotated record goes one way: <see cref="EventParser"/> reads its symbols and makes an <see cref="EventModel"/>,
/// which holds plain values only; where that is equal to the one before, nothing more happens; otherwise
/// <see cref="EventEmitter"/> prints it. Invalid events are skipped silently: analyzers explain why, by the
/// same check.
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
    }
}
