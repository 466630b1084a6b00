namespace TypedEvents.Outbox.Sqlite;

/// <summary>The target that the file is bound to, as stored in the file.</summary>
/// <param name="Address">The address; <see langword="null"/> if no tracker has used the file yet, or if a salvage couldn't recover it.</param>
/// <param name="Names">The project names that its trackers were configured with: usually one.</param>
/// <param name="KeyHashes">The hashes of the project's API keys.</param>
/// <param name="Rebinding">Whether the next tracker may bind the file to another target.</param>
/// <param name="Number">How often the file was bound to another target.</param>
internal sealed record BoundTarget(string? Address, IReadOnlyList<string> Names, IReadOnlyList<string> KeyHashes, Rebinding Rebinding, long Number)
{
    /// <summary>The project as named in messages. A file of version 1 stores none.</summary>
    public string Project => Names.Concat(KeyHashes).FirstOrDefault() ?? "of an earlier version";

    public static BoundTarget Read(Database database)
    {
        string? address;
        Rebinding rebinding;
        long number;
        using (Statement outbox = database.PrepareOnce("SELECT base_address, rebinding, binding FROM outbox"))
        {
            outbox.Step();
            address = outbox.Text(0);
            rebinding = (Rebinding)outbox.Int64(1);
            number = outbox.Int64(2);
        }

        List<string> names = [];
        List<string> keyHashes = [];
        using Statement targets = database.PrepareOnce("SELECT project, is_key FROM targets ORDER BY project");
        while (targets.Step())
        {
            (targets.Int64(1) == 0 ? names : keyHashes).Add(targets.Text(0)!);
        }

        return new BoundTarget(address, names, keyHashes, rebinding, number);
    }

    /// <summary>Whether the file is for a target, as far as its contents tell.</summary>
    public bool IsFor(OutboxTarget target) =>
        Address == target.Address
        && Rebinding != Rebinding.Lost
        && (Knows(target.Project)
            || (Names.Count == 0 && KeyHashes.Count == 0)

            // A file that knew its project only by a key accepts the name.
            || (Names.Count == 0 && target.ApiKeyHash is { } hash && KeyHashes.Contains(hash)));

    /// <summary>Whether the file is for a target and stores all of its parts.</summary>
    public bool HasAll(OutboxTarget target) =>
        Rebinding == Rebinding.No && Address == target.Address && Knows(target.Project) && (target.ApiKeyHash is null || KeyHashes.Contains(target.ApiKeyHash));

    /// <summary>Adds a target's address, project name and key hash to the file.</summary>
    public static void Add(Database database, OutboxTarget target)
    {
        using (Statement outbox = database.PrepareOnce("UPDATE outbox SET base_address = ?1, rebinding = 0"))
        {
            outbox.Bind(1, target.Address).Run();
        }

        using Statement add = database.PrepareOnce("INSERT INTO targets (project, is_key) VALUES (?1, ?2) ON CONFLICT (project) DO NOTHING");
        if (target.ApiKeyHash is { } hash)
        {
            add.Bind(1, hash).Bind(2, 1).Run();
        }

        add.Bind(1, target.Project).Bind(2, 0).Run();
    }

    private bool Knows(string project) => Names.Contains(project) || KeyHashes.Contains(project);
}
