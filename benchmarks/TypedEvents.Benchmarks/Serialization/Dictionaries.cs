namespace TypedEvents.Benchmarks;

/// <summary>The dictionaries that a caller of an untyped SDK would write.</summary>
internal static class Dictionaries
{
    public static Dictionary<string, object?> Of(PageViewed value) => new()
    {
        ["path"] = value.Path,
        ["duration_ms"] = value.DurationMs,
    };

    public static Dictionary<string, object?> Of(PageViewedStruct value) => new()
    {
        ["path"] = value.Path,
        ["duration_ms"] = value.DurationMs,
    };

    public static Dictionary<string, object?> Of(SignUp value) => new()
    {
        ["plan"] = value.Plan,
        ["seats"] = value.Seats,
        ["referrer"] = value.Referrer,
    };

    public static Dictionary<string, object?> Of(OrderPlaced value) => new()
    {
        ["order_number"] = value.OrderNumber,
        ["currency"] = value.Currency,
        ["items"] = value.Items,
        ["total"] = value.Total,
        ["first_order"] = value.FirstOrder,
        ["placed_at"] = value.PlacedAt,
        ["customer_id"] = value.CustomerId,
        ["channel"] = value.ChannelName,
    };

    public static Dictionary<string, object?> Of(CheckoutCompleted value) => new()
    {
        ["order_number"] = value.OrderNumber,
        ["currency"] = value.Currency,
        ["country"] = value.Country,
        ["city"] = value.City,
        ["payment_method"] = value.PaymentMethod,
        ["coupon"] = value.Coupon,
        ["device"] = value.Device,
        ["app_version"] = value.AppVersion,
        ["language"] = value.Language,
        ["items"] = value.Items,
        ["quantity"] = value.Quantity,
        ["seats"] = value.Seats,
        ["duration_ms"] = value.DurationMs,
        ["revision"] = value.Revision,
        ["total"] = value.Total,
        ["tax"] = value.Tax,
        ["discount"] = value.Discount,
        ["shipping"] = value.Shipping,
        ["first_order"] = value.FirstOrder,
        ["express"] = value.Express,
        ["newsletter"] = value.Newsletter,
        ["placed_at"] = value.PlacedAt,
        ["delivery_date"] = value.DeliveryDate,
        ["customer_id"] = value.CustomerId,
        ["categories"] = value.Categories,
    };

    public static Dictionary<string, object?> Of(ArticleRead value) => new()
    {
        ["title"] = value.Title,
        ["text"] = value.Text,
        ["words"] = value.Words,
    };

    public static Dictionary<string, object?> Of(MessageSent value) => new()
    {
        ["sender"] = value.Sender,
        ["chinese"] = value.Chinese,
        ["german"] = value.German,
        ["emoji"] = value.Emoji,
        ["recipients"] = value.Recipients,
    };
}
