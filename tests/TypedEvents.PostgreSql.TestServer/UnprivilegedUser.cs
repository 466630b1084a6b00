using System.Diagnostics.CodeAnalysis;

namespace TypedEvents.PostgreSql.TestServer;

/// <summary>
/// The user as whom the servers run. <c>initdb</c>, <c>postgres</c> and <c>pgbouncer</c> don't run as root, so tests that run as root start
/// them as another user.
/// </summary>
internal sealed class UnprivilegedUser
{
    private static readonly string[] Candidates = ["postgres", "nobody"];

    private UnprivilegedUser(string? owner, IReadOnlyList<string> prefix)
    {
        Owner = owner;
        Prefix = prefix;
    }

    /// <summary>The user who must own the server's files; <see langword="null"/> for the current one.</summary>
    public string? Owner { get; }

    /// <summary>What stands before a command so that it runs as this user.</summary>
    public IReadOnlyList<string> Prefix { get; }

    public static bool TryFind([NotNullWhen(true)] out UnprivilegedUser? user, [NotNullWhen(false)] out string? reason)
    {
        reason = null;
        if (!Environment.IsPrivilegedProcess)
        {
            user = new UnprivilegedUser(owner: null, []);
            return true;
        }

        user = null;
        string[] accounts = File.Exists("/etc/passwd") ? File.ReadAllLines("/etc/passwd") : [];
        string[]? account = Candidates
            .Select(name => Array.Find(accounts, line => line.StartsWith($"{name}:", StringComparison.Ordinal))?.Split(':'))
            .FirstOrDefault(static fields => fields is not null);
        if (account is not [var name, _, var userId, var groupId, ..])
        {
            reason = "PostgreSQL does not run as root, and there is neither a user postgres nor nobody";
        }
        else if (Programs.Find("setpriv") is { } setpriv)
        {
            user = new UnprivilegedUser($"{userId}:{groupId}", [setpriv, $"--reuid={userId}", $"--regid={groupId}", "--clear-groups", "--"]);
        }
        else if (Programs.Find("runuser") is { } runuser)
        {
            user = new UnprivilegedUser($"{userId}:{groupId}", [runuser, "-u", name, "--"]);
        }
        else
        {
            reason = "PostgreSQL does not run as root, and neither setpriv nor runuser is installed";
        }

        return user is not null;
    }
}
