using System.Buffers.Binary;
using System.Text;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>A row as recovered from a page. Its values are <see langword="null"/>, <see cref="long"/>, <see cref="string"/> or bytes.</summary>
/// <param name="RowId">The row id; 0 in an index.</param>
/// <param name="Values">The values of its columns, without columns that were added to the table later.</param>
internal sealed record SalvagedRow(long RowId, object?[] Values)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>The row; <see langword="null"/> if the bytes aren't a row.</returns>
    public static SalvagedRow? Parse(long rowId, ReadOnlySpan<byte> record)
    {
        int at = 0;
        if (!TryReadVarint(record, ref at, out long headerLength) || headerLength < at || headerLength > record.Length)
        {
            return null;
        }

        int body = (int)headerLength;
        List<object?> values = [];
        while (at < headerLength)
        {
            if (!TryReadVarint(record[..(int)headerLength], ref at, out long type) || !TryReadValue(record, ref body, type, out object? value))
            {
                return null;
            }

            values.Add(value);
        }

        return body == record.Length ? new SalvagedRow(rowId, [.. values]) : null;
    }

    /// <summary>Reads SQLite's variable-length integer: seven bits a byte, most significant first, and eight bits in the ninth byte.</summary>
    public static bool TryReadVarint(ReadOnlySpan<byte> bytes, ref int at, out long value)
    {
        value = 0;
        for (int i = 0; i < 9; i++)
        {
            if (at >= bytes.Length)
            {
                return false;
            }

            byte next = bytes[at++];
            if (i == 8)
            {
                value = (value << 8) | next;
                return true;
            }

            value = (value << 7) | (long)(next & 0x7F);
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryReadValue(ReadOnlySpan<byte> record, ref int at, long type, out object? value)
    {
        value = null;
        int length = type switch
        {
            0 or 8 or 9 => 0,
            >= 1 and <= 4 => (int)type,
            5 => 6,
            6 or 7 => 8,
            >= 12 when (type - 12) / 2 <= record.Length => (int)((type - 12) / 2),
            _ => -1,
        };
        if (length < 0 || record.Length - at < length)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = record.Slice(at, length);
        at += length;
        switch (type)
        {
            case 0:
                return true;
            case 8 or 9:
                value = type - 8;
                return true;
            case <= 6:
                long number = (sbyte)bytes[0];
                foreach (byte next in bytes[1..])
                {
                    number = (number << 8) | next;
                }

                value = number;
                return true;
            case 7:
                value = BinaryPrimitives.ReadDoubleBigEndian(bytes);
                return true;
        }

        if (type % 2 == 0)
        {
            value = bytes.ToArray();
            return true;
        }

        try
        {
            value = StrictUtf8.GetString(bytes);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
