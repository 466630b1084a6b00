using System.Text.Json.Serialization;

namespace Storefront;

/// <summary>What a client sends to place an order.</summary>
internal sealed record Order(decimal Total, int Items);

/// <summary>What the client gets.</summary>
internal sealed record Receipt(Guid OrderId);

/// <summary>The JSON of the endpoints, without reflection.</summary>
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Receipt))]
internal sealed partial class StorefrontJson : JsonSerializerContext;
