using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace TypedEvents.Tests;

/// <summary>Random members with random values, into buffers of any size, with bytes behind them that must not change.</summary>
public sealed class EventWriterFuzzTests
{
    private const string Letters = "abc\"\\\u0001\u001F\u007F\u00E9\u6F22\uD83D\uDE00\uFFFD ";

    private static int Events => (int)Math.Min(WireValue.Count, int.MaxValue) / 4;

    [Fact]
    public void Properties_of_every_kind_make_an_event_that_reads_back()
    {
        var random = new Random(20_260_504);
        for (int i = 0; i < Events; i++)
        {
            int seed = random.Next();
            byte[]? json = Write(seed, static (ref EventWriter writer, Random values) =>
            {
                for (int count = values.Next(30); count > 0; count--)
                {
                    WriteProperty(ref writer, values, Name(values, count));
                }
            });
            if (json is not null)
            {
                JsonDocument.Parse(json).Dispose();
            }
        }
    }

    [Fact]
    public void Members_in_any_order_with_any_bytes_and_any_bits_stay_within_the_buffer()
    {
        var random = new Random(20_260_505);
        for (int i = 0; i < Events; i++)
        {
            Write(random.Next(), static (ref EventWriter writer, Random values) =>
            {
                for (int count = values.Next(60); count > 0; count--)
                {
                    WriteAnything(ref writer, values);
                }
            });
        }
    }

    [Fact]
    public void Copies_of_the_writer_stay_within_the_buffer()
    {
        var random = new Random(20_260_506);
        for (int i = 0; i < Events; i++)
        {
            Write(random.Next(), static (ref EventWriter writer, Random values) =>
            {
                EventWriter first = writer;
                EventWriter second = default;
                for (int count = values.Next(80); count > 0; count--)
                {
                    switch (values.Next(10))
                    {
                        case 0:
                            first = writer;
                            break;
                        case 1:
                            second = first;
                            break;
                        case 2:
                            WriteAnything(ref first, values);
                            break;
                        case 3:
                            WriteAnything(ref second, values);
                            break;
                        case 4 when values.Next(10) == 0:
                            writer = values.Next(2) == 0 ? first : second;
                            break;
                        default:
                            WriteAnything(ref writer, values);
                            break;
                    }
                }
            });
        }
    }

    private delegate void Writing(ref EventWriter writer, Random values);

    /// <summary>Writes several events into one buffer; a writer that was copied or exchanged may be rejected.</summary>
    private static byte[]? Write(int seed, Writing write)
    {
        string what = string.Create(CultureInfo.InvariantCulture, $"The event of seed {seed}");
        var values = new Random(seed);
        var scratch = new CanaryBuffer(values.Next(1, 600));
        byte[]? last = null;
        for (int events = values.Next(1, 4); events > 0; events--)
        {
            int maxBytes = values.Next(3) == 0 ? values.Next(1, 2000) : 200_000;
            scratch.Begin(maxBytes, values.Next(4) == 0 ? values.Next(4, 1000) : int.MaxValue);
            EventWriter writer = default;
            try
            {
                int properties;
                if (values.Next(8) == 0)
                {
                    writer = new EventWriter(scratch);
                    properties = writer.BeginEvent(Fuzzed.Schema.Prefix.Span, 7, values.NextInt64(), Text(values));
                }
                else
                {
                    properties = EventWriter.BeginEvent(scratch, Fuzzed.Schema.Prefix, 7, values.NextInt64(), Guid.NewGuid(), out writer);
                }

                write(ref writer, values);
                last = writer.TryEndEvent(scratch, properties, out ReadOnlySpan<byte> json) ? json.ToArray() : null;
                Assert.True(last is null || last.Length <= maxBytes, what);
                Assert.True(last is null || last.AsSpan().StartsWith("{\"event_name\":\"fuzzed\",\"euid\":7,"u8), what);
            }
            catch (InvalidOperationException)
            {
                last = null;
            }
            catch (ArgumentOutOfRangeException)
            {
                // A local time of forged bits can't be converted.
                last = null;
            }

            scratch.Check(what);
        }

        return last;
    }

