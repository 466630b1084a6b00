using Microsoft.Data.Sqlite;

namespace TypedEvents.Outbox.Sqlite;

/// <content>Damaged indexes and counters are made anew from the events when something fails for them, and it is done once more.</content>
public sealed partial class SqliteOutbox
{
    /// <summary>Where that was of no use, the events themselves are damaged: it isn't tried again for a while.</summary>
    private const int RepairPauseMilliseconds = 60_000;

    private int _repairs;
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

    /// <summary>Makes a change in a transaction of its own, in this one's turn to write.</summary>
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
            // It has been done since the failure.
            return;
        }

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

    /// <summary>Makes dead letters of rows of which no event can be made. Where that fails, they are found again by the next read.</summary>
    private async ValueTask SetAsideAsync(Claim claim, List<UnreadableEvent>? unreadable, CancellationToken cancellationToken)
    {
        if (unreadable is null)
        {
            return;
        }

        try
        {
            if (await claim.ChangeAsync(writer => writer.SetUnreadableAside(unreadable), cancellationToken).ConfigureAwait(false))
            {
                foreach (UnreadableEvent one in unreadable)
                {
                    LogSafely(() => Log.Unreadable(_logger, FilePath, one.EventName, one.Position, one.Fault));
                }
            }
        }
#pragma warning disable CA1031 // Such as on a full disk: the events that can be read are sent all the same.
        catch (Exception exception) when (exception is not (OperationCanceledException or InvalidDataException))
#pragma warning restore CA1031
        {
            LogSafely(() => Log.UnreadableNotSetAside(_logger, FilePath, unreadable.Count, exception));
        }
    }
}
