namespace TypedEvents.Generators.Model;

/// <summary>
/// Collects the elements of a list that mostly repeats the one of the last run. As long as each element is the same object as there, it keeps
/// none of them, and the list of the last run is the result.
/// </summary>
/// <typeparam name="T">The elements.</typeparam>
/// <param name="last">The list of the last run, if there is one.</param>
/// <param name="capacity">How many elements are expected.</param>
internal struct RepeatedList<T>(EquatableArray<T>? last, int capacity)
    where T : class, IEquatable<T>
{
    private List<T>? _items;
    private int _count;

    /// <summary>The element that stood in the last run's list where the next one is added; <see langword="null"/> once the lists differ.</summary>
    public readonly T? Next => _items is null && last is not null && _count < last.Count ? last[_count] : null;

    public readonly int Count => _items?.Count ?? _count;

    public readonly T this[int index] => _items is null ? last![index] : _items[index];

    public void Add(T item)
    {
        if (_items is null && ReferenceEquals(item, Next))
        {
            _count++;
            return;
        }

        if (_items is null)
        {
            _items = new List<T>(Math.Max(capacity, _count + 1));
            for (int i = 0; i < _count; i++)
            {
                _items.Add(last![i]);
            }
        }

        _items.Add(item);
    }

    public readonly EquatableArray<T> ToArray() =>
        _items is not null ? EquatableArray.From(_items)
        : _count == 0 ? EquatableArray<T>.Empty
        : _count == last!.Count ? last
        : new EquatableArray<T>([.. last.Take(_count)]);
}
