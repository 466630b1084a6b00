namespace TypedEvents.Benchmarks;

/// <summary>Measures writing one event's JSON, envelope and properties, with an id and a time created in advance.</summary>
internal static class SerializationBenchmark
{
    private const int Rounds = 5000;
    private const int QuickRounds = 1000;

    public static void Run(BenchmarkOptions options)
    {
        var report = new Report(Machine.IsNative ? "serialization-native" : "serialization", options);
        var chart = new BarChart("Nanoseconds for one event's JSON", "ns");
        report.Line(Machine.Describe());
        report.Line("");
        report.Line("| event | System.Text.Json's fast path | its metadata | a dictionary to a new array | TypedEvents | ratio | ± | of the fastest rounds | B/event |");
        report.Line("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (Shape shape in MakeShapes().Where(shape => options.Includes(shape.Name)))
        {
            shape.Verify();
            IReadOnlyList<Candidate> candidates = shape.Candidates;
            Measurement[] measurements = Interleaved.Measure(candidates, options.IsQuick ? QuickRounds : Rounds);
            Measurement ours = measurements[^1];
            report.Line($"| {shape.Name} | {measurements[0].Nanoseconds:F1} ns | {measurements[1].Ratio:F2} | {measurements[2].Ratio:F2} | {ours.Nanoseconds:F1} ns | {ours.Ratio:F3} | {ours.Spread:F3} | {ours.LeastRatio:F3} | {ours.Bytes:F0} |");
            for (int i = 0; i < measurements.Length && IsInPicture(shape); i++)
            {
                chart.Add(shape.Name, candidates[i].Name, measurements[i].Nanoseconds, i == measurements.Length - 1);
            }
        }

        report.Picture("Nanoseconds for one event's JSON, by way and event", chart);
        report.End();
    }

    private static bool IsInPicture(Shape shape) => shape.Name is "2 properties" or "8 properties" or "25 properties";

    public static Shape[] MakeShapes()
    {
        FastPathContext fastPath = FastPathContext.Default;
        MetadataContext metadata = MetadataContext.Default;
        return
        [
            new Shape<PageViewed>("2 properties", [BenchmarkValues.Two], fastPath.PageViewed, metadata.PageViewed, Dictionaries.Of),
            new Shape<OrderPlaced>("8 properties", [BenchmarkValues.Eight], fastPath.OrderPlaced, metadata.OrderPlaced, Dictionaries.Of),
            new Shape<CheckoutCompleted>("25 properties", [BenchmarkValues.TwentyFive], fastPath.CheckoutCompleted, metadata.CheckoutCompleted, Dictionaries.Of),
            new Shape<PageViewedStruct>("2 properties, record struct", [BenchmarkValues.TwoAsStruct], fastPath.PageViewedStruct, metadata.PageViewedStruct, Dictionaries.Of),
            new Shape<OrderPlaced>("8 properties, 256 different events", BenchmarkValues.Varied, fastPath.OrderPlaced, metadata.OrderPlaced, Dictionaries.Of),
            new Shape<SignUp>("sign_up of the samples", [BenchmarkValues.SignUp], fastPath.SignUp, metadata.SignUp, Dictionaries.Of),
            new Shape<ArticleRead>("2 KB of ASCII text", [BenchmarkValues.LongText], fastPath.ArticleRead, metadata.ArticleRead, Dictionaries.Of),
            new Shape<MessageSent>("umlauts, CJK, emoji", [BenchmarkValues.NonAscii], fastPath.MessageSent, metadata.MessageSent, Dictionaries.Of),
        ];
    }
}
