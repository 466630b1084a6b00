using System.ComponentModel.DataAnnotations;
using TypedEvents;

namespace Contoso.Events;

public enum Method
{
    Invoice,
    BankTransfer,
}

[EngageEvent("order_placed")]
public partial record OrderPlaced(Guid OrderId, decimal Total, Method Method, [property: RegularExpression("^[A-Z]{3}$")] string Currency = "EUR");

/// <summary>Visible to the shop only.</summary>
[EngageEvent("order_audited")]
internal partial record OrderAudited(Guid OrderId, Method Method, [property: RegularExpression("^[a-z]+$")] string By);

/// <summary>The base of other projects' events.</summary>
public abstract record Visit([EventProperty("page_url")] Uri Page)
{
    [EventIgnore]
    public string? Session { get; init; }
}
