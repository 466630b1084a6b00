using TypedEvents;

namespace Contoso.Components;

[EngageEvent("button_pressed")]
public partial record ButtonPressed(string Button, int Times);
