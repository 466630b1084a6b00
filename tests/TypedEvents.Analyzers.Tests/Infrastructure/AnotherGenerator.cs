using Microsoft.CodeAnalysis;

namespace TypedEvents.Analyzers.Tests.Infrastructure;

/// <summary>Another generator in a user's project, such as Razor's: it adds these files, which ours never sees.</summary>
internal sealed class AnotherGenerator(string[] files) : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context) => context.RegisterSourceOutput(context.CompilationProvider, (output, _) =>
    {
        for (int i = 0; i < files.Length; i++)
        {
            output.AddSource($"made{i}.cs", files[i]);
        }
    });
}
