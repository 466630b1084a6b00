namespace TypedEvents.Outbox.Sqlite;

/// <summary>The table "targets", and the address in "outbox": what the file's events are for.</summary>
internal sealed class TargetTable(Database database, OutboxTable outbox)
{
    /// <summary>Binds the file to a target, or to another one if that is allowed: then all saved EUIDs are removed.</summary>
    /// <returns>
    /// The file's target if it is another one, which then stays; <see langword="null"/> if the file is bound to <paramref name="target"/>.
    /// </returns>
    public BoundTarget? Bind(OutboxTarget target)
    {
        BoundTarget bound = BoundTarget.Read(database);
        if ((bound.Address is not null || bound.Rebinding == Rebinding.Lost) && !bound.IsFor(target))
        {
            bool isEmpty = outbox.Counters is { Pending: 0, DeadLetters: 0 };
            if (bound.Rebinding != Rebinding.Always && !(bound.Rebinding == Rebinding.IfEmpty && isEmpty))
            {
                return bound;
            }

            database.Execute("DELETE FROM targets; DELETE FROM users; UPDATE outbox SET binding = binding + 1");
        }

        BoundTarget.Add(database, target);
        return null;
    }

    /// <summary>Adds another name or key hash of the project.</summary>
    /// <returns>The file's address if it is another one, and nothing was added; <see langword="null"/> if the target was added.</returns>
    public string? Add(OutboxTarget target)
    {
        if (BoundTarget.Read(database).Address is { } address && address != target.Address)
        {
            return address;
        }

        BoundTarget.Add(database, target);
        return null;
    }
}
