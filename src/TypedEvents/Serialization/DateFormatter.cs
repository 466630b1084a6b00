using System.Buffers.Text;

namespace TypedEvents;

/// <summary>Writes dates and times in the forms that EngageLab takes, quotes included. What is finer than a form holds is cut off.</summary>
internal static class DateFormatter
{
    private const int TicksPerMillisecond = (int)TimeSpan.TicksPerMillisecond;

    public static int Format(DateTime utc, DateFormat format, Span<byte> destination)
    {
        if (format == DateFormat.UnixMilliseconds)
        {
            // Floor, as DateTimeOffset.ToUnixTimeMilliseconds does: before 1970 the fraction is cut towards the past.
            long milliseconds = (utc.Ticks / TicksPerMillisecond) - (DateTime.UnixEpoch.Ticks / TicksPerMillisecond);
            Utf8Formatter.TryFormat(milliseconds, destination, out int length);
            return length;
        }

        int position = 0;
        destination[position++] = (byte)'"';
        position += FormatDate(DateOnly.FromDateTime(utc), destination[position..]);
        destination[position++] = format == DateFormat.DateAndTime ? (byte)' ' : (byte)'T';
        position += FormatTime(TimeOnly.FromDateTime(utc), destination[position..]);
        if (format != DateFormat.DateAndTime)
        {
            position += FormatMilliseconds(utc.Millisecond, destination[position..]);
            destination[position++] = (byte)'Z';
        }

        destination[position++] = (byte)'"';
        return position;
    }

    public static int Format(DateOnly value, Span<byte> destination)
    {
        destination[0] = (byte)'"';
        int length = FormatDate(value, destination[1..]);
        destination[length + 1] = (byte)'"';
        return length + 2;
    }

    public static int Format(TimeOnly value, Span<byte> destination)
    {
        int position = 0;
        destination[position++] = (byte)'"';
        position += FormatTime(value, destination[position..]);
        position += FormatMilliseconds(value.Millisecond, destination[position..]);
        destination[position++] = (byte)'"';
        return position;
    }

    /// <summary>Milliseconds as a number with at most four decimals, none of them a trailing zero.</summary>
    public static int Format(TimeSpan value, Span<byte> destination)
    {
        int position = 0;
        if (value < TimeSpan.Zero)
        {
            destination[position++] = (byte)'-';
        }

        ulong ticks = value.Ticks < 0 ? 0UL - (ulong)value.Ticks : (ulong)value.Ticks;
        Utf8Formatter.TryFormat(ticks / TicksPerMillisecond, destination[position..], out int length);
        position += length;

        int fraction = (int)(ticks % TicksPerMillisecond);
        if (fraction == 0)
        {
            return position;
        }

        destination[position++] = (byte)'.';
        for (int unit = TicksPerMillisecond / 10; fraction > 0; unit /= 10)
        {
            destination[position++] = (byte)('0' + (fraction / unit));
            fraction %= unit;
        }

        return position;
    }

    private static int FormatDate(DateOnly value, Span<byte> destination)
    {
        FormatTwoDigits(value.Year / 100, destination);
        FormatTwoDigits(value.Year % 100, destination[2..]);
        destination[4] = (byte)'-';
        FormatTwoDigits(value.Month, destination[5..]);
        destination[7] = (byte)'-';
        FormatTwoDigits(value.Day, destination[8..]);
        return 10;
    }

    private static int FormatTime(TimeOnly value, Span<byte> destination)
    {
        FormatTwoDigits(value.Hour, destination);
        destination[2] = (byte)':';
        FormatTwoDigits(value.Minute, destination[3..]);
        destination[5] = (byte)':';
        FormatTwoDigits(value.Second, destination[6..]);
        return 8;
    }

    private static int FormatMilliseconds(int value, Span<byte> destination)
    {
        destination[0] = (byte)'.';
        destination[1] = (byte)('0' + (value / 100));
        FormatTwoDigits(value % 100, destination[2..]);
        return 4;
    }

    private static void FormatTwoDigits(int value, Span<byte> destination)
    {
        destination[1] = (byte)('0' + (value % 10));
        destination[0] = (byte)('0' + (value / 10));
    }
}
