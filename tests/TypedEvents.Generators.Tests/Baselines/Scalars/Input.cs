using System;
using TypedEvents;

namespace Shop;

[EngageEvent("scalars")]
public partial record Scalars(
    string Text,
    char Character,
    Uri? Link,
    Guid Id,
    byte Small,
    nint Native,
    nuint UnsignedNative,
    Int128 Large,
    double Ratio,
    decimal Price,
    DateOnly Day,
    TimeSpan Took,
    short? OptionalSmall,
    Guid? OptionalId,
    [EventProperty("a \"name\" of its own \u00e9")] int Named);
