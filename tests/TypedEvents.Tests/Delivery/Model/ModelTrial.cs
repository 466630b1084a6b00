namespace TypedEvents.Tests;

/// <summary>That an event was tried alone, and what came of it.</summary>
/// <param name="Process">Who tried it.</param>
/// <param name="Meaning">What the response meant.</param>
/// <param name="AcceptedBefore">How many requests of the process had been accepted by then.</param>
/// <param name="ConsecutiveBefore">How many consecutive ones, right before, not counting events that failed alone before.</param>
internal sealed record ModelTrial(ModelProcess Process, ResponseMeaning Meaning, long AcceptedBefore, int ConsecutiveBefore)
{
    public bool IsRejection => Meaning is ResponseMeaning.Rejected or ResponseMeaning.RejectedSize;

    public bool IsFailure => Meaning is ResponseMeaning.Failed or ResponseMeaning.FailedConfiguration or ResponseMeaning.Configuration;
}
