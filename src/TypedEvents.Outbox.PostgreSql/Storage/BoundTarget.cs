using System.Text.Json;

namespace TypedEvents.Outbox.PostgreSql;

/// <summary>The target that the outbox is bound to, as the column <c>target</c> stores it: an address, and the identities of one project.</summary>
/// <param name="Address">The address.</param>
/// <param name="Names">The project names that its trackers were configured with: usually one.</param>
/// <param name="KeyHashes">The hashes of the project's API keys.</param>
internal sealed record BoundTarget(string Address, IReadOnlyList<string> Names, IReadOnlyList<string> KeyHashes)
{
    /// <summary>The project as named in messages.</summary>
    public string Project => Names.Concat(KeyHashes).FirstOrDefault() ?? "";

    public static BoundTarget Of(OutboxTarget target) => new BoundTarget(target.Address, [], []).With(target);

    public static BoundTarget Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        return new BoundTarget(root.GetProperty("address").GetString()!, Strings(root, "projects"), Strings(root, "keys"));
    }

    /// <summary>Whether the outbox is for a target.</summary>
    public bool IsFor(OutboxTarget target) =>
        Address == target.Address
        && (Knows(target.Project)

            // An outbox that knew its project only by a key accepts the name.
            || (Names.Count == 0 && target.ApiKeyHash is { } hash && KeyHashes.Contains(hash)));

    /// <summary>Adds a target's project name and key hash.</summary>
    public BoundTarget With(OutboxTarget target) => this with
    {
        KeyHashes = target.ApiKeyHash is { } hash && !KeyHashes.Contains(hash) ? [.. KeyHashes, hash] : KeyHashes,
        Names = target.Project == target.ApiKeyHash || Knows(target.Project) ? Names : [.. Names, target.Project],
    };

    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("address", Address);
            Write(writer, "projects", Names);
            Write(writer, "keys", KeyHashes);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private bool Knows(string project) => Names.Contains(project) || KeyHashes.Contains(project);

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    private static List<string> Strings(JsonElement root, string name) => [.. root.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];
}
