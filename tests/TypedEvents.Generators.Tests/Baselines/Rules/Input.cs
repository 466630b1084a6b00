using System.Collections.Generic;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using TypedEvents;

namespace Shop;

public enum Plan { Free, Pro, Team }

public record Contact([StringLength(2)] string Country);

[EngageEvent("ruled")]
public partial record Ruled(
    [StringLength(50, MinimumLength = 2)] string Name,
    [MaxLength(10), RegularExpression("^[a-z]+$")] string? Code,
    [Range(1, 100)] int Seats,
    [Range(0.5, double.PositiveInfinity, MinimumIsExclusive = true)] double? Ratio,
    [Range(typeof(decimal), "0", "99.95")] decimal Price,
    [AllowedValues("web", "app", null)] string? Channel,
    [AllowedValues(Plan.Free, Plan.Pro)] Plan Plan,
    [AllowedValues(1, 2)] byte? Level,
    [MaxLength(5)] List<string> Tags,
    [property: MaxLength(3)] ImmutableArray<Plan> Plans,
    [Flatten] Contact? Contact);
