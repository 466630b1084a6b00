using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace TypedEvents.Outbox;

/// <summary>
/// Where a tracker's events go: a project at an address. A durable outbox remembers it, so that the pending events and the known users
/// of one project are never sent to another one.
/// </summary>
public sealed record OutboxTarget
{
    // Never changed: what was hashed with it is stored in files.
    private const string HashedPrefix = "TypedEvents outbox target, version 1\n";

    /// <summary>Creates a target.</summary>
    /// <param name="baseAddress">The API's address.</param>
    /// <param name="project">The project.</param>
    [SetsRequiredMembers]
    public OutboxTarget(Uri baseAddress, string project)
    {
        ArgumentNullException.ThrowIfNull(baseAddress);
        ArgumentNullException.ThrowIfNull(project);
        BaseAddress = baseAddress;
        Project = project;
    }

    /// <summary>The API's address. It may contain secrets: show <see cref="Address"/> instead.</summary>
    public required Uri BaseAddress { get; init; }

    /// <summary>
    /// The project: <see cref="EventTrackerOptions.Project"/>, or <see cref="ApiKeyHash"/> where that isn't set. Compared by ordinal.
    /// </summary>
    public required string Project { get; init; }

    /// <summary>
    /// The API key's hash, which distinguishes keys without revealing them: the same in every process for the same address and
    /// key. <see langword="null"/>: not known. An outbox that knows a project by this hash alone takes on the project's name.
    /// </summary>
    public string? ApiKeyHash { get; init; }

    /// <summary>
    /// The address as targets are compared and messages show it: scheme, host, port and path, with no slash at the end, and without
    /// what may be secret, such as a user name or a query.
    /// </summary>
    public string Address => BaseAddress.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');

    /// <summary>The project and its <see cref="Address"/>.</summary>
    public override string ToString() => $"{Project} at {Address}";

    internal static OutboxTarget Create(Uri baseAddress, string? project, string apiKey)
    {
        var target = new OutboxTarget(baseAddress, "");
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{HashedPrefix}{target.Address}\n{apiKey}"));
        string apiKeyHash = "key-sha256:" + Convert.ToHexString(hash).ToLowerInvariant();
        return target with { Project = project ?? apiKeyHash, ApiKeyHash = apiKeyHash };
    }
}
