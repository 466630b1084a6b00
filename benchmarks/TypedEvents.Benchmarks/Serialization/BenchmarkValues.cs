namespace TypedEvents.Benchmarks;

/// <summary>The values that are written: one of each type, and for one type many values of different lengths.</summary>
internal static class BenchmarkValues
{
    private static readonly DateTime PlacedAt = new(2026, 5, 4, 13, 2, 1, 678, DateTimeKind.Utc);

    public static PageViewed Two { get; } = new("/pricing/enterprise", 1834);

    public static PageViewedStruct TwoAsStruct { get; } = new("/pricing/enterprise", 1834);

    public static SignUp SignUp { get; } = new("pro", 3, "newsletter");

    public static OrderPlaced Eight { get; } = new(
        "A-2026-004711", "EUR", 3, 149.95, true, PlacedAt, Guid.Parse("8d3cf1a2-5b7e-4c1d-9e2f-0a1b2c3d4e5f"), Channel.MobileApp);

    public static CheckoutCompleted TwentyFive { get; } = new(
        "A-2026-004711", "EUR", "DE", "Hamburg", "credit_card", "SPRING26", "iPhone 17", "4.12.0", "de-DE",
        3, 7, 12, 48_213, 1_294_001,
        149.95, 23.94, 12.5, 4.90m,
        true, false, true,
        PlacedAt, new DateOnly(2026, 5, 7), Guid.Parse("8d3cf1a2-5b7e-4c1d-9e2f-0a1b2c3d4e5f"),
        ["shoes", "outdoor", "sale"]);

    public static ArticleRead LongText { get; } = new(
        "How we made it fast",
        string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog, and then over the fence. ", 30))[..2048],
        370);

    public static MessageSent NonAscii { get; } = new(
        "Jörg Müller",
        "敏捷的棕色狐狸跳过了懒狗,然后跳过了栅栏。",
        "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich",
        "Launch day 🚀🎉 thanks all 🙏",
        12);

    /// <summary>Events of different lengths and sizes, so that branches aren't predictable.</summary>
    public static OrderPlaced[] Varied { get; } = MakeVaried();

    private static OrderPlaced[] MakeVaried()
    {
        var random = new Random(7);
        const string Letters = "abcdefghijklmnopqrstuvwxyz-0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        var values = new OrderPlaced[256];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = new OrderPlaced(
                new string(random.GetItems<char>(Letters, random.Next(1, 40))),
                new string(random.GetItems<char>(Letters, random.Next(0, 12))),
                (int)Math.Pow(10, random.NextDouble() * 9),
                Math.Round(Math.Pow(10, random.NextDouble() * 6), random.Next(0, 4)),
                random.Next(2) == 0,
                PlacedAt.AddSeconds(random.Next(100_000_000)),
                new Guid(random.GetItems<byte>([.. Enumerable.Range(0, 256).Select(value => (byte)value)], 16)),
                (Channel)random.Next(3));
        }

        return values;
    }
}
