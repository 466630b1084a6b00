using System.Runtime.CompilerServices;
using TypedEvents.Generators.Model;

namespace TypedEvents.Generators.Emission;

/// <summary>Splits long bodies into local functions and queues the functions to print.</summary>
internal sealed class WriteParts
{
    /// <summary>Past some 60 writes in one method the JIT inlines nothing more, so a long body is split.</summary>
    private const int MaxWritesInMethod = 40;

    private readonly Queue<(int Number, string Type, IReadOnlyList<PropertyModel> Properties)> _waiting = new();

    /// <summary>
    /// How many writes each flattened record takes. Each level asks twice for the level below it, so without this the time doubles
    /// with each level.
    /// </summary>
    private readonly Dictionary<EquatableArray<PropertyModel>, int> _writes = new(ReferenceComparer.Instance);
    private int _count;

    /// <summary>Groups properties so that no part has too many writes.</summary>
    public List<List<PropertyModel>> Split(EquatableArray<PropertyModel> properties)
    {
        var parts = new List<List<PropertyModel>> { new() };
        int writes = 0;
        foreach (PropertyModel property in properties)
        {
            int needed = WritesOf(property);
            if (writes + needed > MaxWritesInMethod)
            {
                parts.Add([]);
                writes = 0;
            }

            parts[parts.Count - 1].Add(property);
            writes += needed;
        }

        return parts;
    }

    /// <summary>Queues a part.</summary>
    /// <param name="type">The record whose properties they are.</param>
    /// <param name="properties">The properties.</param>
    /// <returns>The part's number.</returns>
    public int Add(string type, IReadOnlyList<PropertyModel> properties)
    {
        _count++;
        _waiting.Enqueue((_count, type, properties));
        return _count;
    }

    /// <summary>Returns the next queued part.</summary>
    public bool TryTakeNext(out int number, out string type, out IReadOnlyList<PropertyModel> properties)
    {
        bool isThere = _waiting.Count > 0;
        (number, type, properties) = isThere ? _waiting.Dequeue() : (0, "", []);
        return isThere;
    }

    private int WritesOf(PropertyModel property)
    {
        int writes = property.Value switch
        {
            FlattenedModel flattened => WritesOf(flattened),

            ListModel { Source: ListSource.Strings } => 1,

            // The start, an element and the end.
            ListModel => 3,
            _ => 1,
        };
        return writes + property.Rules.Count;
    }

    /// <summary>Returns the calls alone for a record that is split: its writes are in methods of their own.</summary>
    private int WritesOf(FlattenedModel flattened)
    {
        if (!_writes.TryGetValue(flattened.Properties, out int writes))
        {
            List<List<PropertyModel>> parts = Split(flattened.Properties);
            writes = parts.Count > 1 ? parts.Count : parts[0].Sum(WritesOf);
            _writes.Add(flattened.Properties, writes);
        }

        return writes;
    }

    /// <summary>By identity: to compare models by value would walk through all levels below them.</summary>
    private sealed class ReferenceComparer : IEqualityComparer<EquatableArray<PropertyModel>>
    {
        public static readonly ReferenceComparer Instance = new();

        public bool Equals(EquatableArray<PropertyModel> x, EquatableArray<PropertyModel> y) => ReferenceEquals(x, y);

        public int GetHashCode(EquatableArray<PropertyModel> properties) => RuntimeHelpers.GetHashCode(properties);
    }
}
