namespace TypedEvents.Outbox.Sqlite;

/// <summary>The sums of <see cref="EventFacts"/> over several pending events.</summary>
/// <param name="Events">The number of events.</param>
/// <param name="WithExternalId">The number of events whose user is known only by an external id.</param>
/// <param name="WaitingBytes">The <see cref="EventFacts.TotalBytes"/> of those that aren't held.</param>
/// <param name="AsideBytes">The <see cref="EventFacts.TotalBytes"/> of those that are held.</param>
internal readonly record struct EventSums(long Events, long WithExternalId, long WaitingBytes, long AsideBytes)
{
    private static readonly string TotalBytesColumn = $"({EventFacts.BytesColumn} + {EventFacts.MessageBytesColumn})";

    public static readonly string Columns =
        $"count(*), sum(own_id IS NOT NULL), sum({TotalBytesColumn} * ({StateSql.IsWaiting})), sum({TotalBytesColumn} * ({StateSql.IsAside}))";

    /// <summary>Reads the sums from a statement with <see cref="Columns"/>: 0 where there is no event.</summary>
    public static EventSums From(Statement select)
    {
        try
        {
            select.Step();
            return new EventSums(select.Int64(0), select.Int64(1), select.Int64(2), select.Int64(3));
        }
        finally
        {
            select.Reset();
        }
    }
}
