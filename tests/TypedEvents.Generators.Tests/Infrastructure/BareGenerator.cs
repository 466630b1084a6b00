using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedEvents.Generators.Tests.Infrastructure;

/// <summary>The least that a generator for annotated records does: it finds them and knows their names.</summary>
internal sealed class BareGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<string> names = context.SyntaxProvider.ForAttributeWithMetadataName(
            "TypedEvents.EngageEventAttribute",
            static (node, _) => node is RecordDeclarationSyntax,
            static (annotated, _) => annotated.TargetSymbol.Name);
        context.RegisterSourceOutput(names, static (_, _) => { });
    }
}
