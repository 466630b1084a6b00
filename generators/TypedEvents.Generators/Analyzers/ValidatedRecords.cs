using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using TypedEvents.Generators.Parsing;

namespace TypedEvents.Generators.Analyzers;

/// <summary>The validation attributes of the records of a compilation, each read once.</summary>
/// <param name="compilation">The compilation.</param>
internal sealed class ValidatedRecords(Compilation compilation)
{
    private const string ClassSuffix = "TrackerExtensions";

    private readonly RecordCatalog _catalog = RecordCatalog.FromSymbols(compilation);
    private readonly ConcurrentDictionary<INamedTypeSymbol, ValidatedRecord> _records = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, ValidatedRecord?> _tracked = new(SymbolEqualityComparer.Default);

    /// <summary>The rules of a record, event or not.</summary>
    public ValidatedRecord Get(INamedTypeSymbol type) => _records.GetOrAdd(type, record => new ValidatedRecord(record, _catalog));

    /// <summary>The rules of an event; <see langword="null"/> for any other type.</summary>
    public ValidatedRecord? FindEvent(ITypeSymbol? type) =>
        type is INamedTypeSymbol { IsAnonymousType: false, IsTupleType: false } named && named.FindAnnotation() is not null ? Get(named) : null;

    /// <summary>
    /// The event that a generated call makes; <see langword="null"/> for any other method. The call doesn't name it, but is named for
    /// it: <c>TrackSignUp</c> of the class <c>Outer_SignUpTrackerExtensions</c> makes an <c>Outer.SignUp</c> of the same namespace.
    /// </summary>
    public ValidatedRecord? FindTrackedEvent(IMethodSymbol method)
    {
        IMethodSymbol definition = method.ReducedFrom ?? method;
        bool mayBe = definition.IsExtensionMethod
            && definition.Name.StartsWith("Track", StringComparison.Ordinal)
            && definition.Parameters is [{ Type: INamedTypeSymbol { Name: "IEventTracker" or "IUserEventTracker" } }, ..]
            && definition.ContainingType.Name.Contains(ClassSuffix);
        return mayBe ? _tracked.GetOrAdd(definition, FindByName) : null;
    }

    private ValidatedRecord? FindByName(IMethodSymbol method)
    {
        string className = method.ContainingType.Name;
        string path = className.Substring(0, className.LastIndexOf(ClassSuffix, StringComparison.Ordinal));
        if (path.Length == 0)
        {
            return null;
        }

        foreach (INamedTypeSymbol type in TypesAt(method.ContainingNamespace, path))
        {
            string call = TrackMethodsParser.MethodNameOf(type);
            if ((method.Name == call || method.Name == call + "Async") && FindEvent(type) is { } record)
            {
                return record;
            }
        }

        return null;
    }

    /// <summary>
    /// The types at a path with underscores, which names may have, too. They are looked up by name: a namespace may have thousands,
    /// and each of its events asks.
    /// </summary>
    private static IEnumerable<INamedTypeSymbol> TypesAt(INamespaceOrTypeSymbol container, string path)
    {
        foreach (INamedTypeSymbol type in container.GetTypeMembers(path))
        {
            yield return type;
        }

        for (int end = path.IndexOf('_', 1); end > 0 && end < path.Length - 1; end = path.IndexOf('_', end + 1))
        {
            foreach (INamedTypeSymbol type in container.GetTypeMembers(path.Substring(0, end)))
            {
                foreach (INamedTypeSymbol nested in TypesAt(type, path.Substring(end + 1)))
                {
                    yield return nested;
                }
            }
        }
    }
}
