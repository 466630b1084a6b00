using System.Text.Json.Serialization;
using TypedEvents;

// Where the default formats differ, the events use one that both can write, because the values must be equal.
[assembly: EngageEventDefaults(Boolean = BooleanFormat.Literal)]

namespace TypedEvents.Benchmarks;

internal enum Channel
{
    Web,
    MobileApp,
    PointOfSale,
}

/// <summary>
/// The baseline gets an enum member's name from a switch, not a converter: the fast path of System.Text.Json doesn't support enums, and
/// leaving it would cost more than the rest of the event.
/// </summary>
internal static class ChannelNames
{
    public static string NameOf(Channel channel) => channel switch
    {
        Channel.Web => "web",
        Channel.MobileApp => "mobile_app",
        _ => "point_of_sale",
    };
}

[EngageEvent("page_viewed")]
internal sealed partial record PageViewed(string Path, int DurationMs);

[EngageEvent("page_opened")]
internal readonly partial record struct PageViewedStruct(string Path, int DurationMs);

/// <summary>The event of the samples.</summary>
[EngageEvent("sign_up")]
internal sealed partial record SignUp(string Plan, int Seats, string? Referrer = null);

[EngageEvent("order_placed")]
internal sealed partial record OrderPlaced(
    string OrderNumber,
    string Currency,
    int Items,
    double Total,
    bool FirstOrder,
    DateTime PlacedAt,
    Guid CustomerId,
    [EventProperty("channel")][property: JsonIgnore] Channel Channel)
{
    [EventIgnore, JsonPropertyName("channel")]
    public string ChannelName => ChannelNames.NameOf(Channel);
}

[EngageEvent("checkout_completed")]
internal sealed partial record CheckoutCompleted(
    string OrderNumber,
    string Currency,
    string Country,
    string City,
    string PaymentMethod,
    string? Coupon,
    string Device,
    string AppVersion,
    string Language,
    int Items,
    int Quantity,
    int Seats,
    long DurationMs,
    long Revision,
    double Total,
    double Tax,
    double Discount,
    decimal Shipping,
    bool FirstOrder,
    bool Express,
    bool Newsletter,
    DateTime PlacedAt,
    DateOnly DeliveryDate,
    Guid CustomerId,
    string[] Categories);

[EngageEvent("article_read")]
internal sealed partial record ArticleRead(string Title, string Text, int Words);

[EngageEvent("message_sent")]
internal sealed partial record MessageSent(string Sender, string Chinese, string German, string Emoji, int Recipients);
