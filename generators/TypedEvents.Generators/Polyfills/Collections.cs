using System.ComponentModel;

namespace TypedEvents.Cli;

/// <summary>Members of collections that netstandard2.0 hasn't got, for the sources that the command-line tool shares with the analyzers.</summary>
internal static class Collections
{
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static void Deconstruct<TKey, TValue>(this KeyValuePair<TKey, TValue> pair, out TKey key, out TValue value)
    {
        key = pair.Key;
        value = pair.Value;
    }

    public static TValue? GetValueOrDefault<TKey, TValue>(this IReadOnlyDictionary<TKey, TValue> dictionary, TKey key) =>
        dictionary.TryGetValue(key, out TValue value) ? value : default;

    public static bool TryAdd<TKey, TValue>(this Dictionary<TKey, TValue> dictionary, TKey key, TValue value)
    {
        bool isNew = !dictionary.ContainsKey(key);
        if (isNew)
        {
            dictionary.Add(key, value);
        }

        return isNew;
    }

    public static Dictionary<TKey, TValue> ToDictionary<TKey, TValue>(this IEnumerable<KeyValuePair<TKey, TValue>> pairs) =>
        pairs.ToDictionary(static pair => pair.Key, static pair => pair.Value);

    public static IEnumerable<(TFirst First, TSecond Second)> Zip<TFirst, TSecond>(this IEnumerable<TFirst> first, IEnumerable<TSecond> second) =>
        first.Zip(second, static (one, other) => (one, other));

    public static IOrderedEnumerable<T> Order<T>(this IEnumerable<T> items, IComparer<T>? comparer = null) => items.OrderBy(static item => item, comparer);
}
