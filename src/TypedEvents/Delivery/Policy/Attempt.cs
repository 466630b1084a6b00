namespace TypedEvents;

/// <summary>One request, as far as the rules are concerned.</summary>
/// <param name="Kind">What it is made for.</param>
/// <param name="Parts">How many items each of its lanes has in it.</param>
/// <param name="Items">The items.</param>
internal sealed record Attempt(AttemptKind Kind, IReadOnlyList<AttemptPart> Parts, IReadOnlyList<TriedItem> Items)
{
    /// <summary>The circuit breaker's <see cref="CircuitBreaker.Period"/> in which it was made.</summary>
    public int Period { get; init; }

    /// <summary>When it was made.</summary>
    public TimeSpan MadeAt { get; init; }

    public int Count => Items.Count;

    public bool IsCombined => Parts.Count > 1;

    public LaneState Lane => Parts[0].Lane;
}
