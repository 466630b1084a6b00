using Microsoft.Data.Sqlite;

namespace TypedEvents.Outbox.Sqlite;

/// <content>The target of the file: the EngageLab project and the address that its events are for.</content>
public sealed partial class SqliteOutbox
{
    // The binding that this process's events are for. A process that has the file open without file locks doesn't keep another one from
    // binding the file to another target.
    private long? _binding;

    /// <inheritdoc/>
    public async ValueTask OpenAsync(OutboxOpening opening, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(opening);

        // The usual start changes nothing.
        BoundTarget known = await ReadAsync(static reader => reader.ReadTarget(), cancellationToken).ConfigureAwait(false);
        if (known.HasAll(opening.Target))
        {
            _binding = known.Number;
            return;
        }

        (BoundTarget? bound, long number) = await ChangeAsync(
            writer => (writer.BindTo(opening.Target), BoundTarget.Read(writer.Database).Number),
            cancellationToken).ConfigureAwait(false);
        if (bound is not null)
        {
            throw new OutboxUnusableException(Describe(bound, opening.Target));
        }

        _binding = number;
    }

    /// <inheritdoc/>
    public async ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        BoundTarget known = await ReadAsync(static reader => reader.ReadTarget(), cancellationToken).ConfigureAwait(false);
        if (!known.HasAll(target)
            && await ChangeAsync(writer => writer.AddTarget(target), cancellationToken).ConfigureAwait(false) is { } address)
        {
            throw new OutboxUnusableException($"The outbox '{FilePath}' is for {address}, and a target at {target.Address} can't be added. Use a separate file for each address.");
        }
    }

    /// <summary>
    /// Lets the next tracker that uses the file bind it to its own target, whatever project and address the file was for. Its pending events
    /// are then sent there, and the EUIDs of known users are removed. Use it when an API key was lost, or when the file is to serve another
    /// project. A file without events doesn't need it, once no process has the file open.
    /// </summary>
    /// <param name="path">The database's file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">Another process, or this one, has the file open, or it can't be written.</exception>
    /// <exception cref="InvalidDataException">The file isn't an outbox, is corrupt, or has a newer version.</exception>
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

    private string Describe(BoundTarget bound, OutboxTarget target)
    {
        string rebind =
            $"To bind the file to this tracker's target from now on, end all processes that use it and call SqliteOutbox.ForgetTarget(path) once: its pending events are then sent there. (A file without events is bound automatically once no other process has it open.)";
        if (bound.Rebinding == Rebinding.Lost)
        {
            return $"The outbox '{FilePath}' was salvaged, and the project that its events are for was lost{(bound.Address is { } known ? $"; it was at {known}" : "")}. If they are for this tracker's project '{target.Project}' at {target.Address}, end all processes that use the file and call SqliteOutbox.ForgetTarget(path) once: its pending events are then sent there.";
        }

        return bound.Address != target.Address
            ? $"The outbox '{FilePath}' is for {bound.Address}, and this tracker is for {target.Address}: its events must not be sent there. Use a separate file for each address. {rebind}"
            : $"The outbox '{FilePath}' is for the project '{bound.Project}' at {bound.Address}, and this tracker is for the project '{target.Project}': one project's events and users must not be sent to another. If both are the same project, with another API key, set EventTrackerOptions.Project to '{bound.Project}'. {rebind}";
    }
}
