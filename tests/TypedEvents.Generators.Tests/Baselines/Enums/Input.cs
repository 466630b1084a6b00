using System;
using System.Text.Json.Serialization;
using TypedEvents;

namespace Shop;

public enum Plan
{
    Free,
    ProPlan,
    [JsonStringEnumMemberName("the \"best\"")]
    Best,
    [Obsolete("gone", true)]
    Old = -1,
    Paid = ProPlan,
}

public enum Size : ulong { Huge = ulong.MaxValue }

[Flags]
public enum Access { None = 0, Read = 1, Write = 2, All = 3, Admin = int.MinValue }

[EngageEvent("enums")]
public partial record Enums(Plan Plan, Plan? Before, Size Size, Access Access, Access? Granted);
