namespace TypedEvents;

/// <content>What stands around the properties of an event.</content>
public ref partial struct EventWriter
{
    /// <summary>Begins an event, up to its properties, which follow as <c>,"name":value</c>.</summary>
    /// <returns>Where the properties begin.</returns>
    internal int BeginEvent(ScratchBuffer owner, scoped ReadOnlySpan<byte> prefix, long euid, long itime, Guid randomId)
    {
        Write<long, IntegerForm>(prefix, euid);
        Write<long, IntegerForm>(",\"itime\":"u8, itime);
        Write<Guid, GuidForm>(",\"random_id\":"u8, randomId);
        return BeginProperties(owner);
    }

    /// <inheritdoc cref="BeginEvent(ScratchBuffer, ReadOnlySpan{byte}, long, long, Guid)"/>
    internal int BeginEvent(ScratchBuffer owner, scoped ReadOnlySpan<byte> prefix, long euid, long itime, string randomId)
    {
        Write<long, IntegerForm>(prefix, euid);
        Write<long, IntegerForm>(",\"itime\":"u8, itime);
        WriteUncut(",\"random_id\":"u8, randomId);
        return BeginProperties(owner);
    }

    /// <summary>Ends the object of properties that began at <paramref name="properties"/>, and the event.</summary>
    /// <returns>Whether the event is within its limit.</returns>
    /// <exception cref="InvalidOperationException">The writer was exchanged for another one, or a copy of it outgrew its buffer.</exception>
    internal bool TryEndEvent(ScratchBuffer owner, int properties, out ReadOnlySpan<byte> json)
    {
        json = default;
        if (owner.IsTooLarge)
        {
            return false;
        }

        int written = WrittenTo(owner);
        if (written > properties)
        {
            // ,"plan":"pro" becomes {"plan":"pro"}
            owner.Room[properties] = (byte)'{';
            WriteJson(default, "}}"u8);
        }
        else
        {
            WriteJson(default, "{}}"u8);
        }

        if (owner.IsTooLarge)
        {
            return false;
        }

        written = WrittenTo(owner);
        json = owner.Room[..written];
        return written <= owner.MaxBytes;
    }

    private int BeginProperties(ScratchBuffer owner)
    {
        WriteJson(default, ",\"properties\":"u8);
        return owner.IsTooLarge ? 0 : WrittenTo(owner);
    }
}
