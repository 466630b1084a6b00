namespace TypedEvents.Stress;

/// <summary>An event as long as a test wants.</summary>
[EngageEvent("note")]
internal readonly partial record struct Note(string Text);
