using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Benchmarks;

/// <summary>A generator that is measured.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Create">Makes one.</param>
/// <param name="IsJson">Whether it is System.Text.Json's: then the records have no <c>[EngageEvent]</c>, and there is a context.</param>
internal sealed record MeasuredGenerator(string Name, Func<IIncrementalGenerator> Create, bool IsJson)
{
    public static readonly MeasuredGenerator[] All =
    [
        new("`ForAttributeWithMetadataName` alone", () => new BareGenerator(), false),
        new("TypedEvents", () => new EngageEventGenerator(), false),
        new("System.Text.Json, one context", LoadJsonGenerator, true),
    ];

    /// <summary>From its file, as the compiler does it.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A Native AOT executable doesn't have this benchmark.")]
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "A Native AOT executable doesn't have this benchmark.")]
    private static IIncrementalGenerator LoadJsonGenerator()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "generators", "System.Text.Json.SourceGeneration.dll");
        Type type = Assembly.LoadFrom(path).GetType("System.Text.Json.SourceGeneration.JsonSourceGenerator", throwOnError: true)!;
        return (IIncrementalGenerator)Activator.CreateInstance(type)!;
    }
}
