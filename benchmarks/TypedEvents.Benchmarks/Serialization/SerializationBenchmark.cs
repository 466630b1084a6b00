using System.Globalization;

namespace TypedEvents.Benchmarks;

/// <summary>One event's JSON, envelope and properties, with its id and time made before.</summary>
internal static class SerializationBenchmark
{
    private const int Rounds = 5000;
    private const int QuickRounds = 1000;

    public static void Run(BenchmarkOptions options)
    {
        Shape[] shapes = MakeShapes();
        Console.WriteLine("| event | way | ns | of the fastest | ratio | ± | B/event |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (Shape shape in shapes.Where(shape => options.Includes(shape.Name)))
        {
            shape.Verify();
            IReadOnlyList<Candidate> candidates = shape.Candidates;
            Measurement[] measurements = Interleaved.Measure(candidates, options.IsQuick ? QuickRounds : Rounds);
            for (int i = 0; i < measurements.Length; i++)
            {
                Measurement one = measurements[i];
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {shape.Name} | {candidates[i].Name} | {one.Nanoseconds:F1} | {one.LeastRatio:F3} | {one.Ratio:F3} | {one.Spread:F3} | {one.Bytes:F0} |"));
            }
        }
    }

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
