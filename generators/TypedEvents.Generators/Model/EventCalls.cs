namespace TypedEvents.Generators.Model;

/// <summary>
/// The typed calls of an event with their documentation. They are apart from <see cref="EventModel"/>, so that an edited text doesn't emit the
/// serializer again.
/// </summary>
/// <param name="Event">The event.</param>
/// <param name="Methods">The calls.</param>
/// <param name="Description">The description of the event, if its attribute gives one.</param>
/// <param name="Documentation">The record's documentation comments, or <see langword="null"/> if the compiler doesn't parse comments.</param>
internal sealed record EventCalls(EventHead Event, TrackMethodsModel Methods, string? Description, DocumentationModel? Documentation);
