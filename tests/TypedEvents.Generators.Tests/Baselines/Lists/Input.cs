using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using TypedEvents;

namespace Shop;

public enum Color { Red, Green }

public sealed class Basket : List<string>;

[EngageEvent("lists")]
public partial record Lists(
    string[] Names,
    List<Guid?> Ids,
    ImmutableArray<Color> Colors,
    IReadOnlyList<Color?>? Optional,
    IEnumerable<Uri> Links,
    Basket Basket,
    ArraySegment<string> Segment);
