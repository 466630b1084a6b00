using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TypedEvents;

/// <summary>Takes dates and times apart and writes the parts.</summary>
/// <remarks>
/// A value that two threads wrote at once can hold any bits. It becomes the last day there is, and the last millisecond of a day.
/// </remarks>
internal static class DateParts
{
    private const uint LastDay = 3_652_058;
    private const uint LastMillisecond = 86_399_999;

    private const ulong LastMillisecondOfAll = ((LastDay + 1UL) * (LastMillisecond + 1)) - 1;

    private const int PointBits = 40;
    private const ulong BehindPoint = (1UL << PointBits) - 1;

    /// <summary>A second as a part of an hour, rounded up; what that adds in a day stays far below a second.</summary>
    private const ulong SecondInHours = ((1UL << PointBits) / 3600) + 1;

    private const uint DaysIn4Years = 1461;
    private const uint DaysIn400Years = 146_097;

    /// <summary>2^32 divided by the days of four years, rounded up.</summary>
    private const uint YearMultiplier = (uint)(((1UL << 32) + DaysIn4Years - 1) / DaysIn4Years);

    /// <summary>Ticks in UTC; a kind of Unspecified counts as UTC.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Utc(DateTime value) => (ulong)(value.Kind == DateTimeKind.Local ? ToUtc(value) : value).Ticks;

    /// <summary>The day since the year 1, and the millisecond of the day.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (ulong Day, uint Millisecond) Of(DateTime value)
    {
        ulong milliseconds = Math.Min(Utc(value) / TimeSpan.TicksPerMillisecond, LastMillisecondOfAll);
        ulong day = milliseconds / (LastMillisecond + 1);
        return (day, (uint)(milliseconds - (day * (LastMillisecond + 1))));
    }

    /// <summary>The day since the year 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(DateOnly value) => Math.Min((uint)value.DayNumber, LastDay);

    /// <summary>The millisecond of the day.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(TimeOnly value) => (uint)Math.Min((ulong)value.Ticks / TimeSpan.TicksPerMillisecond, LastMillisecond);

    /// <summary>Writes <c>yyyy-MM-dd</c>, ten bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteDate(ref byte destination, uint day)
    {
        ulong digits = Digits.FourPairs(Split(day));
        RawBytes.Put(ref destination, 0, (uint)digits);
        RawBytes.Put(ref destination, 4, '-');
        RawBytes.Put(ref destination, 5, (ushort)(digits >> 32));
        RawBytes.Put(ref destination, 7, '-');
        RawBytes.Put(ref destination, 8, (ushort)(digits >> 48));
    }

    /// <summary>Writes <c>HH:mm:ss.fff</c>, twelve bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteTime(ref byte destination, uint millisecondOfDay)
    {
        (ulong parts, uint thousandths) = SplitTime(millisecondOfDay);
        ulong digits = Digits.FourPairs(parts);
        RawBytes.Put(ref destination, 0, (ushort)digits);
        RawBytes.Put(ref destination, 2, ':');
        RawBytes.Put(ref destination, 3, (ushort)(digits >> 16));
        RawBytes.Put(ref destination, 5, ':');
        RawBytes.Put(ref destination, 6, (ushort)(digits >> 32));
        RawBytes.Put(ref destination, 8, '.');
        RawBytes.Put(ref destination, 9, (ushort)(digits >> 48));
        RawBytes.Put(ref destination, 11, (char)('0' + thousandths));
    }

    /// <summary>Writes <c>"yyyy-MM-ddTHH:mm:ss.fffZ"</c>, 26 bytes, and touches 32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteIso8601(ref byte destination, uint day, uint millisecondOfDay)
    {
        (ulong time, uint thousandths) = SplitTime(millisecondOfDay);
        if (!Ssse3.IsSupported)
        {
            destination = (byte)'"';
            WriteDate(ref RawBytes.Skip(ref destination, 1), day);
            RawBytes.Put(ref destination, 11, 'T');
            WriteTime(ref RawBytes.Skip(ref destination, 12), millisecondOfDay);
            RawBytes.Put(ref destination, 24, (ushort)('Z' | ('"' << 8)));
            return;
        }

        // yyyyMMddHHmmssff, which two shuffles pull apart: an index of 0x80 is a zero, where a sign comes.
        Vector128<byte> digits = Digits.EightPairs(Vector128.Create(Split(day), time).AsUInt16());
        Vector128<byte> start = Ssse3.Shuffle(digits, Vector128.Create((byte)0x80, 0, 1, 2, 3, 0x80, 4, 5, 0x80, 6, 7, 0x80, 8, 9, 0x80, 10))
            | Vector128.Create((byte)'"', 0, 0, 0, 0, (byte)'-', 0, 0, (byte)'-', 0, 0, (byte)'T', 0, 0, (byte)':', 0);
        Vector128<byte> end = Ssse3.Shuffle(digits, Vector128.Create((byte)11, 0x80, 12, 13, 0x80, 14, 15, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80))
            | Vector128.Create(0, (byte)':', 0, 0, (byte)'.', 0, 0, (byte)'0', (byte)'Z', (byte)'"', 0, 0, 0, 0, 0, 0);
        start.StoreUnsafe(ref destination);
        end.StoreUnsafe(ref destination, 16);
        RawBytes.Put(ref destination, 23, (char)('0' + thousandths));
    }

    /// <summary>A day up to <see cref="LastDay"/>: century, year, month and day of the month, each in 16 bits, the first in the lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Split(uint day)
    {
        // Years from March to February, in quarters of a day: L. Neri, C. Schneider, "Euclidean affine functions", as in System.DateTime.
        uint quarters = (day * 4) + 3 + 1224;
        uint century = quarters / DaysIn400Years;
        ulong yearAndRest = (ulong)YearMultiplier * ((quarters - (century * DaysIn400Years)) | 3);
        uint dayOfYear = (uint)yearAndRest / (YearMultiplier * 4);
        uint monthAndRest = (2141 * dayOfYear) + 197_913;
        uint month = monthAndRest >> 16;
        uint dayOfMonth = ((ushort)monthAndRest / 2141u) + 1;
        uint year = (uint)(yearAndRest >> 32);
        if (month > 12)
        {
            month -= 12;
            year++;
        }

        // The year after '99 is '00 of the next century.
        if (year == 100)
        {
            year = 0;
            century++;
        }

        return century | ((ulong)year << 16) | ((ulong)month << 32) | ((ulong)dayOfMonth << 48);
    }

    /// <summary>A time of day: hour, minute, second and hundredth, each in 16 bits, the first in the lowest; and the last thousandths.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Parts, uint Thousandths) SplitTime(uint millisecondOfDay)
    {
        uint secondOfDay = millisecondOfDay / 1000;
        uint millisecond = millisecondOfDay - (secondOfDay * 1000);
        uint hundredth = millisecond / 10;

        // Hours with 40 bits behind the point: each multiplication moves a part before it.
        ulong hours = secondOfDay * SecondInHours;
        ulong minutes = (hours & BehindPoint) * 60;
        ulong seconds = (minutes & BehindPoint) * 60;
        ulong parts = (hours >> PointBits) | ((minutes >> PointBits) << 16) | ((seconds >> PointBits) << 32) | ((ulong)hundredth << 48);
        return (parts, millisecond - (hundredth * 10));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static DateTime ToUtc(DateTime value) => value.ToUniversalTime();
}
