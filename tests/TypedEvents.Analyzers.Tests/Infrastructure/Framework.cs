using Microsoft.CodeAnalysis;

namespace TypedEvents.Analyzers.Tests.Infrastructure;

/// <summary>The references of a user's project. They come from packages, so that tests need no network.</summary>
internal static class Framework
{
    public static IReadOnlyList<MetadataReference> References { get; } =
    [
        .. Basic.Reference.Assemblies.Net100.References.All,
        MetadataReference.CreateFromFile(typeof(IEngageEvent).Assembly.Location),
    ];
}
