using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TypedEvents;

/// <content>The JSON around the properties of an event.</content>
public ref partial struct EventWriter
{
    /// <summary>The most bytes from the EUID to the properties, both included, and the bytes after them that may be overwritten.</summary>
    private const int MaxEnvelopeBytes = 160;

    private static ReadOnlySpan<byte> BeforeItime => ",\"itime\":"u8;

    private static ReadOnlySpan<byte> BeforeRandomId => ",\"random_id\":"u8;

    private static ReadOnlySpan<byte> BeforeProperties => ",\"properties\":"u8;

    /// <summary>Begins an event, up to its properties, which follow as <c>,"name":value</c>.</summary>
    /// <param name="owner">The buffer.</param>
    /// <param name="prefix">The JSON before the EUID.</param>
    /// <param name="euid">The EUID.</param>
    /// <param name="itime">The event's time, in milliseconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="randomId">The event's id.</param>
    /// <param name="writer">Writes the properties.</param>
    /// <returns>The offset at which the properties begin.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int BeginEvent(ScratchBuffer owner, EventPrefix prefix, long euid, long itime, scoped in Guid randomId, out EventWriter writer)
    {
        ref byte start = ref owner.First;
        ref byte end = ref owner.End;
        if (prefix.PaddedLength + MaxEnvelopeBytes > Unsafe.ByteOffset(ref start, ref end)
            || !Digits.AreNineToSixteen((ulong)euid)
            || !owner.RecentSecond.IsSecondOf(itime, out ulong second))
        {
            writer = new EventWriter(owner);
            return BeginEventSlowly(ref writer, prefix, euid, itime, in randomId);
        }

        // No calls from here on, so that no register has to be saved.
        ref byte next = ref Digits.WriteNineToSixteen(ref prefix.CopyTo(ref start), (ulong)euid);
        next = ref owner.RecentSecond.WriteTime(ref RawBytes.CopyPadded(ref next, ",\"itime\":       "u8, 9), itime, second);
        next = ref GuidForm.WriteQuoted(ref RawBytes.CopyPadded(ref next, ",\"random_id\":   "u8, 13), in randomId);
        next = ref RawBytes.CopyPadded(ref next, ",\"properties\":  "u8, 14);
        writer = new EventWriter(owner, ref next, ref end);
        return (int)Unsafe.ByteOffset(ref start, ref next);
    }

    /// <summary>Begins an event whose id is an arbitrary string.</summary>
    /// <returns>The offset at which the properties begin.</returns>
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
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal readonly bool TryEndEvent(ScratchBuffer owner, int properties, out ReadOnlySpan<byte> json)
    {
        if (!WritesTo(owner))
        {
            json = default;
            return owner.IsTooLarge ? false : throw NewNotItsBuffer();
        }

        ref byte first = ref owner.First;
        ref byte end = ref _current;
        if (Unsafe.ByteOffset(ref first, ref end) > properties)
        {
            // ,"plan":"pro" becomes {"plan":"pro"}
            RawBytes.Put(ref first, properties, '{');
        }
        else
        {
            RawBytes.Put(ref end, 0, '{');
            end = ref RawBytes.Skip(ref end, 1);
        }

        RawBytes.Put(ref end, 0, (ushort)('}' | ('}' << 8)));
        int length = (int)Unsafe.ByteOffset(ref first, ref end) + 2;
        json = MemoryMarshal.CreateReadOnlySpan(ref first, length);
        return length <= owner.MaxBytes;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int BeginEventSlowly(ref EventWriter writer, EventPrefix prefix, long euid, long itime, scoped in Guid randomId)
    {
        writer._owner!.RecentSecond.Keep(itime);
        writer.Write<long, IntegerForm>(prefix.Span, euid);
        writer.Write<long, IntegerForm>(BeforeItime, itime);
        writer.Write<Guid, GuidForm>(BeforeRandomId, randomId);
        return writer.BeginProperties();
    }

    private int BeginProperties()
    {
        WriteJson(BeforeProperties, default);
        return _owner!.IsTooLarge ? 0 : WrittenTo(_owner);
    }
}