    private static void WriteAnything(ref EventWriter writer, Random values)
    {
        byte[] name = new byte[values.Next(4) == 0 ? values.Next(400) : values.Next(40)];
        values.NextBytes(name);
        switch (values.Next(13))
        {
            case 0:
                writer.WriteListStart(name);
                break;
            case 1:
                writer.WriteListEnd();
                break;
            case 2:
                writer.WriteElement(values.Next(9) == 0 ? null : Text(values));
                break;
            case 3:
                writer.WriteElement(Forged<Guid>(values));
                break;
            case 4:
                writer.WriteEnumElement(values.Next(2) == 0 ? default : name, values.NextInt64());
                break;
            case 5:
                writer.WriteEnumElement(values.Next(2) == 0 ? default : name, (ulong)values.NextInt64());
                break;
            case 6:
                writer.WriteElement(new Uri("a/" + Text(values), UriKind.Relative));
                break;
            case 7:
                IEnumerable<string?> list = Enumerable.Range(0, values.Next(4)).Select(_ => values.Next(9) == 0 ? null : Text(values));
                writer.WriteStrings(name, values.Next(3) switch { 0 => list.ToArray(), 1 => list.ToList(), _ => list });
                break;
            default:
                WriteProperty(ref writer, values, name);
                break;
        }
    }

    private static void WriteProperty(ref EventWriter writer, Random values, ReadOnlySpan<byte> name)
    {
        switch (values.Next(25))
        {
            case 0: writer.Write(name, values.Next(2) == 0); break;
            case 1: writer.Write(name, Forged<byte>(values) is 1, (BooleanFormat)values.Next(3)); break;
            case 2: writer.Write(name, Forged<int>(values) >> values.Next(32)); break;
            case 3: writer.Write(name, Forged<uint>(values) >> values.Next(32)); break;
            case 4: writer.Write(name, Forged<long>(values) >> values.Next(64)); break;
            case 5: writer.Write(name, Forged<ulong>(values) >> values.Next(64)); break;
            case 6: writer.Write(name, Forged<Int128>(values) >> values.Next(128)); break;
            case 7: writer.Write(name, Forged<UInt128>(values) >> values.Next(128)); break;
            case 8: writer.Write(name, Forged<Half>(values)); break;
            case 9: writer.Write(name, Forged<float>(values)); break;
            case 10: writer.Write(name, Forged<double>(values)); break;
            case 11: writer.Write(name, values.Next(1_000_000) / 100d); break;
            case 12: writer.Write(name, new decimal(values.Next(), values.Next(), values.Next(), values.Next(2) == 0, (byte)values.Next(29))); break;
            case 13: writer.Write(name, Forged<Guid>(values)); break;
            case 14: writer.Write(name, Forged<DateTime>(values)); break;
            case 15: writer.Write(name, Forged<DateTime>(values), (DateFormat)values.Next(4)); break;
            case 16: writer.Write(name, Forged<DateTimeOffset>(values), (DateFormat)values.Next(4)); break;
            case 17: writer.Write(name, Forged<DateOnly>(values)); break;
            case 18: writer.Write(name, Forged<TimeOnly>(values)); break;
            case 19: writer.Write(name, Forged<TimeSpan>(values)); break;
            case 20: writer.Write(name, (char)values.Next(65_536)); break;
            case 21: writer.WriteEnum(name, values.Next(2) == 0 ? default : "\"member\""u8, Forged<long>(values)); break;
            case 22: writer.WriteEnum(name, values.Next(2) == 0 ? default : "\"member\""u8, Forged<ulong>(values)); break;
            default: writer.Write(name, Text(values)); break;
        }
    }

    private static string Text(Random values)
    {
        int length = values.Next(5) switch { 0 => values.Next(4000), 1 => values.Next(300), _ => values.Next(20) };
        return values.Next(3) == 0
            ? new string(values.GetItems<char>(Letters, length))
            : new string((char)values.Next('a', 'z'), length) + Letters[values.Next(Letters.Length)];
    }

    private static byte[] Name(Random values, int number) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"{new string('n', values.Next(10) == 0 ? 300 : values.Next(30))}{number}\":"));

    /// <summary>A value of any bits, as two threads that write one can make it.</summary>
    private static T Forged<T>(Random values)
        where T : unmanaged
    {
        Span<byte> bits = stackalloc byte[Unsafe.SizeOf<T>()];
        values.NextBytes(bits);
        return Unsafe.ReadUnaligned<T>(ref bits[0]);
    }

    private static class Fuzzed
    {
        public static EventSchema Schema { get; } = new("fuzzed");
    }
}
