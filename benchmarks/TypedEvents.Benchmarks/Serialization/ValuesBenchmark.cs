using System.Globalization;

namespace TypedEvents.Benchmarks;

/// <summary>Measures the cost of ten properties, name and value, for each kind of value.</summary>
internal static class ValuesBenchmark
{
    private delegate void Writing(ref EventWriter writer);

    private const int Repetitions = 10;

    public static void Run(BenchmarkOptions options)
    {
        var scratch = new SharedBuffer.Scratch();
        Candidate[] candidates =
        [
            Of("nothing", scratch, static (ref EventWriter _) => { }),
            Of("string of 3", scratch, static (ref EventWriter w) => Text(ref w, "pro")),
            Of("string of 6", scratch, static (ref EventWriter w) => Text(ref w, "de-DE1")),
            Of("string of 14", scratch, static (ref EventWriter w) => Text(ref w, "A-2026-0047110")),
            Of("string of 40", scratch, static (ref EventWriter w) => Text(ref w, "The quick brown fox jumps over the lazy!")),
            Of("number of 1 digit", scratch, static (ref EventWriter w) => Integer(ref w, 3)),
            Of("number of 4 digits", scratch, static (ref EventWriter w) => Integer(ref w, 1834)),
            Of("number of 13 digits", scratch, static (ref EventWriter w) => Long(ref w, 1_778_000_000_123)),
            Of("bool", scratch, static (ref EventWriter w) => Boolean(ref w, true)),
            Of("double 149.95", scratch, static (ref EventWriter w) => Double(ref w, 149.95)),
            Of("double 1/3", scratch, static (ref EventWriter w) => Double(ref w, 1 / 3d)),
            Of("decimal 4.90", scratch, static (ref EventWriter w) => Decimal(ref w, 4.90m)),
            Of("date", scratch, static (ref EventWriter w) => Date(ref w, new DateTime(2026, 5, 4, 13, 2, 1, 678, DateTimeKind.Utc))),
            Of("day", scratch, static (ref EventWriter w) => Day(ref w, new DateOnly(2026, 5, 4))),
            Of("guid", scratch, static (ref EventWriter w) => Id(ref w, new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))),
        ];
        Measurement[] measurements = Interleaved.Measure(candidates, options.IsQuick ? 500 : 3000);
        Console.WriteLine(Machine.Describe());
        Console.WriteLine();
        Console.WriteLine("| value | ns |");
        Console.WriteLine("| --- | ---: |");
        for (int i = 1; i < candidates.Length; i++)
        {
            double one = (measurements[i].Nanoseconds - measurements[0].Nanoseconds) / Repetitions;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {candidates[i].Name} | {one:F2} |"));
        }
    }

    private static Candidate Of(string name, SharedBuffer.Scratch scratch, Writing write) => new(name, times =>
    {
        for (int i = 0; i < times; i++)
        {
            scratch.Begin(1_000_000, int.MaxValue);
            var writer = new EventWriter(scratch);
            write(ref writer);
        }
    });

    private static void Text(ref EventWriter writer, string value)
    {
        writer.Write(",\"value_0\":"u8, value);
        writer.Write(",\"value_1\":"u8, value);
        writer.Write(",\"value_2\":"u8, value);
        writer.Write(",\"value_3\":"u8, value);
        writer.Write(",\"value_4\":"u8, value);
        writer.Write(",\"value_5\":"u8, value);
        writer.Write(",\"value_6\":"u8, value);
        writer.Write(",\"value_7\":"u8, value);
        writer.Write(",\"value_8\":"u8, value);
        writer.Write(",\"value_9\":"u8, value);
    }

    private static void Integer(ref EventWriter writer, int value)
    {
        writer.Write(",\"value_0\":"u8, value);
        writer.Write(",\"value_1\":"u8, value);
        writer.Write(",\"value_2\":"u8, value);
        writer.Write(",\"value_3\":"u8, value);
        writer.Write(",\"value_4\":"u8, value);
        writer.Write(",\"value_5\":"u8, value);
        writer.Write(",\"value_6\":"u8, value);
        writer.Write(",\"value_7\":"u8, value);
        writer.Write(",\"value_8\":"u8, value);
        writer.Write(",\"value_9\":"u8, value);
    }

    private static void Long(ref EventWriter writer, long value)
    {
        writer.Write(",\"value_0\":"u8, value);
        writer.Write(",\"value_1\":"u8, value);
        writer.Write(",\"value_2\":"u8, value);
        writer.Write(",\"value_3\":"u8, value);
        writer.Write(",\"value_4\":"u8, value);
        writer.Write(",\"value_5\":"u8, value);
        writer.Write(",\"value_6\":"u8, value);
        writer.Write(",\"value_7\":"u8, value);
        writer.Write(",\"value_8\":"u8, value);
        writer.Write(",\"value_9\":"u8, value);
    }

    private static void Boolean(ref EventWriter writer, bool value)
    {
        writer.Write(",\"value_0\":"u8, value);
        writer.Write(",\"value_1\":"u8, value);
        writer.Write(",\"value_2\":"u8, value);
        writer.Write(",\"value_3\":"u8, value);
        writer.Write(",\"value_4\":"u8, value);
        writer.Write(",\"value_5\":"u8, value);
        writer.Write(",\"value_6\":"u8, value);
        writer.Write(",\"value_7\":"u8, value);
        writer.Write(",\"value_8\":"u8, value);
        writer.Write(",\"value_9\":"u8, value);
    }

    private static void Double(ref EventWriter writer, double value)
    {
        writer.Write(",\"value_0\":"u8, value);
        writer.Write(",\"value_1\":"u8, value);
        writer.Write(",\"value_2\":"u8, value);
        writer.Write(",\"value_3\":"u8, value);
        writer.Write(",\"value_4\":"u8, value);
        writer.Write(",\"value_5\":"u8, value);
        writer.Write(",\"value_6\":"u8, value);
        writer.Write(",\"value_7\":"u8, value);
        writer.Write(",\"value_8\":"u8, value);
        writer.Write(",\"value_9\":"u8, value);
    }

    private static void Decimal(ref EventWriter writer, decimal value)
    {
        writer.Write(",\"value_0\":"u8, value);
        writer.Write(",\"value_1\":"u8, value);
        writer.Write(",\"value_2\":"u8, value);
        writer.Write(",\"value_3\":"u8, value);
        writer.Write(",\"value_4\":"u8, value);
        writer.Write(",\"value_5\":"u8, value);
        writer.Write(",\"value_6\":"u8, value);
        writer.Write(",\"value_7\":"u8, value);
        writer.Write(",\"value_8\":"u8, value);
        writer.Write(",\"value_9\":"u8, value);
    }

    private static void Date(ref EventWriter writer, DateTime value)
    {
        writer.Write(",\"value_0\":"u8, value);
        writer.Write(",\"value_1\":"u8, value);
        writer.Write(",\"value_2\":"u8, value);
        writer.Write(",\"value_3\":"u8, value);
        writer.Write(",\"value_4\":"u8, value);
        writer.Write(",\"value_5\":"u8, value);
        writer.Write(",\"value_6\":"u8, value);
        writer.Write(",\"value_7\":"u8, value);
        writer.Write(",\"value_8\":"u8, value);
        writer.Write(",\"value_9\":"u8, value);
    }

    private static void Day(ref EventWriter writer, DateOnly value)
    {
        writer.Write(",\"value_0\":"u8, value);
        writer.Write(",\"value_1\":"u8, value);
        writer.Write(",\"value_2\":"u8, value);
        writer.Write(",\"value_3\":"u8, value);
        writer.Write(",\"value_4\":"u8, value);
        writer.Write(",\"value_5\":"u8, value);
        writer.Write(",\"value_6\":"u8, value);
        writer.Write(",\"value_7\":"u8, value);
        writer.Write(",\"value_8\":"u8, value);
        writer.Write(",\"value_9\":"u8, value);
    }

    private static void Id(ref EventWriter writer, Guid value)
    {
        writer.Write(",\"value_0\":"u8, value);
        writer.Write(",\"value_1\":"u8, value);
        writer.Write(",\"value_2\":"u8, value);
        writer.Write(",\"value_3\":"u8, value);
        writer.Write(",\"value_4\":"u8, value);
        writer.Write(",\"value_5\":"u8, value);
        writer.Write(",\"value_6\":"u8, value);
        writer.Write(",\"value_7\":"u8, value);
        writer.Write(",\"value_8\":"u8, value);
        writer.Write(",\"value_9\":"u8, value);
    }
}
