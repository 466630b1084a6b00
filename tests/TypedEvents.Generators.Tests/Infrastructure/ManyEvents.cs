using System.Globalization;
using System.Text;

namespace TypedEvents.Generators.Tests.Infrastructure;

/// <summary>A project that declares many events of ten properties, each in a separate file.</summary>
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

    /// <summary>That file after a keystroke in a method body.</summary>
    public static readonly string UnrelatedWithOtherBody = Unrelated.Replace("42", "43", StringComparison.Ordinal);

    /// <summary>That file after a keystroke in the name of a method.</summary>
    public static readonly string UnrelatedWithOtherDeclaration = Unrelated.Replace("Answer", "Answers", StringComparison.Ordinal);

    /// <summary>That file after a constant was added, on which an event may depend.</summary>
    public static readonly string UnrelatedWithConstant = Unrelated.Replace("public static int", "public const int Constant = 1; public static int", StringComparison.Ordinal);

    /// <summary>The types of some properties.</summary>
    public const string Types = """
        namespace Shop;

        public enum Channel
        {
            Web,
            App,
            Store,
        }

        public abstract record Visit(string Page)
        {
            public required string Session { get; init; }
        }

        public record Address(string City, string Country, [TypedEvents.Flatten] Position At);

        public readonly record struct Position(double Latitude, double Longitude);

        public static class Limits
        {
            public const int Code = 20;
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

    /// <summary>The file of an event that has a base record.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="attribute">What stands above it.</param>
    public static string Derived(int number, string attribute) => File(number, attribute, name => $"""
        public sealed partial record {name}(
            string OrderId,
            int Count,
            long Ticks,
            double Ratio,
            decimal Total,
            bool IsGift,
            DateTimeOffset PlacedAt,
            string Page,
            string? Coupon = null) : Visit(Page);
        """);

    /// <summary>The file of an event that has validation attributes.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="attribute">What stands above it.</param>
    public static string Validated(int number, string attribute) => File(number, attribute, name => $"""
        public partial record {name}(
            [StringLength(50, MinimumLength = 1)] string OrderId,
            [Range(1, 100)] int Count,
            long Ticks,
            [Range(0, 0.5)] double Ratio,
            decimal Total,
            bool IsGift,
            DateTimeOffset PlacedAt,
            Guid CartId,
            [AllowedValues(Channel.Web, Channel.App)] Channel Channel,
            [RegularExpression("[A-Z]+"), MaxLength(Limits.Code)] string? Coupon = null);
        """);

    /// <summary>The file of an event that has names and formats.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="attribute">What stands above it.</param>
    public static string Formatted(int number, string attribute) => File(number, attribute, name => $"""
        public partial record {name}(
            [EventProperty("order")] string OrderId,
            int Count,
            long Ticks,
            double Ratio,
            decimal Total,
            [EventProperty("gift", Boolean = BooleanFormat.Literal)] bool IsGift,
            [EventProperty(Date = DateFormat.UnixMilliseconds)] DateTimeOffset PlacedAt,
            [EventProperty(Date = DateFormat.DateAndTime)] DateTime? PaidAt,
            Channel Channel,
            [EventIgnore] string? Coupon = null);
        """);

    /// <summary>The file of an event that has flattened records.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="attribute">What stands above it.</param>
    public static string Flattened(int number, string attribute) => File(number, attribute, name => $"""
        public partial record {name}(
            string OrderId,
            int Count,
            long Ticks,
            [Flatten] Address To,
            [Flatten("sender_")] Address? From,
            Channel Channel,
            string? Coupon = null);
        """);

    /// <summary>The file of an event that has defaults other than literals.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="attribute">What stands above it.</param>
    public static string WithDefaults(int number, string attribute) => File(number, attribute, name => $"""
        public partial record {name}(
            string OrderId,
            int Count = int.MaxValue,
            long Ticks = 60 * 1000,
            double Ratio = double.NaN,
            decimal Total = Limits.Code,
            bool IsGift = default,
            DateTimeOffset PlacedAt = default,
            Guid CartId = default,
            Channel Channel = Channel.Web,
            string? Coupon = nameof(Channel.App));
        """);

    /// <summary>All kinds by their names.</summary>
    public static readonly IReadOnlyDictionary<string, Func<int, string, string>> Kinds = new Dictionary<string, Func<int, string, string>>
    {
        ["positional"] = Positional,
        ["with properties"] = Properties,
        ["derived"] = Derived,
        ["with validation attributes"] = Validated,
        ["with names and formats"] = Formatted,
        ["with flattened records"] = Flattened,
        ["with defaults"] = WithDefaults,
    };

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
