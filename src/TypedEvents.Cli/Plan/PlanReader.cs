namespace TypedEvents.Cli;

/// <summary>Reads plans: lock files, exported plans, and the contracts that the generator leaves in assemblies.</summary>
internal static partial class PlanReader
{
    /// <summary>The sections that an export may have beside the plan; they are no part of it.</summary>
    private const string SourceSection = "source";

    /// <summary>Reads a plan.</summary>
    /// <param name="json">The plan.</param>
    /// <param name="name">Its name, for messages and locations.</param>
    /// <exception cref="ToolException">It isn't a plan.</exception>
    public static TrackingPlan Parse(string json, string name)
    {
        if (FindConflict(json) is { } conflict)
        {
            const string Remedy = "has unresolved merge conflicts. Take either side, and run 'typedevents plan accept': it brings the file up to date.";
            throw new ToolException($"'{name}' {Remedy}") { Location = new SourceLocation(name, conflict, 1), Problem = $"it {Remedy}" };
        }

        var cursor = new JsonCursor(json, name);
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
                    version = ReadVersion(cursor, name);
                    break;
                case "events":
                    HashSet<string> names = [];
                    cursor.BeginObject();
                    SourceLocation location = cursor.Location;
                    while (cursor.TryReadName(names, out string eventName))
                    {
                        locations.Add(eventName, null, location);
                        events.Add(eventName, ReadEvent(cursor, eventName, locations));
                        location = cursor.Location;
                    }

                    break;
                case "removed":
                    ReadRemoved(cursor, removed, locations);
                    break;
                case SourceSection:
                    cursor.Skip();
                    break;
                default:
                    throw Unknown(cursor, key);
            }
        }

        return version == 0
            ? throw new ToolException($"'{name}' isn't a plan: it has no \"plan\": {TrackingPlan.Version}.") { Problem = $"it isn't a plan: it has no \"plan\": {TrackingPlan.Version}." }
            : new TrackingPlan { Events = events, Removed = removed, Locations = locations };
    }

    /// <summary>Reads a contract, which is one event with its name and the version of the format.</summary>
    /// <param name="json">The contract.</param>
    /// <param name="assemblyName">The assembly's name, which the contract doesn't repeat.</param>
    /// <param name="path">The assembly's path, for messages.</param>
    public static KeyValuePair<string, PlanEvent> ParseContract(string json, string assemblyName, string path)
    {
        var cursor = new JsonCursor(json, $"{path}: a contract");
        return ReadContract(cursor, assemblyName, path);
    }

    private static KeyValuePair<string, PlanEvent> ReadContract(JsonCursor cursor, string assemblyName, string path)
    {
        var contract = new EventDraft();
        string? eventName = null;
        HashSet<string> seen = [];
        cursor.BeginObject();
        while (cursor.TryReadName(seen, out string key))
        {
            if (key == "plan")
            {
                ReadVersion(cursor, path);
            }
            else if (key == "event")
            {
                eventName = cursor.ReadString();
            }
            else if (!TryReadEventMember(cursor, key, contract, eventName, null))
            {
                throw Unknown(cursor, key);
            }
        }

        return eventName is null
            ? throw new ToolException($"'{path}' has a contract without an event's name. Build the project again.")
            : new(eventName, contract.Finish() with { Assembly = assemblyName });
    }

    private static int ReadVersion(JsonCursor cursor, string name)
    {
        SourceLocation location = cursor.Location;
        int version = cursor.ReadCount();
        if (version != TrackingPlan.Version)
        {
            string problem = $"was made by a newer TypedEvents (plan {version}, and this {Reader} knows {TrackingPlan.Version}). Update the {Update}";
            throw new ToolException($"'{name}' {problem}") { Location = location, Problem = $"it {problem}" };
        }

        return version;
    }

    private static PlanEvent ReadEvent(JsonCursor cursor, string eventName, PlanLocations locations)
    {
        var draft = new EventDraft();
        HashSet<string> seen = [];
        cursor.BeginObject();
        while (cursor.TryReadName(seen, out string key))
        {
            if (!TryReadEventMember(cursor, key, draft, eventName, locations))
            {
                throw Unknown(cursor, key);
            }
        }

        return draft.Finish();
    }

    private static bool TryReadEventMember(JsonCursor cursor, string key, EventDraft draft, string? eventName, PlanLocations? locations)
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
                    draft.Properties.Add(name, ReadProperty(cursor));
                    location = cursor.Location;
                }

                return true;
            case "changes":
                HashSet<string> changes = [];
                cursor.BeginObject();
                location = cursor.Location;
                while (cursor.TryReadName(changes, out string change))
                {
                    locations?.AddReason(eventName!, change, location);
                    draft.Changes.Add(change, cursor.ReadString());
                    location = cursor.Location;
                }

                return true;
            case "removed":
                HashSet<string> removed = [];
                cursor.BeginObject();
                location = cursor.Location;
                while (cursor.TryReadName(removed, out string name))
                {
                    locations?.AddReason(eventName!, name, location);
                    draft.Removed.Add(name, ReadRemovedProperty(cursor));
                    location = cursor.Location;
                }

                return true;
            default:
                return false;
        }
    }

    private static PlanProperty ReadProperty(JsonCursor cursor)
    {
        SourceLocation location = cursor.Location;
        var property = new PlanProperty { Type = "" };
        HashSet<string> seen = [];
        cursor.BeginObject();
        while (cursor.TryReadName(seen, out string key))
        {
            property = key switch
            {
                "type" => property with { Type = cursor.ReadOneOf(WireTypes.All) },
                "format" => property with { Format = cursor.ReadOneOf(WireFormats.All) },
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
                "sensitivity" => property with { Sensitivity = cursor.ReadOneOf(Sensitivities) },
                "classifications" => property with { Classifications = [.. cursor.ReadStrings().Order(StringComparer.Ordinal)] },
                "examples" => property with { Examples = cursor.ReadValues() },
                "member" => property with { Member = cursor.ReadString() },
                _ => throw Unknown(cursor, key),
            };
        }

        return property.Type.Length > 0 ? property : throw new ToolException(location, "the property has no \"type\".");
    }

    private static readonly string[] Sensitivities = ["personal", "sensitive"];

    private static void ReadRemoved(JsonCursor cursor, SortedDictionary<string, RemovedEvent> removed, PlanLocations locations)
    {
        HashSet<string> names = [];
        cursor.BeginObject();
        SourceLocation location = cursor.Location;
        while (cursor.TryReadName(names, out string eventName))
        {
            locations.AddReason(eventName, null, location);
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
                    "properties" => read with { Properties = ReadTypes(cursor) },
                    _ => throw Unknown(cursor, key),
                };
            }

            removed.Add(eventName, read);
            location = cursor.Location;
        }
    }

    private static SortedDictionary<string, string> ReadTypes(JsonCursor cursor)
    {
        SortedDictionary<string, string> types = new(StringComparer.Ordinal);
        HashSet<string> seen = [];
        cursor.BeginObject();
        while (cursor.TryReadName(seen, out string name))
        {
            types.Add(name, cursor.ReadOneOf(WireTypes.All));
        }

        return types;
    }

    private static RemovedProperty ReadRemovedProperty(JsonCursor cursor)
    {
        SourceLocation location = cursor.Location;
        var read = new RemovedProperty("", null, null, null);
        HashSet<string> seen = [];
        cursor.BeginObject();
        while (cursor.TryReadName(seen, out string key))
        {
            read = key switch
            {
                "type" => read with { Type = cursor.ReadOneOf(WireTypes.All) },
                "format" => read with { Format = cursor.ReadOneOf(WireFormats.All) },
                "because" => read with { Because = cursor.ReadString() },
                "replacedBy" => read with { ReplacedBy = cursor.ReadString() },
                _ => throw Unknown(cursor, key),
            };
        }

        return read.Type.Length > 0 ? read : throw new ToolException(location, "the removed property has no \"type\".");
    }

    /// <summary>A key that isn't known can't be kept, and a tool that dropped it would lose what a newer one wrote.</summary>
    private static ToolException Unknown(JsonCursor cursor, string key) =>
        cursor.Error($"'{key}' is unknown here. If a newer TypedEvents wrote it, update the {Update}");

    /// <summary>The first line that begins as Git marks the two sides of a conflict; <see langword="null"/> where none does.</summary>
    private static int? FindConflict(string text)
    {
        int number = 1;
        for (int begin = 0; begin < text.Length; number++)
        {
            if (string.CompareOrdinal(text, begin, "<<<<<<< ", 0, 8) == 0 || string.CompareOrdinal(text, begin, ">>>>>>> ", 0, 8) == 0)
            {
                return number;
            }

            begin = text.IndexOf('\n', begin) is >= 0 and int end ? end + 1 : text.Length;
        }

        return null;
    }

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
