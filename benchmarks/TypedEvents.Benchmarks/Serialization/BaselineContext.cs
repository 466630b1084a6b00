using System.Text.Json.Serialization;

namespace TypedEvents.Benchmarks;

/// <summary>
/// An event in the form that System.Text.Json serializes. One object is reused for all events, so that the baseline doesn't allocate either.
/// </summary>
internal sealed class Envelope<TEvent>
{
    public string EventName { get; set; } = "";

    public long Euid { get; set; }

    public long Itime { get; set; }

    public Guid RandomId { get; set; }

    public TEvent Properties { get; set; } = default!;
}

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Envelope<PageViewed>), TypeInfoPropertyName = "PageViewed")]
[JsonSerializable(typeof(Envelope<PageViewedStruct>), TypeInfoPropertyName = "PageViewedStruct")]
[JsonSerializable(typeof(Envelope<SignUp>), TypeInfoPropertyName = "SignUp")]
[JsonSerializable(typeof(Envelope<OrderPlaced>), TypeInfoPropertyName = "OrderPlaced")]
[JsonSerializable(typeof(Envelope<CheckoutCompleted>), TypeInfoPropertyName = "CheckoutCompleted")]
[JsonSerializable(typeof(Envelope<ArticleRead>), TypeInfoPropertyName = "ArticleRead")]
[JsonSerializable(typeof(Envelope<MessageSent>), TypeInfoPropertyName = "MessageSent")]
[JsonSerializable(typeof(PageViewed), TypeInfoPropertyName = "PageViewedEvent")]
[JsonSerializable(typeof(PageViewedStruct), TypeInfoPropertyName = "PageViewedStructEvent")]
[JsonSerializable(typeof(SignUp), TypeInfoPropertyName = "SignUpEvent")]
[JsonSerializable(typeof(OrderPlaced), TypeInfoPropertyName = "OrderPlacedEvent")]
[JsonSerializable(typeof(CheckoutCompleted), TypeInfoPropertyName = "CheckoutCompletedEvent")]
[JsonSerializable(typeof(ArticleRead), TypeInfoPropertyName = "ArticleReadEvent")]
[JsonSerializable(typeof(MessageSent), TypeInfoPropertyName = "MessageSentEvent")]
internal sealed partial class FastPathContext : JsonSerializerContext;

[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Envelope<PageViewed>), TypeInfoPropertyName = "PageViewed")]
[JsonSerializable(typeof(Envelope<PageViewedStruct>), TypeInfoPropertyName = "PageViewedStruct")]
[JsonSerializable(typeof(Envelope<SignUp>), TypeInfoPropertyName = "SignUp")]
[JsonSerializable(typeof(Envelope<OrderPlaced>), TypeInfoPropertyName = "OrderPlaced")]
[JsonSerializable(typeof(Envelope<CheckoutCompleted>), TypeInfoPropertyName = "CheckoutCompleted")]
[JsonSerializable(typeof(Envelope<ArticleRead>), TypeInfoPropertyName = "ArticleRead")]
[JsonSerializable(typeof(Envelope<MessageSent>), TypeInfoPropertyName = "MessageSent")]
[JsonSerializable(typeof(PageViewed), TypeInfoPropertyName = "PageViewedEvent")]
[JsonSerializable(typeof(PageViewedStruct), TypeInfoPropertyName = "PageViewedStructEvent")]
[JsonSerializable(typeof(SignUp), TypeInfoPropertyName = "SignUpEvent")]
[JsonSerializable(typeof(OrderPlaced), TypeInfoPropertyName = "OrderPlacedEvent")]
[JsonSerializable(typeof(CheckoutCompleted), TypeInfoPropertyName = "CheckoutCompletedEvent")]
[JsonSerializable(typeof(ArticleRead), TypeInfoPropertyName = "ArticleReadEvent")]
[JsonSerializable(typeof(MessageSent), TypeInfoPropertyName = "MessageSentEvent")]
internal sealed partial class MetadataContext : JsonSerializerContext;

[JsonSerializable(typeof(Dictionary<string, object?>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(decimal))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(DateTime))]
[JsonSerializable(typeof(DateOnly))]
[JsonSerializable(typeof(Guid))]
internal sealed partial class DictionaryContext : JsonSerializerContext;
