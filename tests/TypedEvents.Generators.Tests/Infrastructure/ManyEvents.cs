using System.Globalization;
using System.Text;

namespace TypedEvents.Generators.Tests.Infrastructure;

/// <summary>A project that declares many events of ten properties, each in a file of its own.</summary>
internal static class ManyEvents
{
    public const int Count = 1000;

    /// <summary>A file that no event has to do with.</summary>
    public const string Unrelated = """
        namespace Shop;

        public static class Unrelated
        {
            public static int Answer() => 42;
        }
        """;

    /// <summary>What some properties are.</summary>
    public const string Types = """
        namespace Shop;

        public enum Channel
        {
            Web,
            App,
            Store,
        }
        """;

    /// <summary>The file of an event, as positional parameters.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="attribute">What stands above it: the attribute that makes it an event, or nothing.</param>
    public static string Positional(int number, string attribute) => File(number, attribute, name => $"""
        public partial record {name}(
            string OrderId,
            int Count,
            long Ticks,
            double Ratio,
            decimal Total,
            bool IsGift,
            DateTimeOffset PlacedAt,
            Guid CartId,
            Channel Channel,
            string? Coupon = null);
        """);

    /// <summary>The file of an event, as properties.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="attribute">What stands above it.</param>
    public static string Properties(int number, string attribute) => File(number, attribute, name => $$"""
        public partial record {{name}}
        {
            public required string OrderId { get; init; }
            public required int Count { get; init; }
            public required long Ticks { get; init; }
            public double Ratio { get; init; }
            public decimal Total { get; init; }
            public bool IsGift { get; init; }
            public DateTimeOffset PlacedAt { get; init; }
            public Guid CartId { get; init; }
            public Channel Channel { get; init; }
            public string? Coupon { get; init; }
        }
        """);

    /// <summary>The file of an event whose members the compiler must make: it has a base record and value rules.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="attribute">What stands above it.</param>
    public static string Derived(int number, string attribute) => File(number, attribute, name => $"""
        public partial record {name}(
            [StringLength(50)] string OrderId,
            [Range(1, 100)] int Count,
            long Ticks,
            double Ratio,
            decimal Total,
            bool IsGift,
            DateTimeOffset PlacedAt,
            Guid CartId,
            Channel Channel = Channel.Web) : Visit;
        """);

    /// <summary>The base of those.</summary>
    public const string Visit = """
        namespace Shop;

        public abstract record Visit
        {
            public string? Coupon { get; init; }
        }
        """;

    public static string EngageEvent(int number) => $"[EngageEvent(\"event_{Text(number)}\")]\n";

    public static string NameOf(int number) => "Event" + Text(number);

    private static string File(int number, string attribute, Func<string, string> declare) =>
        new StringBuilder("using System;\nusing System.ComponentModel.DataAnnotations;\n")
            .Append(attribute.Length > 0 ? "using TypedEvents;\n" : "")
            .Append("\nnamespace Shop;\n\n")
            .Append(attribute)
            .Append(declare(NameOf(number)))
            .Append('\n')
            .ToString();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
