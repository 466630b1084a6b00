using System.Collections.Concurrent;

namespace TypedEvents.Generators.Text;

/// <summary>Remembers the results of a pure function: after each edit the same names and arguments are read again.</summary>
/// <typeparam name="TKey">All that the result depends on, compared exactly.</typeparam>
/// <typeparam name="TResult">The result, which holds no symbols.</typeparam>
/// <param name="compute">The function.</param>
internal sealed class ResultCache<TKey, TResult>(Func<TKey, TResult> compute)
{
    /// <summary>A name that is being typed adds an entry with each keystroke.</summary>
    private const int MaxEntries = 10_000;

    private readonly ConcurrentDictionary<TKey, TResult> _results = new();

    public TResult Get(TKey key)
    {
        if (_results.TryGetValue(key, out TResult known))
        {
            return known;
        }

        if (_results.Count >= MaxEntries)
        {
            _results.Clear();
        }

        return _results[key] = compute(key);
    }
}
