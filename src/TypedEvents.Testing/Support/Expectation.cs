using System.Text;

namespace TypedEvents.Testing;

/// <summary>Which events an assertion is about: the accepted ones of one type that satisfy a predicate.</summary>
/// <typeparam name="TEvent">The event type.</typeparam>
/// <param name="predicate">The predicate; <see langword="null"/>: all.</param>
/// <param name="predicateText">The predicate as the test writes it.</param>
internal sealed class Expectation<TEvent>(Func<TEvent, bool>? predicate, string? predicateText)
    where TEvent : IEngageEvent<TEvent>
{
    public bool IsMet(RecordedEvent recorded) =>
        recorded is RecordedEvent<TEvent> { Result: TrackResult.Accepted } typed && (predicate is null || predicate(typed.Value));

    public List<RecordedEvent<TEvent>> In(IReadOnlyList<RecordedEvent> events) => [.. events.Where(IsMet).Cast<RecordedEvent<TEvent>>()];

    /// <summary><c>OrderPlaced where order => order.Total > 5</c>.</summary>
    public override string ToString() => predicate is null ? typeof(TEvent).Name : $"{typeof(TEvent).Name} where {predicateText ?? "the predicate holds"}";

    /// <summary>The exception that says what was expected, what comes nearest, and what was recorded.</summary>
    public EventAssertionException NewFailure(string expected, IReadOnlyList<RecordedEvent> recorded)
    {
        var message = new StringBuilder(expected);
        if (FindNearestMiss(recorded) is { } miss)
        {
            message.AppendLine().Append("Nearest miss: ").Append(miss);
        }

        return Failure.New(message, recorded);
    }

    /// <summary>The last event that fails the expectation in one respect only, and in which.</summary>
    private string? FindNearestMiss(IReadOnlyList<RecordedEvent> recorded)
    {
        List<RecordedEvent<TEvent>> sameType = [.. recorded.OfType<RecordedEvent<TEvent>>()];
        if (sameType.FindLast(candidate => candidate.Result != TrackResult.Accepted && (predicate is null || predicate(candidate.Value))) is { } dropped)
        {
            return $"{EventText.Of(dropped)}. It was tracked, but not accepted.";
        }

        if (predicate is not null && sameType.FindLast(candidate => candidate.Result == TrackResult.Accepted && !predicate(candidate.Value)) is { } other)
        {
            return $"{EventText.Of(other)}. The predicate doesn't hold for it.";
        }

        return recorded.LastOrDefault(candidate => candidate is not RecordedEvent<TEvent> && IsRelated(candidate.Value.GetType())) is { } related
            ? $"{EventText.Of(related)}. Its type is {related.Value.GetType().Name}."
            : null;
    }

    /// <summary>Whether a type derives from the expected one, is its base, or has its name in another namespace or with a suffix.</summary>
    private static bool IsRelated(Type type) =>
        typeof(TEvent).IsAssignableFrom(type)
        || (type.IsAssignableFrom(typeof(TEvent)) && type != typeof(object))
        || type.Name.StartsWith(typeof(TEvent).Name, StringComparison.Ordinal)
        || typeof(TEvent).Name.StartsWith(type.Name, StringComparison.Ordinal);
}
