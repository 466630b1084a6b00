namespace TypedEvents.Stress;

/// <summary>An event of any length.</summary>
[EngageEvent("note")]
internal readonly partial record struct Note(string Text);
