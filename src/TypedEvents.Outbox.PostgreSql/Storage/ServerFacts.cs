namespace TypedEvents.Outbox.PostgreSql;

/// <summary>What an opening finds on the server.</summary>
internal sealed record ServerFacts
{
    public required string Role { get; init; }

    public required bool IsStandby { get; init; }

    /// <summary>Whether sessions begin at READ COMMITTED.</summary>
    public required bool IsReadCommitted { get; init; }

    /// <summary>Whether a commit doesn't wait until it is on the disk.</summary>
    public required bool IsCommitAsynchronous { get; init; }

    /// <summary>Whether the schema exists.</summary>
    public required bool HasSchema { get; init; }

    /// <summary>Whether the role may use what is in the schema.</summary>
    public required bool MayUseSchema { get; init; }

    /// <summary>The role's rights on the outbox's tables that exist, by table.</summary>
    public required IReadOnlyDictionary<string, IReadOnlySet<string>> Rights { get; init; }

    public bool HasTables => Rights.ContainsKey("outbox");

    /// <summary>The rights that are missing, such as <c>DELETE ON events</c>.</summary>
    public IReadOnlyList<string> Missing(IReadOnlyList<(string Table, string[] Rights)> needed) =>
    [
        .. from need in needed
           from right in need.Rights
           where !Rights.TryGetValue(need.Table, out IReadOnlySet<string>? has) || !has.Contains(right)
           select $"{right} ON {need.Table}",
    ];

    /// <summary>Why a server can't hold an outbox, or <see langword="null"/>.</summary>
    /// <param name="version">What <c>version()</c> returns.</param>
    /// <param name="number">The setting <c>server_version_num</c>.</param>
    public static string? FindUnsupported(string version, int number)
    {
        foreach ((string mark, string product) in (ReadOnlySpan<(string, string)>)[("CockroachDB", "CockroachDB"), ("-YB-", "YugabyteDB"), ("Redshift", "Amazon Redshift"), ("Materialize", "Materialize")])
        {
            if (version.Contains(mark, StringComparison.OrdinalIgnoreCase))
            {
                return $"The server is {product}, which isn't supported: the outbox depends on PostgreSQL's snapshots. Use PostgreSQL 13 or later.";
            }
        }

        return number < 130000
            ? $"The server has PostgreSQL {number / 10000}.{number % 10000}, which isn't supported. Use PostgreSQL 13 or later."
            : null;
    }
}
