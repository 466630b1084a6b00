using Microsoft.Data.Sqlite;

namespace TypedEvents.Outbox.Sqlite;

/// <content>Which project at which address the file is for.</content>
public sealed partial class SqliteOutbox
{
    /// <inheritdoc/>
    public void BindTo(OutboxTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (Bind(target) is { } bound)
        {
            throw new InvalidOperationException(Describe(bound, target));
        }
    }

    /// <inheritdoc/>
    public async ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        BoundTarget known = await ReadAsync(static reader => reader.ReadTarget(), cancellationToken).ConfigureAwait(false);
        if (!known.HasAll(target)
            && await ChangeAsync(writer => writer.AddTarget(target), cancellationToken).ConfigureAwait(false) is { } address)
        {
            throw new InvalidOperationException($"The outbox '{FilePath}' is for {address}, and a target at {target.Address} can't be added. Use a file of its own for each address.");
        }
    }

    /// <summary>
    /// Lets the next tracker that uses the file bind it anew, whatever project and address it was for: its events are then sent there.
    /// Known users are forgotten then. For a file whose API key was lost, or that is to serve another project. A file without events
    /// needs this not, once no process has it open.
    /// </summary>
    /// <param name="path">The database's file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">Another process, or this one, has the file open, or it can't be written.</exception>
    /// <exception cref="InvalidDataException">The file isn't an outbox, or is one that can't be used.</exception>
    public static void ForgetTarget(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var files = OutboxFiles.At(path);
        if (!File.Exists(files.Database))
        {
            throw new FileNotFoundException($"There is no outbox '{files.Database}'.", files.Database);
        }

        try
        {
            new OutboxOpener(files, TimeProvider.System).ForgetTarget();
        }
        catch (SqliteException exception)
        {
            throw StoreErrors.Describe(files.Database, exception);
        }
    }

    /// <summary>Without a thread of the pool, as there may be none: the caller waits here anyway.</summary>
    private BoundTarget? Bind(OutboxTarget target)
    {
        // The usual start changes nothing.
        _reading.Wait();
        try
        {
            ThrowIfClosed();
            ThrowIfStoreClosed();
            if (_reader.ReadTarget().HasAll(target))
            {
                return null;
            }
        }
        catch (SqliteException exception)
        {
            throw StoreErrors.Describe(FilePath, exception);
        }
        finally
        {
            _reading.Release();
        }

        _writing.Wait();
        try
        {
            ThrowIfClosed();
            return BindInTurn(target);
        }
        catch (SqliteException exception)
        {
            throw StoreErrors.Describe(FilePath, exception);
        }
        finally
        {
            _writing.Release();
        }
    }

    private BoundTarget? BindInTurn(OutboxTarget target)
    {
        long began = Environment.TickCount64;
        while (!_writer.TryBegin())
        {
            if (Environment.TickCount64 - began > BusyTimeout.TotalMilliseconds)
            {
                throw StoreErrors.Busy(FilePath, null);
            }

            Thread.Sleep(BusyInterval);
        }

        try
        {
            BoundTarget? bound = _writer.BindTo(target);
            _writer.Commit();
            return bound;
        }
        catch
        {
            _writer.Rollback();
            throw;
        }
    }

    private string Describe(BoundTarget bound, OutboxTarget target)
    {
        string rebind =
            $"To bind the file to this tracker's target from now on, end all processes that use it and call SqliteOutbox.ForgetTarget(path) once: its pending events are then sent there. (A file without events is bound automatically once no other process has it open.)";
        return bound.Address != target.Address
            ? $"The outbox '{FilePath}' is for {bound.Address}, and this tracker is for {target.Address}: its events must not be sent there. Use a file of its own for each address. {rebind}"
            : $"The outbox '{FilePath}' is for the project '{bound.Project}' at {bound.Address}, and this tracker is for the project '{target.Project}': one project's events and users must not be sent to another. If both are the same project, with another API key, set EventTrackerOptions.Project to '{bound.Project}'. {rebind}";
    }
}
