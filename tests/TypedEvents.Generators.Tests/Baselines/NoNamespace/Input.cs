using TypedEvents;

[EngageEvent("heartbeat")]
internal sealed partial record Heartbeat;
