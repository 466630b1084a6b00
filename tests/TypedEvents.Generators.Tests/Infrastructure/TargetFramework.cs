using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Tests.Infrastructure;

/// <summary>The references of a user's project: a framework and the library built for it.</summary>
internal sealed class TargetFramework
{
    public static readonly TargetFramework Net80 = new(
        Basic.Reference.Assemblies.Net80.References.All,
        Path.Combine(AppContext.BaseDirectory, "net8.0", "TypedEvents.dll"));

    public static readonly TargetFramework Net100 = new(
        Basic.Reference.Assemblies.Net100.References.All,
        typeof(IEngageEvent).Assembly.Location);

    private TargetFramework(IEnumerable<MetadataReference> framework, string library) =>
        References = [.. framework, MetadataReference.CreateFromFile(library)];

    public IReadOnlyList<MetadataReference> References { get; }
}
