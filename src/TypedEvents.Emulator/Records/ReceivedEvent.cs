using System.Text.Json;

namespace TypedEvents.Emulator;

/// <summary>A valid event as it was received.</summary>
public sealed class ReceivedEvent
{
    private readonly JsonElement _element;
    private int _arrivals;

    private const int Overhead = 600;

    internal ReceivedEvent(JsonElement element, string? appKey, long euid, string eventName, long itime, string randomId, JsonElement? properties)
    {
        _element = element;
        AppKey = appKey;
        Euid = euid;
        EventName = eventName;
        Itime = itime;
        RandomId = randomId;
        Properties = properties;
#if NET9_0_OR_GREATER
        Size = (2L * System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element).Length) + Overhead;
#else
        Size = (2L * System.Text.Encoding.UTF8.GetByteCount(element.GetRawText())) + Overhead;
#endif
    }

    /// <summary>The <c>app_key</c> of its request, or <see langword="null"/>.</summary>
    public string? AppKey { get; }

    /// <summary>EngageLab's id of the user, from 1.</summary>
    public long Euid { get; }

    /// <summary>The event's name.</summary>
    public string EventName { get; }

    /// <summary>The time of the event, in milliseconds since 1970-01-01T00:00:00Z.</summary>
    public long Itime { get; }

    /// <summary>The id that identifies duplicates. If the request has none, the emulator generates one, as documented.</summary>
    public string RandomId { get; }

    /// <summary>The <c>properties</c> object, or <see langword="null"/> if the event has none.</summary>
    public JsonElement? Properties { get; }

    /// <summary>The event's JSON, exactly as received.</summary>
    public string Json => _element.GetRawText();

    /// <summary>
    /// How often the event was accepted: 1 plus the number of its duplicates. 0 if its request was not accepted, or if it is itself a
    /// duplicate.
    /// </summary>
    public int Arrivals => Volatile.Read(ref _arrivals);

    /// <summary>An estimate of the memory in bytes: the JSON and about as much for its structure, and the objects around it.</summary>
    internal long Size { get; }

    /// <inheritdoc/>
    public override string ToString() => Json;

    internal void CountArrival() => Interlocked.Increment(ref _arrivals);
}
