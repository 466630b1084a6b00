using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary>
/// Writes times in milliseconds since 1970, and caches the digits of the last one's second: with many events, the next one
/// mostly has the same.
/// </summary>
internal struct RecentSecond
{
    private const ulong FirstOfTenDigits = 1_000_000_000;
    private const ulong LastOfTenDigits = 9_999_999_999;

    private ulong _second;
    private ulong _firstEight;
    private ulong _lastTwo;

    /// <summary>Whether a time is within the second whose digits are known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsSecondOf(long milliseconds, out ulong second)
    {
        // A new instance has second 0 and no digits.
        second = (ulong)milliseconds / 1000;
        return second == _second && second != 0;
    }

    /// <summary>Writes a time within that second, 13 digits, and touches sixteen bytes.</summary>
    /// <returns>The byte after it.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ref byte WriteTime(ref byte destination, long milliseconds, ulong second)
    {
        uint rest = (uint)((ulong)milliseconds - (second * 1000));
        uint hundreds = rest / 100;
        RawBytes.Put(ref destination, 0, _firstEight);
        RawBytes.Put(ref destination, 8, _lastTwo | ((ulong)Digits.Pair(rest - (hundreds * 100)) << 24) | ((hundreds + '0') << 16));
        return ref RawBytes.Skip(ref destination, 13);
    }

    /// <summary>Keeps the digits of a time's second, if they are ten: from 2001 to 2286.</summary>
    public void Keep(long milliseconds)
    {
        ulong second = (ulong)milliseconds / 1000;
        if (second is >= FirstOfTenDigits and <= LastOfTenDigits)
        {
            _second = second;
            _firstEight = Digits.Eight((uint)(second / 100));
            _lastTwo = Digits.Pair((uint)(second % 100));
        }
    }
}
