namespace TypedEvents;

/// <summary>That an item failed alone for the first time. A class: a dictionary with a number in its place would be code of its own.</summary>
/// <param name="accepted">How many requests had been accepted by then.</param>
internal sealed class FirstFailure(long accepted)
{
    public long Accepted => accepted;
}
