namespace TypedEvents.Stress;

/// <summary>Checks both accounting invariants (docs/concepts/guarantees.md) within a child. A violation ends the child with an error.</summary>
internal static class ChildInvariants
{
    public static void Check(FlushResult result)
    {
        Check(result.Tracker);
        Check(result.Outbox!);
    }

    public static void Check(TrackerStatistics tracker) => Check(tracker.Tracked == tracker.Buffered + tracker.Appended + tracker.Dropped.Total, tracker);

    public static void Check(OutboxStatistics outbox) =>
        Check(outbox.Appended == outbox.Delivered + outbox.Pending + outbox.DeadLetters + outbox.Discarded.Total, outbox);

    private static void Check(bool isRight, object statistics)
    {
        if (!isRight)
        {
            throw new InvalidOperationException($"The statistics don't add up: {statistics}");
        }
    }
}
