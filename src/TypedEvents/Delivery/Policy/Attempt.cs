namespace TypedEvents;

/// <summary>One request, as far as the rules are concerned.</summary>
/// <param name="kind">What it is made for.</param>
/// <param name="parts">How many items each of its lanes has in it.</param>
/// <param name="items">The items.</param>
internal sealed class Attempt(AttemptKind kind, IReadOnlyList<AttemptPart> parts, IReadOnlyList<TriedItem> items)
{
    public AttemptKind Kind => kind;

    public IReadOnlyList<AttemptPart> Parts => parts;

    public IReadOnlyList<TriedItem> Items => items;

    /// <summary>The circuit breaker's <see cref="CircuitBreaker.Period"/> in which it was made.</summary>
    public int Period { get; init; }

    /// <summary>When it was made.</summary>
    public TimeSpan MadeAt { get; init; }

    public int Count => Items.Count;

    public bool IsCombined => Parts.Count > 1;

    public LaneState Lane => Parts[0].Lane;
}
