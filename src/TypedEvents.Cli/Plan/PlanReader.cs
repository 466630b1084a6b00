using System.Text;
using System.Text.RegularExpressions;

namespace TypedEvents.Cli;

/// <summary>Reads plans: lock files, exported plans, and the contracts that the generator leaves in assemblies.</summary>
internal static partial class PlanReader
{
    /// <summary>The sections that an export may have beside the plan; they are no part of it.</summary>
    private const string SourceSection = "source";

    /// <summary>Reads a plan from a file.</summary>
    /// <exception cref="ToolException">There is no such file, it can't be read, or it isn't a plan.</exception>
    public static TrackingPlan ReadFile(string path)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ToolException($"There is no file '{path}'.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"'{path}' can't be read: {exception.Message}", exception);
        }

        return Parse(content, path);
    }

    /// <summary>Reads a plan.</summary>
    /// <param name="json">The plan in UTF-8.</param>
    /// <param name="name">Its name, for messages and locations.</param>
    public static TrackingPlan Parse(ReadOnlySpan<byte> json, string name)
    {
        ReadOnlySpan<byte> content = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        if (ConflictMarker().IsMatch(Encoding.UTF8.GetString(content)))
        {
            throw new ToolException($"'{name}' has unresolved merge conflicts. Take either side, and run 'typedevents plan accept': it brings the file up to date.");
        }

        var cursor = new JsonCursor(content, name);
        var locations = new PlanLocations();
        SortedDictionary<string, PlanEvent> events = new(StringComparer.Ordinal);
        SortedDictionary<string, RemovedEvent> removed = new(StringComparer.Ordinal);
        HashSet<string> seen = [];
        int version = 0;
        cursor.BeginObject();
        while (cursor.TryReadName(seen, out string key))
        {
            switch (key)
            {
                case "$schema":
                    cursor.ReadString();
                    break;
                case "plan":
                    version = ReadVersion(ref cursor, name);
                    break;
                case "events":
                    HashSet<string> names = [];
                    cursor.BeginObject();
                    SourceLocation location = cursor.Location;
                    while (cursor.TryReadName(names, out string eventName))
                    {
                        locations.Add(eventName, null, location);
                        events.Add(eventName, ReadEvent(ref cursor, eventName, locations));
                        location = cursor.Location;
                    }

                    break;
                case "removed":
                    ReadRemoved(ref cursor, removed);
                    break;
                case SourceSection:
                    cursor.Skip();
                    break;
                default:
                    throw Unknown(ref cursor, key);
            }
        }

        return version == 0
            ? throw new ToolException($"'{name}' isn't a plan: it has no \"plan\": {TrackingPlan.Version}.")
            : new TrackingPlan { Events = events, Removed = removed, Locations = locations };
    }

    /// <summary>Reads a contract, which is one event with its name and the version of the format.</summary>
    /// <param name="json">The contract.</param>
    /// <param name="assemblyName">The assembly's name, which the contract doesn't repeat.</param>
    /// <param name="path">The assembly's path, for messages.</param>
    public static KeyValuePair<string, PlanEvent> ParseContract(string json, string assemblyName, string path)
    {
        var cursor = new JsonCursor(Encoding.UTF8.GetBytes(json), $"{path}: a contract");
        return ReadContract(ref cursor, assemblyName, path);
    }

    private static KeyValuePair<string, PlanEvent> ReadContract(ref JsonCursor cursor, string assemblyName, string path)
    {
        var contract = new EventDraft();
        string? eventName = null;
        HashSet<string> seen = [];
        cursor.BeginObject();
        while (cursor.TryReadName(seen, out string key))
        {
            if (key == "plan")
            {
                ReadVersion(ref cursor, path);
            }
            else if (key == "event")
            {
                eventName = cursor.ReadString();
            }
            else if (!TryReadEventMember(ref cursor, key, ref contract, eventName, null))
            {
                throw Unknown(ref cursor, key);
            }
        }

        return eventName is null
            ? throw new ToolException($"'{path}' has a contract without an event's name. Build the project again.")
            : new(eventName, contract.Finish() with { Assembly = assemblyName });
    }

    private static int ReadVersion(ref JsonCursor cursor, string name)
    {
        int version = cursor.ReadCount();
        return version == TrackingPlan.Version
            ? version
            : throw new ToolException($"'{name}' was made by a newer TypedEvents (plan {version}, and this tool knows {TrackingPlan.Version}). Update the tool: dotnet tool update TypedEvents.Cli");
    }

    private static PlanEvent ReadEvent(ref JsonCursor cursor, string eventName, PlanLocations locations)
    {
        var draft = new EventDraft();
        HashSet<string> seen = [];
        cursor.BeginObject();
        while (cursor.TryReadName(seen, out string key))
        {
            if (!TryReadEventMember(ref cursor, key, ref draft, eventName, locations))
            {
                throw Unknown(ref cursor, key);
            }
        }

        return draft.Finish();
    }

    private static bool TryReadEventMember(ref JsonCursor cursor, string key, ref EventDraft draft, string? eventName, PlanLocations? locations)
    {
        switch (key)
        {
            case "description":
                draft.Description = cursor.ReadString();
                return true;
            case "owner":
                draft.Owner = cursor.ReadString();
                return true;
            case "tags":
                draft.Tags = [.. cursor.ReadStrings().Order(StringComparer.Ordinal)];
                return true;
            case "type":
                draft.Type = cursor.ReadString();
                return true;
            case "assembly":
                draft.Assembly = cursor.ReadString();
                return true;
            case "deprecated":
                draft.Deprecated = cursor.ReadString();
                return true;
            case "replacedBy":
                draft.ReplacedBy = cursor.ReadString();
                return true;
            case "properties":
                HashSet<string> names = [];
                cursor.BeginObject();
                SourceLocation location = cursor.Location;
                while (cursor.TryReadName(names, out string name))
                {
                    locations?.Add(eventName!, name, location);
                    draft.Properties.Add(name, ReadProperty(ref cursor));
                    location = cursor.Location;
                }

                return true;
            case "changes":
                HashSet<string> changes = [];
                cursor.BeginObject();
                while (cursor.TryReadName(changes, out string change))
                {
                    draft.Changes.Add(change, cursor.ReadString());
                }

                return true;
            case "removed":
                HashSet<string> removed = [];
                cursor.BeginObject();
                while (cursor.TryReadName(removed, out string name))
                {
                    draft.Removed.Add(name, ReadRemovedProperty(ref cursor));
                }

                return true;
            default:
                return false;
        }
    }

    private static PlanProperty ReadProperty(ref JsonCursor cursor)
    {
        SourceLocation location = cursor.Location;
        var property = new PlanProperty { Type = "" };
        HashSet<string> seen = [];
        cursor.BeginObject();
        while (cursor.TryReadName(seen, out string key))
        {
            property = key switch
            {
                "type" => property with { Type = ReadOneOf(ref cursor, WireTypes.All) },
                "format" => property with { Format = ReadOneOf(ref cursor, WireFormats.All) },
                "required" => property with { Required = cursor.ReadBoolean() },
                "values" => property with { Values = [.. cursor.ReadValues().Order()] },
                "open" => property with { Open = cursor.ReadBoolean() },
                "flags" => property with { Flags = cursor.ReadBoolean() },
                "denied" => property with { Denied = [.. cursor.ReadValues().Order()] },
                "min" => property with { Min = cursor.ReadNumber() },
                "exclusiveMin" => property with { ExclusiveMin = cursor.ReadNumber() },
                "max" => property with { Max = cursor.ReadNumber() },
                "exclusiveMax" => property with { ExclusiveMax = cursor.ReadNumber() },
                "minLength" => property with { MinLength = cursor.ReadCount() },
                "maxLength" => property with { MaxLength = cursor.ReadCount() },
                "minItems" => property with { MinItems = cursor.ReadCount() },
                "maxItems" => property with { MaxItems = cursor.ReadCount() },
                "pattern" => property with { Pattern = cursor.ReadString() },
                "description" => property with { Description = cursor.ReadString() },
                "deprecated" => property with { Deprecated = cursor.ReadString() },
                "replacedBy" => property with { ReplacedBy = cursor.ReadString() },
                "sensitivity" => property with { Sensitivity = ReadOneOf(ref cursor, Sensitivities) },
                "classifications" => property with { Classifications = [.. cursor.ReadStrings().Order(StringComparer.Ordinal)] },
                "examples" => property with { Examples = cursor.ReadValues() },
                "member" => property with { Member = cursor.ReadString() },
                _ => throw Unknown(ref cursor, key),
            };
        }

        return property.Type.Length > 0 ? property : throw new ToolException($"{location}: the property has no \"type\".");
    }

    private static readonly string[] Sensitivities = ["personal", "sensitive"];

    private static void ReadRemoved(ref JsonCursor cursor, SortedDictionary<string, RemovedEvent> removed)
    {
        HashSet<string> names = [];
        cursor.BeginObject();
        while (cursor.TryReadName(names, out string eventName))
        {
            var read = new RemovedEvent(null, null, null, new SortedDictionary<string, string>(StringComparer.Ordinal));
            HashSet<string> seen = [];
            cursor.BeginObject();
            while (cursor.TryReadName(seen, out string key))
            {
                read = key switch
                {
                    "because" => read with { Because = cursor.ReadString() },
                    "replacedBy" => read with { ReplacedBy = cursor.ReadString() },
                    "assembly" => read with { Assembly = cursor.ReadString() },
                    "properties" => read with { Properties = ReadTypes(ref cursor) },
                    _ => throw Unknown(ref cursor, key),
                };
            }

            removed.Add(eventName, read);
        }
    }

    private static SortedDictionary<string, string> ReadTypes(ref JsonCursor cursor)
    {
        SortedDictionary<string, string> types = new(StringComparer.Ordinal);
        HashSet<string> seen = [];
        cursor.BeginObject();
        while (cursor.TryReadName(seen, out string name))
        {
            types.Add(name, ReadOneOf(ref cursor, WireTypes.All));
        }

        return types;
    }

    private static RemovedProperty ReadRemovedProperty(ref JsonCursor cursor)
    {
        SourceLocation location = cursor.Location;
        var read = new RemovedProperty("", null, null, null);
        HashSet<string> seen = [];
        cursor.BeginObject();
        while (cursor.TryReadName(seen, out string key))
        {
            read = key switch
            {
                "type" => read with { Type = ReadOneOf(ref cursor, WireTypes.All) },
                "format" => read with { Format = ReadOneOf(ref cursor, WireFormats.All) },
                "because" => read with { Because = cursor.ReadString() },
                "replacedBy" => read with { ReplacedBy = cursor.ReadString() },
                _ => throw Unknown(ref cursor, key),
            };
        }

        return read.Type.Length > 0 ? read : throw new ToolException($"{location}: the removed property has no \"type\".");
    }

    private static string ReadOneOf(ref JsonCursor cursor, IReadOnlyList<string> known)
    {
        ToolException error = cursor.Error($"one of {string.Join(", ", known)} is expected");
        string value = cursor.ReadString();
        return known.Contains(value, StringComparer.Ordinal) ? value : throw error;
    }

    /// <summary>A key that isn't known can't be kept, and a tool that dropped it would lose what a newer one wrote.</summary>
    private static ToolException Unknown(ref JsonCursor cursor, string key) =>
        cursor.Error($"'{key}' is unknown here. If a newer TypedEvents wrote it, update the tool: dotnet tool update TypedEvents.Cli");

    [GeneratedRegex("^(<{7}|>{7}) ", RegexOptions.Multiline)]
    private static partial Regex ConflictMarker();

    /// <summary>An event that is being read.</summary>
    private sealed class EventDraft
    {
        public string? Description;
        public string? Owner;
        public IReadOnlyList<string> Tags = [];
        public string? Type;
        public string? Assembly;
        public string? Deprecated;
        public string? ReplacedBy;
        public readonly SortedDictionary<string, PlanProperty> Properties = new(StringComparer.Ordinal);
        public readonly SortedDictionary<string, string> Changes = new(StringComparer.Ordinal);
        public readonly SortedDictionary<string, RemovedProperty> Removed = new(StringComparer.Ordinal);

        public PlanEvent Finish() => new()
        {
            Description = Description,
            Owner = Owner,
            Tags = Tags,
            Type = Type,
            Assembly = Assembly,
            Deprecated = Deprecated,
            ReplacedBy = ReplacedBy,
            Properties = Properties,
            Changes = Changes,
            Removed = Removed,
        };
    }
}
