using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Benchmarks;

/// <summary>A generator that is measured.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Create">Creates an instance.</param>
/// <param name="IsJson">Whether it is System.Text.Json's generator: the records then have no <c>[EngageEvent]</c>, and there is a context.</param>
internal sealed record MeasuredGenerator(string Name, Func<IIncrementalGenerator> Create, bool IsJson)
{
    public static readonly MeasuredGenerator[] All =
    [
        new("`ForAttributeWithMetadataName` alone", () => new BareGenerator(), false),
        new("TypedEvents", () => new EngageEventGenerator(), false),
        new("System.Text.Json, one context", LoadJsonGenerator, true),
    ];

    /// <summary>Loads the generator from its file, like the compiler.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Native AOT executables don't contain this benchmark.")]
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "Native AOT executables don't contain this benchmark.")]
    private static IIncrementalGenerator LoadJsonGenerator()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "generators", "System.Text.Json.SourceGeneration.dll");
        Type type = Assembly.LoadFrom(path).GetType("System.Text.Json.SourceGeneration.JsonSourceGenerator", throwOnError: true)!;
        return (IIncrementalGenerator)Activator.CreateInstance(type)!;
    }
}
