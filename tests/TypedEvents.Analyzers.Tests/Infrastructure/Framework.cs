using Microsoft.CodeAnalysis;

namespace TypedEvents.Analyzers.Tests.Infrastructure;

/// <summary>What a user's project references. It comes from packages, so that no test needs a network.</summary>
internal static class Framework
{
    public static IReadOnlyList<MetadataReference> References { get; } =
    [
        .. Basic.Reference.Assemblies.Net100.References.All,
        MetadataReference.CreateFromFile(typeof(IEngageEvent).Assembly.Location),
    ];
}
