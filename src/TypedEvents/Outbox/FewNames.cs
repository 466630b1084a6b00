namespace TypedEvents;

/// <summary>Numbers for the few different values that a page's events share: found by a look at each, the last one first.</summary>
internal sealed class FewNames<T>
    where T : class
{
    private readonly List<T> _values = [];
    private int _last;

    public T this[int number] => _values[number];

    public int NumberOf(T value)
    {
        if (_values.Count > 0 && ReferenceEquals(_values[_last], value))
        {
            return _last;
        }

        for (_last = 0; _last < _values.Count; _last++)
        {
            if (ReferenceEquals(_values[_last], value))
            {
                return _last;
            }
        }

        _values.Add(value);
        return _last;
    }

    public void Clear()
    {
        _values.Clear();
        _last = 0;
    }
}
