using System.Collections.Concurrent;

namespace TypedEvents;

/// <summary>Remembers which kinds of unusual events have been logged, at any depth: by event, or by event and property. Allocates only for new ones.</summary>
internal sealed class LoggedKinds
{
    private static readonly LoggedKinds Leaf = new();

    private readonly ConcurrentDictionary<string, LoggedKinds> _kinds = new(StringComparer.Ordinal);

    /// <summary>The kinds below a key.</summary>
    public LoggedKinds this[string key] => _kinds.GetOrAdd(key, static _ => new());

    /// <summary>Whether this is asked for a kind for the first time.</summary>
    public bool IsFirst(string kind) => _kinds.TryAdd(kind, Leaf);
}
