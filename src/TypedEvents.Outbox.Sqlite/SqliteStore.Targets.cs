namespace TypedEvents.Outbox.Sqlite;

/// <content>The target of the file: the EngageLab project and the address that its events are for.</content>
internal sealed partial class SqliteStore
{
    // The binding that this process's events are for. A process that has the file open without file locks doesn't keep another one from
    // binding the file to another target.
    private long? _binding;

    /// <summary>Checks that the file is for a target, and binds it to the target if it is for none yet.</summary>
    /// <exception cref="OutboxUnusableException">The file is for another target.</exception>
    public async ValueTask BindAsync(OutboxTarget target, CancellationToken cancellationToken)
    {
        // The usual start changes nothing.
        BoundTarget known = await ReadAsync(static reader => reader.ReadTarget(), cancellationToken).ConfigureAwait(false);
        if (known.HasAll(target))
        {
            _binding = known.Number;
            return;
        }

        (BoundTarget? bound, long number) = await ChangeAsync(
            writer => (writer.Targets.Bind(target), BoundTarget.Read(writer.Database).Number),
            cancellationToken).ConfigureAwait(false);
        if (bound is not null)
        {
            throw new OutboxUnusableException(Describe(bound, target));
        }

        _binding = number;
    }

    public async ValueTask AddTargetAsync(OutboxTarget target, CancellationToken cancellationToken)
    {
        BoundTarget known = await ReadAsync(static reader => reader.ReadTarget(), cancellationToken).ConfigureAwait(false);
        if (!known.HasAll(target)
            && await ChangeAsync(writer => writer.Targets.Add(target), cancellationToken).ConfigureAwait(false) is { } address)
        {
            throw new OutboxUnusableException($"The outbox '{FilePath}' is for {address}, and a target at {target.Address} can't be added. Use a separate file for each address.");
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
