using Microsoft.CodeAnalysis;

namespace TypedEvents.Generators.Analyzers;

/// <summary>The typed calls of events in referenced assemblies.</summary>
internal static class CompiledCalls
{
    /// <summary>How the generator names the classes that hold them: <c>Checkout_StartedTrackerExtensions</c>.</summary>
    public const string ClassSuffix = "TrackerExtensions";

    private const string Library = "TypedEvents";

    /// <summary>
    /// The classes that a compilation can see, by the name of their call. An assembly tells the names of its types at no cost, and few
    /// assemblies reference the library.
    /// </summary>
    public static ILookup<string, INamedTypeSymbol> In(Compilation compilation) =>
        compilation.SourceModule.ReferencedAssemblySymbols
            .Where(assembly => assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => reference.Name == Library)))
            .Where(assembly => assembly.TypeNames.Any(name => name.Contains(ClassSuffix)))
            .SelectMany(assembly => ClassesOf(assembly.GlobalNamespace))
            .Where(type => compilation.IsSymbolAccessibleWithin(type, compilation.Assembly))
            .SelectMany(type => CallsOf(type).Select(call => (Call: call, Type: type)))
            .ToLookup(found => found.Call, found => found.Type);

    private static IEnumerable<INamedTypeSymbol> ClassesOf(INamespaceSymbol space)
    {
        foreach (INamedTypeSymbol type in space.GetTypeMembers())
        {
            if (type is { IsStatic: true, MightContainExtensionMethods: true } && type.Name.Contains(ClassSuffix))
            {
                yield return type;
            }
        }

        foreach (INamespaceSymbol inner in space.GetNamespaceMembers())
        {
            foreach (INamedTypeSymbol type in ClassesOf(inner))
            {
                yield return type;
            }
        }
    }

    /// <summary>The names of a class's calls, without those that end in <c>Async</c> beside one that doesn't.</summary>
    private static IEnumerable<string> CallsOf(INamedTypeSymbol type)
    {
        string[] names = [.. type.GetMembers().OfType<IMethodSymbol>().Where(IsCall).Select(method => method.Name).Distinct()];
        return names.Where(name => !name.EndsWith("Async", StringComparison.Ordinal) || !names.Contains(name.Substring(0, name.Length - "Async".Length)));
    }

    private static bool IsCall(IMethodSymbol method) =>
        method.IsExtensionMethod
        && method.Name.StartsWith("Track", StringComparison.Ordinal)
        && method.Parameters is [{ Type.Name: "IEventTracker" }, ..];
}
