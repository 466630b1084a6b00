using Microsoft.Data.Sqlite;

namespace TypedEvents.Outbox.Sqlite;

/// <content>Listing, counting, replay and purge, for people and tools. They may take long, so they run on a separate thread.</content>
internal sealed partial class SqliteStore
{
    public ValueTask<IReadOnlyList<StoredEvent>> ListAsync(OutboxQuery query, int maxEvents, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEvents, 1);
        return InspectAsync<IReadOnlyList<StoredEvent>>(database => StoreInspector.List(database, query, maxEvents, cancellationToken), cancellationToken);
    }

    public ValueTask<long> CountAsync(OutboxQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        return InspectAsync(database => StoreInspector.Count(database, query), cancellationToken);
    }

    public async ValueTask<long> ReplayAsync(OutboxQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.State != StoredEventState.DeadLetter)
        {
            throw new ArgumentException("Only dead letters can be replayed; pending events are sent automatically. Use OutboxQuery.DeadLetters.", nameof(query));
        }

        // An event that is dead-lettered again meanwhile is not replayed twice.
        query = await BoundAsync(query, cancellationToken).ConfigureAwait(false);
        long now = StoreClock.Now(_options.TimeProvider);
        long replayed = 0;
        bool hasMore = true;
        while (hasMore)
        {
            replayed += await InBackgroundAsync(writer => writer.Events.Replay(query, ChunkEvents, now, out hasMore), cancellationToken).ConfigureAwait(false);
        }

        return replayed;
    }

    public async ValueTask<long> PurgeAsync(OutboxQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);

        // Events appended meanwhile are not purged.
        query = await BoundAsync(query, cancellationToken).ConfigureAwait(false);
        long purged = 0;
        int chunk;
        do
        {
            chunk = await InBackgroundAsync(writer => writer.Events.Purge(query, ChunkEvents), cancellationToken).ConfigureAwait(false);
            purged += chunk;
        }
        while (chunk == ChunkEvents);
        if (query.User is { } user)
        {
            await InBackgroundAsync(
                writer =>
                {
                    writer.Users.ForgetUnless(user, writer.Events.HasAny);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }

        return purged;
    }

    private async ValueTask<OutboxQuery> BoundAsync(OutboxQuery query, CancellationToken cancellationToken)
    {
        OutboxPositions positions = await GetPositionsAsync(cancellationToken).ConfigureAwait(false);
        return query with { UpTo = Math.Min(query.UpTo, positions.LastAppended) };
    }

    private Task<T> InBackgroundAsync<T>(Func<StoreWriter, T> change, CancellationToken cancellationToken) =>
        Task.Run(() => ChangeAsync(change, cancellationToken).AsTask(), cancellationToken);

    /// <summary>Reads with a separate connection.</summary>
    public ValueTask<T> InspectAsync<T>(Func<Database, T> inspect, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        return new ValueTask<T>(Task.Run(
            async () =>
            {
                int repairs = Volatile.Read(ref _repairs);
                try
                {
                    // The inspection opens the file by name, so the name must still refer to the file that the other connections use.
                    if (_identity.FindChange() is not null)
                    {
                        await EnsureInPlaceAsync().ConfigureAwait(false);
                    }

                    return Inspect(inspect, cancellationToken);
                }
                catch (Exception exception) when (MayRepair(exception))
                {
                    await RepairAsync(exception, repairs, cancellationToken).ConfigureAwait(false);
                }

                return Inspect(inspect, cancellationToken);
            },
            cancellationToken));
    }

    private T Inspect<T>(Func<Database, T> inspect, CancellationToken cancellationToken)
    {
        try
        {
            // As any other user of the file: while this connection is open, no log may be closed and begun again.
            using FileStream openLock = new OutboxOpener(_files, _options.TimeProvider, cancellationToken).TakeShared();
            using Database database = Database.Open(FilePath, BusyTimeout);
            database.Execute("PRAGMA query_only = ON");
            T result = inspect(database);
            return _identity.FindChange() is not { } change
                ? result
                : throw new IOException($"'{change.Path}' was deleted, moved or replaced while it was being read. Try again.");
        }
        catch (SqliteException exception)
        {
            throw StoreErrors.Describe(FilePath, exception);
        }
    }
}
