using System.ComponentModel.DataAnnotations;
using Contoso.Events;
using TypedEvents;

await using EventTracker tracker = EventTracker.Create(options =>
{
    options.BaseAddress = new Uri(args[0]);
    options.AllowInsecureLoopback = true;
    options.ApiKey = "local";
    options.ApiSecret = "local";
});

var user = new Euid(7);
var order = new Guid("0195f2d0-4f1c-7d53-9b1e-5c7a86a3b001");
tracker.TrackOrderPlaced(user, order, 12.50m, Method.Invoice);
tracker.TrackOrderAudited(user, order, Method.Invoice, by: "ada");
tracker.TrackShopVisited(user, new Uri("/shop", UriKind.Relative), Method.BankTransfer, by: "grace");

FlushResult result = await tracker.StopAsync();
return result.Outbox?.Delivered == 3 ? 0 : 1;

namespace Contoso.Events
{
    [EngageEvent("shop_visited")]
    internal partial record ShopVisited(Uri Page, Method Preferred, [property: RegularExpression("^[a-z]+$")] string By) : Visit(Page);
}
