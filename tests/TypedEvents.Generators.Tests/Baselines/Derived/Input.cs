using TypedEvents;

namespace Shop;

public abstract record Visit(string Page)
{
    public virtual int Rank => 1;

    public required string Campaign { get; init; }
}

[EngageEvent("purchase")]
public sealed partial record Purchase(string Page, decimal Total) : Visit(Page)
{
    [EventProperty("position")]
    public override int Rank => 2;
}
