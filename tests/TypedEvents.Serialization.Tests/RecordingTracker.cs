using System.Globalization;

namespace TypedEvents.Serialization.Tests;

/// <summary>A tracker that records its calls.</summary>
internal sealed class RecordingTracker : IEventTracker
{
    public List<string> Calls { get; } = [];

    public TrackResult Track<TEvent>(EngageUser user, TEvent value, EventContext context = default)
        where TEvent : IEngageEvent<TEvent>
    {
        Calls.Add(string.Create(CultureInfo.InvariantCulture, $"{user} {TEvent.Schema.Name} {Wire.JsonOf(value)} {context.RandomId}").TrimEnd());
        return TrackResult.Accepted;
    }

    public ValueTask<TrackResult> TrackAsync<TEvent>(
        EngageUser user,
        TEvent value,
        EventContext context = default,
        CancellationToken cancellationToken = default)
        where TEvent : IEngageEvent<TEvent>
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Track(user, value, context));
    }

    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
