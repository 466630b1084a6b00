using Microsoft.Data.Sqlite;

namespace TypedEvents.Outbox.Sqlite;

/// <content>
/// When an operation fails because of a damaged index or counter, these are rebuilt from the events and the operation is retried once.
/// </content>
internal sealed partial class SqliteStore
{
    /// <summary>If a repair didn't help, the events themselves are damaged; the next attempt waits this long.</summary>
    private const int RepairPauseMilliseconds = 60_000;

    private int _repairs;
    private bool _isDoubtful;
    private long _noRepairUntil;

    private async ValueTask<T> ReadAsync<T>(Func<StoreReader, T> read, CancellationToken cancellationToken)
    {
        int repairs = Volatile.Read(ref _repairs);
        try
        {
            return await ReadOnceAsync(read, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (MayRepair(exception))
        {
            await RepairAsync(exception, repairs, cancellationToken).ConfigureAwait(false);
        }

        return await AfterRepairAsync(ReadOnceAsync(read, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Makes a change in its own transaction. The caller holds the lock for writing.</summary>
    private async ValueTask<T> ChangeInTurnAsync<T>(Func<StoreWriter, T> change, bool isSettlement, CancellationToken cancellationToken)
    {
        int repairs = Volatile.Read(ref _repairs);
        try
        {
            return await ChangeOnceAsync(change, isSettlement, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (MayRepair(exception))
        {
            await RepairInTurnAsync(exception, repairs, cancellationToken).ConfigureAwait(false);
        }

        return await AfterRepairAsync(ChangeOnceAsync(change, isSettlement, cancellationToken)).ConfigureAwait(false);
    }

    private async ValueTask<T> AfterRepairAsync<T>(ValueTask<T> attempt)
    {
        try
        {
            return await attempt.ConfigureAwait(false);
        }
        catch (Exception exception) when (StoreErrors.IsRepairable(exception))
        {
            Volatile.Write(ref _noRepairUntil, Environment.TickCount64 + RepairPauseMilliseconds);
            throw;
        }
    }

    private bool MayRepair(Exception exception) =>
        StoreErrors.IsRepairable(exception) && Environment.TickCount64 >= Volatile.Read(ref _noRepairUntil);

    private async ValueTask RepairAsync(Exception cause, int repairsBefore, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfClosed();
            await RepairInTurnAsync(cause, repairsBefore, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask RepairInTurnAsync(Exception cause, int repairsBefore, CancellationToken cancellationToken)
    {
        if (_repairs != repairsBefore)
        {
            // Another caller has repaired it since the failure.
            return;
        }

        await NoteDoubtAsync(cancellationToken).ConfigureAwait(false);
        await AfterRepairAsync(ChangeOnceAsync(
            static writer =>
            {
                writer.Repair();
                return true;
            },
            isSettlement: true,
            cancellationToken)).ConfigureAwait(false);
        Volatile.Write(ref _repairs, repairsBefore + 1);
        LogSafely(() => Log.Repaired(_logger, FilePath, (cause.InnerException as SqliteException)?.Message ?? cause.Message));
    }

    /// <summary>Makes the next process that has the file alone check it completely, even if the repair below doesn't help.</summary>
    private async ValueTask NoteDoubtAsync(CancellationToken cancellationToken)
    {
        _isDoubtful = true;
        try
        {
            await ChangeOnceAsync(
                static writer =>
                {
                    writer.NoteDoubt();
                    return true;
                },
                isSettlement: true,
                cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Such as a full disk. This process won't leave a mark of a regular close, which is sufficient unless another process does.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
        }
    }

    /// <summary>Dead-letters rows that can't be read as events. If that fails, the next read finds them again.</summary>
    private async ValueTask SetAsideAsync(Claim claim, List<UnreadableEvent>? unreadable, CancellationToken cancellationToken)
    {
        if (unreadable is null)
        {
            return;
        }

        try
        {
            foreach (UnreadableEvent[] chunk in unreadable.Chunk(ChunkEvents))
            {
                IReadOnlyList<UnreadableEvent> setAside = [];
                if (!await claim.ChangeAsync(writer => setAside = writer.Events.SetUnreadableAside(chunk), cancellationToken).ConfigureAwait(false))
                {
                    return;
                }

                if (setAside.Count > 0)
                {
                    // One entry for all of them: a newer version may have written many.
                    UnreadableEvent first = setAside[0];
                    LogSafely(() => Log.Unreadable(_logger, FilePath, setAside.Count, first.EventName, first.Position, first.Fault));
                }
            }
        }
#pragma warning disable CA1031 // Such as a full disk: the readable events are sent anyway.
        catch (Exception exception) when (exception is not (OperationCanceledException or InvalidDataException))
#pragma warning restore CA1031
        {
            LogSafely(() => Log.UnreadableNotSetAside(_logger, FilePath, unreadable.Count, exception));
        }
    }
}
