#nullable disable
using System.Collections.Generic;
using TypedEvents;

namespace Shop;

[EngageEvent("oblivious")]
public partial record Oblivious(string Text, List<string> Tags, int? Count);
