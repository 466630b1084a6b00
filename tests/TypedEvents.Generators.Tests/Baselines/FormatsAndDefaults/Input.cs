using System;
using TypedEvents;

[assembly: EngageEventDefaults(Naming = PropertyNaming.CamelCase, Boolean = BooleanFormat.Literal, Date = DateFormat.UnixMilliseconds)]

namespace Shop;

[EngageEvent("formats")]
public partial record Formats(
    bool IsFirst,
    [EventProperty(Boolean = BooleanFormat.String)] bool IsLast,
    DateTime HTTPDate,
    [EventProperty(Date = DateFormat.DateAndTime)] DateTimeOffset? Seen,
    [EventProperty(Date = DateFormat.Iso8601)] DateTime Left);
