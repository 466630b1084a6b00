namespace TypedEvents;

/// <summary>
/// Writes times in milliseconds since 1970, and keeps the digits of the last one's second: where events are many, the next one
/// mostly has the same.
/// </summary>
internal struct RecentSecond
{
    private const long FirstOfTenDigits = 1_000_000_000;
    private const long LastOfTenDigits = 9_999_999_999;

    private ulong _second;
    private ulong _firstEight;
    private ushort _lastTwo;

    /// <summary>Writes a time.</summary>
    /// <returns>The byte after it.</returns>
    public ref byte Write(ref byte destination, long milliseconds)
    {
        ulong second = (ulong)milliseconds / 1000;

        // A new one keeps second 0, and no digits of it.
        if (second != _second || second == 0)
        {
            // From 2001 to 2286 seconds have ten digits.
            if (second is < FirstOfTenDigits or > LastOfTenDigits)
            {
                return ref IntegerForm.Write(ref destination, milliseconds);
            }

            _second = second;
            _firstEight = Digits.Eight((uint)(second / 100));
            _lastTwo = Digits.Pair((uint)(second % 100));
        }

        uint rest = (uint)((ulong)milliseconds - (second * 1000));
        uint hundreds = rest / 100;
        RawBytes.Put(ref destination, 0, _firstEight);
        RawBytes.Put(ref destination, 8, _lastTwo);
        RawBytes.Put(ref destination, 10, (char)('0' + hundreds));
        Digits.WritePair(ref destination, 11, rest - (hundreds * 100));
        return ref RawBytes.Skip(ref destination, 13);
    }
}
