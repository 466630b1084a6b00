using System.Text;
using System.Text.Json;

namespace TypedEvents.Emulator;

/// <summary>Checks an event's <c>properties</c>: flat, and of the documented types.</summary>
internal sealed class PropertyRules(bool clientSdkLimits)
{
    private const int ClientSdkMaxProperties = 500;
    private const int ClientSdkMaxStringBytes = 256;

    public void Check(JsonElement properties, string place)
    {
        Dictionary<string, JsonElement> members = JsonRules.Members(properties, place);
        if (clientSdkLimits && members.Count > ClientSdkMaxProperties)
        {
            throw RejectionException.At(place, $"must have at most {ClientSdkMaxProperties} members. (client SDKs)");
        }

        foreach ((string name, JsonElement value) in members)
        {
            CheckName(name, $"{place}.{name}");
            CheckValue(value, $"{place}.{name}");
        }
    }

    private void CheckName(string name, string place)
    {
        if (name.Length == 0)
        {
            throw RejectionException.At(place, "must have a name.");
        }

        if (clientSdkLimits)
        {
            NameRules.CheckClientSdkLimits(name, place);
        }
    }

    private void CheckValue(JsonElement value, string place)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                break;
            case JsonValueKind.String:
                CheckString(value, place);
                break;
            case JsonValueKind.Array:
                int index = 0;
                foreach (JsonElement element in value.EnumerateArray())
                {
                    CheckString(element, $"{place}[{index++}]");
                }

                break;
            default:
                throw RejectionException.At(place, "must be a string, a number, true, false or an array of strings.");
        }
    }

    private void CheckString(JsonElement value, string place)
    {
        string text = JsonRules.String(value, place);
        if (clientSdkLimits && Encoding.UTF8.GetByteCount(text) > ClientSdkMaxStringBytes)
        {
            throw RejectionException.At(place, $"must have at most {ClientSdkMaxStringBytes} UTF-8 bytes. (client SDKs)");
        }
    }
}
