using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <content>What stands around the properties of an event.</content>
public ref partial struct EventWriter
{
    /// <summary>From the user's number to the properties, the numbers and the id included.</summary>
    private const int MaxEnvelopeBytes = 128;

    private static ReadOnlySpan<byte> BeforeItime => ",\"itime\":"u8;

    private static ReadOnlySpan<byte> BeforeRandomId => ",\"random_id\":"u8;

    private static ReadOnlySpan<byte> BeforeProperties => ",\"properties\":"u8;

    /// <summary>Begins an event, up to its properties, which follow as <c>,"name":value</c>.</summary>
    /// <param name="paddedPrefix">What stands before the user's number, and blanks up to whole blocks of memory.</param>
    /// <param name="prefixLength">How much of it isn't padding.</param>
    /// <param name="euid">The user's number.</param>
    /// <param name="itime">When it happened.</param>
    /// <param name="randomId">The event's id.</param>
    /// <returns>Where the properties begin.</returns>
    internal int BeginEvent(scoped ReadOnlySpan<byte> paddedPrefix, int prefixLength, long euid, long itime, Guid randomId)
    {
        if (paddedPrefix.Length + MaxEnvelopeBytes > Unsafe.ByteOffset(ref _current, ref _end))
        {
            return BeginEventSlowly(paddedPrefix[..prefixLength], euid, itime, randomId);
        }

        ref byte start = ref _current;
        RawBytes.CopyBlocks(ref start, paddedPrefix);
        ref byte next = ref IntegerForm.Write(ref RawBytes.Skip(ref start, prefixLength), euid);
        next = ref _owner!.RecentSecond.Write(ref RawBytes.CopyLiteral(ref next, BeforeItime), itime);
        next = ref GuidForm.Write(ref RawBytes.CopyLiteral(ref next, BeforeRandomId), randomId);
        _current = ref RawBytes.CopyLiteral(ref next, BeforeProperties);
        return (int)Unsafe.ByteOffset(ref start, ref _current);
    }

    /// <summary>Begins an event whose id is any text.</summary>
    /// <returns>Where the properties begin.</returns>
    internal int BeginEvent(scoped ReadOnlySpan<byte> prefix, long euid, long itime, string randomId)
    {
        Write<long, IntegerForm>(prefix, euid);
        Write<long, IntegerForm>(BeforeItime, itime);
        WriteJson(BeforeRandomId, "\""u8);
        WritePieces(randomId, PropertyEnd);
        return BeginProperties();
    }

    /// <summary>Ends the object of properties that began at <paramref name="properties"/>, and the event.</summary>
    /// <returns>Whether the event is within its limit.</returns>
    /// <exception cref="InvalidOperationException">The writer was exchanged for another one, or a copy of it outgrew its buffer.</exception>
    internal readonly bool TryEndEvent(ScratchBuffer owner, int properties, out ReadOnlySpan<byte> json)
    {
        json = default;
        if (owner.IsTooLarge)
        {
            return false;
        }

        int written = WrittenTo(owner);
        Span<byte> room = owner.Room;
        if (written > properties)
        {
            // ,"plan":"pro" becomes {"plan":"pro"}
            room[properties] = (byte)'{';
        }
        else
        {
            room[written++] = (byte)'{';
        }

        room[written] = (byte)'}';
        room[written + 1] = (byte)'}';
        json = room[..(written + 2)];
        return json.Length <= owner.MaxBytes;
    }

    private int BeginEventSlowly(scoped ReadOnlySpan<byte> prefix, long euid, long itime, Guid randomId)
    {
        Write<long, IntegerForm>(prefix, euid);
        Write<long, IntegerForm>(BeforeItime, itime);
        Write<Guid, GuidForm>(BeforeRandomId, randomId);
        return BeginProperties();
    }

    private int BeginProperties()
    {
        WriteJson(BeforeProperties, default);
        return _owner!.IsTooLarge ? 0 : WrittenTo(_owner);
    }
}
