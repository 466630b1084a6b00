using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary>ISO 8601 in UTC with milliseconds: <c>"2026-05-04T03:02:01.678Z"</c>. Times are truncated, not rounded.</summary>
internal readonly struct Iso8601Form : IWireForm<DateTime>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, DateTime value)
    {
        (ulong day, uint millisecond) = DateParts.Of(value);
        DateParts.WriteIso8601(ref destination, (uint)day, millisecond);
        return ref RawBytes.Skip(ref destination, 26);
    }
}

/// <summary><c>"2026-05-04 03:02:01"</c>, in UTC.</summary>
internal readonly struct DateAndTimeForm : IWireForm<DateTime>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, DateTime value)
    {
        (ulong day, uint millisecond) = DateParts.Of(value);
        destination = (byte)'"';
        DateParts.WriteDate(ref RawBytes.Skip(ref destination, 1), (uint)day);
        RawBytes.Put(ref destination, 11, ' ');
        DateParts.WriteTime(ref RawBytes.Skip(ref destination, 12), millisecond);
        RawBytes.Put(ref destination, 20, '"');
        return ref RawBytes.Skip(ref destination, 21);
    }
}

/// <summary>A number: milliseconds since 1970.</summary>
internal readonly struct UnixMillisecondsForm : IWireForm<DateTime>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, DateTime value)
    {
        // Floor, as DateTimeOffset.ToUnixTimeMilliseconds does: before 1970 the fraction is cut towards the past.
        ulong milliseconds = DateParts.Utc(value) / TimeSpan.TicksPerMillisecond;
        return ref IntegerForm.Write(ref destination, (long)milliseconds - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerMillisecond));
    }
}

/// <summary><c>"2026-05-04"</c>.</summary>
internal readonly struct DateOnlyForm : IWireForm<DateOnly>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, DateOnly value)
    {
        destination = (byte)'"';
        DateParts.WriteDate(ref RawBytes.Skip(ref destination, 1), DateParts.Of(value));
        RawBytes.Put(ref destination, 11, '"');
        return ref RawBytes.Skip(ref destination, 12);
    }
}

/// <summary><c>"03:02:01.678"</c>.</summary>
internal readonly struct TimeOnlyForm : IWireForm<TimeOnly>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, TimeOnly value)
    {
        destination = (byte)'"';
        DateParts.WriteTime(ref RawBytes.Skip(ref destination, 1), DateParts.Of(value));
        RawBytes.Put(ref destination, 13, '"');
        return ref RawBytes.Skip(ref destination, 14);
    }
}

/// <summary>A number: milliseconds, with at most four decimals.</summary>
internal readonly struct MillisecondsForm : IWireForm<TimeSpan>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static ref byte Write(ref byte destination, TimeSpan value)
    {
        ulong ticks = (ulong)value.Ticks;
        if (value.Ticks < 0)
        {
            destination = (byte)'-';
            destination = ref RawBytes.Skip(ref destination, 1);
            ticks = 0UL - ticks;
        }

        ulong whole = ticks / TimeSpan.TicksPerMillisecond;
        destination = ref Digits.Write(ref destination, whole);
        return ref Digits.WriteFraction(ref destination, (uint)(ticks - (whole * TimeSpan.TicksPerMillisecond)) * 10_000);
    }
}
