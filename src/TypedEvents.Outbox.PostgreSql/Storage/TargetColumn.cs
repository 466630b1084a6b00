namespace TypedEvents.Outbox.PostgreSql;

/// <summary>The column <c>target</c> of the table <c>outbox</c>: the project and address that the events are for.</summary>
internal sealed class TargetColumn(Database database, string schema)
{
    private readonly string _q = Schema.Quote(schema);

    /// <summary>Binds the outbox to the target of its first opening, and checks later ones.</summary>
    /// <exception cref="OutboxUnusableException">The outbox is for another target.</exception>
    public ValueTask BindAsync(OutboxTarget target, CancellationToken cancellationToken) => ChangeAsync(
        bound => bound is null ? BoundTarget.Of(target)
            : bound.IsFor(target) ? bound.With(target)
            : throw new OutboxUnusableException(Describe(bound, target)),
        cancellationToken);

    /// <summary>Adds another name or key of the project.</summary>
    /// <exception cref="OutboxUnusableException">The outbox is for another address.</exception>
    public ValueTask AddAsync(OutboxTarget target, CancellationToken cancellationToken) => ChangeAsync(
        bound => bound is null ? BoundTarget.Of(target)
            : bound.Address == target.Address ? bound.With(target)
            : throw new OutboxUnusableException(
                $"The outbox in the schema {_q} of {database.Place} is for {bound.Address}, and a target at {target.Address} can't be added. Use a schema of its own for each address."),
        cancellationToken);

    private async ValueTask ChangeAsync(Func<BoundTarget?, BoundTarget> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            string? stored = await database.RunAsync(
                [new Command($"SELECT target FROM {_q}.outbox")],
                static async (reader, token) =>
                    await reader.ReadAsync(token).ConfigureAwait(false) && !await reader.IsDBNullAsync(0, token).ConfigureAwait(false) ? reader.GetString(0) : null,
                cancellationToken).ConfigureAwait(false);

            // The usual start changes nothing.
            string wanted = change(stored is null ? null : BoundTarget.Parse(stored)).ToJson();
            if (stored == wanted || await TryReplaceAsync(stored, wanted, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    /// <returns>Whether it was done: not where another process changed the target meanwhile.</returns>
    private ValueTask<bool> TryReplaceAsync(string? stored, string wanted, CancellationToken cancellationToken) => database.RunAsync(
        database.Durably(new Command($"UPDATE {_q}.outbox SET target = $2 WHERE target IS NOT DISTINCT FROM $1 RETURNING id", Command.Of(stored), Command.Of(wanted))),
        static async (reader, token) => await reader.ReadAsync(token).ConfigureAwait(false),
        cancellationToken);

    private string Describe(BoundTarget bound, OutboxTarget target)
    {
        string rebind =
            $"To bind it to this tracker's target from now on, end all processes that use it and execute: UPDATE {_q}.outbox SET target = NULL; DELETE FROM {_q}.users; Its pending events are then sent there.";
        return bound.Address != target.Address
            ? $"The outbox in the schema {_q} of {database.Place} is for {bound.Address}, and this tracker is for {target.Address}: its events must not be sent there. Use a schema of its own for each address. {rebind}"
            : $"The outbox in the schema {_q} of {database.Place} is for the project '{bound.Project}' at {bound.Address}, and this tracker is for the project '{target.Project}': one project's events and users must not be sent to another. If both are the same project, with another API key, set EventTrackerOptions.Project to '{bound.Project}'. {rebind}";
    }
}
