using System.Runtime.CompilerServices;

namespace TypedEvents.Outbox;

/// <summary>A pending event in an outbox.</summary>
public readonly record struct OutboxEvent
{
    private readonly long _position;
    private readonly int _partition;
    private readonly string _eventName;
    private readonly string? _appKey;
    private readonly EngageUser _user;
    private readonly ReadOnlyMemory<byte> _json;

    /// <summary>Its place in the order of appending: from 1, unique within the outbox, and never reused.</summary>
    public required long Position
    {
        get => _position;
        init => _position = value;
    }

    /// <summary>The part of the outbox that it belongs to, from 0 to <see cref="Outbox.Partition.Count"/> - 1.</summary>
    public required int Partition
    {
        get => _partition;
        init => _partition = value;
    }

    /// <summary>The event's name.</summary>
    public required string EventName
    {
        get => _eventName;
        init => _eventName = value;
    }

    /// <summary>The application that the event comes from (<c>app_key</c>), or <see langword="null"/>. A request contains events of only one application.</summary>
    public string? AppKey
    {
        get => _appKey;
        init => _appKey = value;
    }

    /// <summary>
    /// The user's external id if the EUID's placeholder in <see cref="Json"/> is still blank; <c>default</c> otherwise.
    /// </summary>
    public EngageUser User
    {
        get => _user;
        init => _user = value;
    }

    /// <summary>The event as it is sent, in UTF-8. Valid until the event is settled.</summary>
    public required ReadOnlyMemory<byte> Json
    {
        get => _json;
        init => _json = value;
    }

    /// <summary>
    /// Writes the event of a user whose EUID is known where it is kept. A struct with many references that is made first and copied then costs several times as much.
    /// </summary>
    internal static void Write(ref OutboxEvent place, long position, int partition, string eventName, string? appKey, ReadOnlyMemory<byte> json)
    {
        Unsafe.AsRef(in place._position) = position;
        Unsafe.AsRef(in place._partition) = partition;
        Unsafe.AsRef(in place._eventName) = eventName;
        Unsafe.AsRef(in place._appKey) = appKey;
        Unsafe.AsRef(in place._user) = default;
        Unsafe.AsRef(in place._json) = json;
    }
}
