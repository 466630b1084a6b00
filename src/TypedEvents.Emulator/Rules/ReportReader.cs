using System.Text.Json;

namespace TypedEvents.Emulator;

/// <summary>Reads the body of <c>POST /v1/event/report</c> by the documented rules.</summary>
internal sealed class ReportReader(EmulatorOptions options)
{
    public const string Path = "/v1/event/report";

    private readonly PropertyRules _properties = new(options.ClientSdkLimits);

    public List<ReceivedEvent> Read(JsonElement body)
    {
        Dictionary<string, JsonElement> members = JsonRules.Members(body, JsonRules.Body, "app_key", "data");
        string? appKey = members.TryGetValue("app_key", out JsonElement value) ? AppKey(value) : null;
        JsonElement data = JsonRules.Array(JsonRules.Required(members, "data", JsonRules.Body), "data", options.MaxEventsPerRequest);

        var events = new List<ReceivedEvent>(data.GetArrayLength());
        foreach (JsonElement element in data.EnumerateArray())
        {
            events.Add(Event(element, appKey, $"data[{events.Count}]"));
        }

        return events;
    }

    private string AppKey(JsonElement value)
    {
        string appKey = JsonRules.NonEmptyString(value, "app_key");
        return options.AppKey is null || appKey == options.AppKey
            ? appKey
            : throw RejectionException.At("app_key", "is not the configured one.");
    }

    private ReceivedEvent Event(JsonElement element, string? appKey, string place)
    {
        // An event's own copy: a stored event doesn't keep the others of its request in memory.
        element = element.Clone();
        Dictionary<string, JsonElement> members =
            JsonRules.Members(element, place, "euid", "event_name", "itime", "random_id", "properties");

        long euid = Euid(JsonRules.Required(members, "euid", place, EmulatorCodes.EmptyEuid), $"{place}.euid");
        string name = EventName(JsonRules.Required(members, "event_name", place), $"{place}.event_name");
        long itime = JsonRules.Integer(JsonRules.Required(members, "itime", place), $"{place}.itime");
        string randomId = members.TryGetValue("random_id", out JsonElement id)
            ? JsonRules.NonEmptyString(id, $"{place}.random_id")
            : Guid.NewGuid().ToString();
        JsonElement? properties = null;
        if (members.TryGetValue("properties", out JsonElement value))
        {
            _properties.Check(value, $"{place}.properties");
            properties = value;
        }

        return new ReceivedEvent(element, appKey, euid, name, itime, randomId, properties);
    }

    private static long Euid(JsonElement value, string place)
    {
        if (value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.ValueEquals(""u8)))
        {
            throw RejectionException.At(place, "must not be empty.", EmulatorCodes.EmptyEuid);
        }

        long euid = JsonRules.Integer(value, place);
        return euid > 0 ? euid : throw RejectionException.At(place, "must be positive.");
    }

    private string EventName(JsonElement value, string place)
    {
        string name = JsonRules.String(value, place);
        if (!NameRules.IsSnakeCase(name))
        {
            throw RejectionException.At(place, NameRules.SnakeCase);
        }

        if (options.ClientSdkLimits)
        {
            NameRules.CheckClientSdkLimits(name, place);
        }

        return name;
    }
}
