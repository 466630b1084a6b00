namespace TypedEvents.Outbox.PostgreSql.Tests.Enlisting;

[EngageEvent("note_taken")]
internal readonly partial record struct NoteTaken(string Text);
