namespace TypedEvents;

/// <summary>One request, as far as the rules are concerned.</summary>
/// <param name="Kind">What it is made for.</param>
/// <param name="Parts">How many items each of its lanes has in it.</param>
/// <param name="Items">The items.</param>
internal sealed record Attempt(AttemptKind Kind, IReadOnlyList<AttemptPart> Parts, IReadOnlyList<TriedItem> Items)
{
    public int Count => Items.Count;

    public bool IsCombined => Parts.Count > 1;

    public Lane Lane => Parts[0].Lane;
}
