namespace TypedEvents;

/// <summary>Numbers for the few different values that a page's events share: found by a look at each, the last one first.</summary>
internal sealed class FewNames<T>
    where T : class
{
    private T[] _values = [];
    private int _count;
    private int _last;

    public T this[int number] => _values[number];

    public int NumberOf(T value)
    {
        if (_count > 0 && ReferenceEquals(_values[_last], value))
        {
            return _last;
        }

        for (_last = 0; _last < _count; _last++)
        {
            if (ReferenceEquals(_values[_last], value))
            {
                return _last;
            }
        }

        if (_count == _values.Length)
        {
            // Mostly there is one, and there are as many of these as there are pages.
            Array.Resize(ref _values, Math.Max(1, 2 * _count));
        }

        _values[_count++] = value;
        return _last;
    }

    public void Clear()
    {
        Array.Clear(_values);
        _count = 0;
        _last = 0;
    }
}
