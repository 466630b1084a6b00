using System.Data.Common;
using System.Text.Json;

namespace TypedEvents.Testing;

/// <summary>A call to <c>Track</c> or <c>TrackAsync</c> that a <see cref="RecordingTracker"/> recorded.</summary>
public abstract record RecordedEvent
{
    private protected RecordedEvent()
    {
    }

    /// <summary>
    /// The result of the call. It is <see cref="TrackResult.Invalid"/>, too, where the call threw an <see cref="EventValidationException"/>.
    /// </summary>
    public required TrackResult Result { get; init; }

    /// <summary>The event's name at EngageLab.</summary>
    public required string EventName { get; init; }

    /// <summary>The user of the event; <c>default</c> if the call had none.</summary>
    public required EngageUser User { get; init; }

    /// <summary>The event itself.</summary>
    public object Value => Event;

    /// <summary>
    /// The event as it would be sent; empty if it wasn't written because <see cref="Result"/> says that it was rejected. The EUID of a user with an
    /// external id is <c>null</c>: only EngageLab knows it.
    /// </summary>
    public required string Json { get; init; }

    /// <summary>The event's time and id as the caller gave them.</summary>
    public EventContext Context { get; init; }

    /// <summary>When the call was made, by the tracker's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// The transaction that the event was enlisted in, or <see langword="null"/>. A <see cref="DbTransaction"/> doesn't tell whether it was committed or
    /// rolled back, so the event is recorded in either case.
    /// </summary>
    public DbTransaction? Transaction { get; init; }

    /// <summary>Why <see cref="Result"/> isn't <see cref="TrackResult.Accepted"/>; <see langword="null"/> if it is.</summary>
    public string? Problem { get; init; }

    /// <summary>
    /// The <c>properties</c> of <see cref="Json"/>, such as <c>{"plan":"pro","seats":3}</c>: the part that doesn't differ from run to run. Empty if
    /// <see cref="Json"/> is empty.
    /// </summary>
    public string PropertiesJson
    {
        get
        {
            if (Json.Length == 0)
            {
                return "";
            }

            using var document = JsonDocument.Parse(Json);
            return document.RootElement.GetProperty("properties").GetRawText();
        }
    }

    /// <summary>The name, the properties, the user and the result, in one line.</summary>
    public sealed override string ToString() => EventText.Of(this);

    private protected abstract object Event { get; }
}

/// <summary>A recorded call whose event has the type <typeparamref name="TEvent"/>.</summary>
/// <typeparam name="TEvent">The event type.</typeparam>
public sealed record RecordedEvent<TEvent> : RecordedEvent
    where TEvent : IEngageEvent<TEvent>
{
    /// <summary>The event itself.</summary>
    public new required TEvent Value { get; init; }

    private protected override object Event => Value;
}
