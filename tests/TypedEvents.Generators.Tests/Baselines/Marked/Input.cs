using System;
using System.Diagnostics.CodeAnalysis;
using TypedEvents;

namespace Shop;

[EngageEvent("marked")]
[Obsolete("Use \"other\".", true, DiagnosticId = "SHOP1")]
[Experimental("SHOP2")]
public partial record Marked(int Count)
{
    [Obsolete("Nobody looks at it.", true)]
    public int Ignored => 1;
}
