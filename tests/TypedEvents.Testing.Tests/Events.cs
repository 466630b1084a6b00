using System.ComponentModel.DataAnnotations;

namespace TypedEvents.Testing.Tests;

[EngageEvent("order_placed")]
public partial record OrderPlaced(Guid OrderId, decimal Total, [StringLength(20)] string? Note = null);

[EngageEvent("order_placed_again")]
public partial record OrderPlacedAgain(int Number);

[EngageEvent("page_viewed")]
public partial record PageViewed(string Path);

[EngageEvent("seat_taken")]
public readonly partial record struct SeatTaken([Range(1, 40)] int Row, char Seat);

[EngageEvent("broken")]
public partial record Broken(int Number)
{
    public string Text => throw new InvalidOperationException($"No text for {Number}.");
}
