namespace TypedEvents.Outbox.Sqlite;

/// <summary>What the file says of where its events go.</summary>
/// <param name="Address">The address; <see langword="null"/>: no tracker has used the file yet.</param>
/// <param name="Names">The projects' names that its trackers gave: one, as a rule.</param>
/// <param name="KeyHashes">The hashes of the project's API keys.</param>
/// <param name="Rebinding">Whether the next tracker may bind it anew.</param>
internal sealed record BoundTarget(string? Address, IReadOnlyList<string> Names, IReadOnlyList<string> KeyHashes, Rebinding Rebinding)
{
    /// <summary>The project as messages name it. A file of version 1 says none.</summary>
    public string Project => Names.Concat(KeyHashes).FirstOrDefault() ?? "of an earlier version";

    public static BoundTarget Read(Database database)
    {
        string? address;
        Rebinding rebinding;
        using (Statement outbox = database.PrepareOnce("SELECT base_address, rebinding FROM outbox"))
        {
            outbox.Step();
            address = outbox.Text(0);
            rebinding = (Rebinding)outbox.Int64(1);
        }

        List<string> names = [];
        List<string> keyHashes = [];
        using Statement targets = database.PrepareOnce("SELECT project, is_key FROM targets ORDER BY project");
        while (targets.Step())
        {
            (targets.Int64(1) == 0 ? names : keyHashes).Add(targets.Text(0)!);
        }

        return new BoundTarget(address, names, keyHashes, rebinding);
    }

    /// <summary>Whether the file is for a target, as far as the file can know.</summary>
    public bool IsFor(OutboxTarget target) =>
        Address == target.Address
        && (Knows(target.Project)
            || (Names.Count == 0 && KeyHashes.Count == 0)

            // One that knew its project by a key alone takes on the name.
            || (Names.Count == 0 && target.ApiKeyHash is { } hash && KeyHashes.Contains(hash)));

    /// <summary>Whether it is for a target and has all of it.</summary>
    public bool HasAll(OutboxTarget target) =>
        Rebinding == Rebinding.No && Address == target.Address && Knows(target.Project) && (target.ApiKeyHash is null || KeyHashes.Contains(target.ApiKeyHash));

    /// <summary>Writes a target into the file, beside what it has, or in its place.</summary>
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
