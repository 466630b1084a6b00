using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TypedEvents;

/// <content>Enums, and lists of strings.</content>
public ref partial struct EventWriter
{
    /// <summary>Writes the name of an enum's member, or, for a value without a member, its number as a string.</summary>
    /// <param name="name">The property's name.</param>
    /// <param name="member">The member as a JSON string, quotes included: <c>"pro"</c>; empty for an undefined value.</param>
    /// <param name="value">The value as a number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteEnum(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> member, long value)
    {
        if (HasRoomAfter(name) && HasRoomFor(member))
        {
            _current = ref RawBytes.CopyMember(ref RawBytes.CopyLiteral(ref _current, name), member);
        }
        else
        {
            _current = ref WriteEnumSlowly<long, QuotedIntegerForm>(_owner, ref _current, ref _end, name, member, value);
            FindEnd();
        }
    }

    /// <inheritdoc cref="WriteEnum(ReadOnlySpan{byte}, ReadOnlySpan{byte}, long)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteEnum(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> member, ulong value)
    {
        if (HasRoomAfter(name) && HasRoomFor(member))
        {
            _current = ref RawBytes.CopyMember(ref RawBytes.CopyLiteral(ref _current, name), member);
        }
        else
        {
            _current = ref WriteEnumSlowly<ulong, QuotedIntegerForm>(_owner, ref _current, ref _end, name, member, value);
            FindEnd();
        }
    }

    /// <summary>Writes an array of strings; <see langword="null"/> is left out, and so are elements that are <see langword="null"/>.</summary>
    /// <param name="name">The property's name.</param>
    /// <param name="values">The strings, which are read once. An array or a <see cref="List{T}"/> needs no enumerator.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteStrings(scoped ReadOnlySpan<byte> name, IEnumerable<string?>? values)
    {
        if (values is not null)
        {
            _current = ref WriteList(_owner, ref _current, ref _end, name, values);
            FindEnd();
        }
    }

    /// <summary>Begins an array of strings: elements and <see cref="WriteListEnd"/> follow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteListStart(scoped ReadOnlySpan<byte> name)
    {
        if (HasRoomAfter(name))
        {
            _current = ref RawBytes.CopyLiteral(ref RawBytes.CopyLiteral(ref _current, name), "["u8);
        }
        else
        {
            _current = ref WriteJsonSlowly(_owner, ref _current, ref _end, name, "["u8);
            FindEnd();
        }
    }

    /// <summary>
    /// Whether further elements of a list should be written; called before each element, omitted ones included. <see langword="false"/> once the event
    /// is larger than its limit, or once its lists have more elements than it may have bytes, so that an endless list ends, too.
    /// </summary>
    public bool TryBeginElement()
    {
        if (_owner is null)
        {
            ThrowNoBuffer();
        }

        if (_owner.TryCountElement())
        {
            return true;
        }

        AbandonEvent(_owner);
        return false;
    }

    /// <summary>Ends an array of strings.</summary>
    public void WriteListEnd()
    {
        if (!Unsafe.IsAddressLessThan(ref _current, ref _end) && !TryReserve(1))
        {
            return;
        }

        // Each element ends with a comma: [ or ["a","b",
        // There always is a byte before the current one: an event doesn't begin at the first byte of its array.
        ref byte previous = ref Unsafe.Subtract(ref _current, 1);
        if (previous == (byte)',')
        {
            previous = (byte)']';
        }
        else
        {
            _current = (byte)']';
            _current = ref RawBytes.Skip(ref _current, 1);
        }
    }

    /// <summary>Writes an element; <see langword="null"/> is left out.</summary>
    public void WriteElement(string? value)
    {
        if (value is null)
        {
            return;
        }

        if (Unsafe.IsAddressLessThan(ref _current, ref _end))
        {
            RawBytes.Put(ref _current, 0, '"');
            ref byte next = ref WriteText(_owner!, ref RawBytes.Skip(ref _current, 1), ref _end, value);
            if (!Unsafe.IsNullRef(ref next))
            {
                _current = ref RawBytes.Skip(ref next, ElementEnd - PropertyEnd);
                return;
            }
        }

        _current = ref WriteTextSlowly(_owner, ref _current, ref _end, default, value, ElementEnd);
        FindEnd();
    }

    /// <summary>Writes the original string of a <see cref="Uri"/> as an element; <see langword="null"/> is left out.</summary>
    public void WriteElement(Uri? value) => WriteElement(value?.OriginalString);

    /// <summary>Writes an element of 36 characters.</summary>
    public void WriteElement(Guid value) => Write<Guid, ElementForm<Guid, GuidForm>>(default, value);

    /// <summary>Writes the name of an enum's member as an element, or, for a value without a member, its number as a string.</summary>
    /// <param name="member">The member as a JSON string, quotes included: <c>"pro"</c>; empty for an undefined value.</param>
    /// <param name="value">The value as a number.</param>
    public void WriteEnumElement(scoped ReadOnlySpan<byte> member, long value)
    {
        if (member.IsEmpty)
        {
            Write<long, ElementForm<long, QuotedIntegerForm>>(default, value);
        }
        else
        {
            WriteJson(member, ","u8);
        }
    }

    /// <inheritdoc cref="WriteEnumElement(ReadOnlySpan{byte}, long)"/>
    public void WriteEnumElement(scoped ReadOnlySpan<byte> member, ulong value)
    {
        if (member.IsEmpty)
        {
            Write<ulong, ElementForm<ulong, QuotedIntegerForm>>(default, value);
        }
        else
        {
            WriteJson(member, ","u8);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ref byte WriteList(
        ScratchBuffer? owner,
        ref byte current,
        ref byte end,
        scoped ReadOnlySpan<byte> name,
        IEnumerable<string?> values)
    {
        EventWriter writer = Resume(owner, ref current, ref end);
        writer.WriteListStart(name);
        if (values.GetType() == typeof(string[]))
        {
            writer.WriteElements(Unsafe.As<string?[]>(values));
        }
        else if (values.GetType() == typeof(List<string>))
        {
            writer.WriteElements(CollectionsMarshal.AsSpan(Unsafe.As<List<string?>>(values)));
        }
        else
        {
            // Also a class that derives from List: it may enumerate other elements than it has.
            foreach (string? value in values)
            {
                if (!writer.TryBeginElement())
                {
                    break;
                }

                writer.WriteElement(value);
            }
        }

        writer.WriteListEnd();
        return ref writer._current;
    }

    private void WriteElements(scoped ReadOnlySpan<string?> values)
    {
        foreach (string? value in values)
        {
            if (!TryBeginElement())
            {
                break;
            }

            WriteElement(value);
        }
    }

    /// <summary>Whether a member is no longer than other values, and is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasRoomFor(scoped ReadOnlySpan<byte> member) => (uint)(member.Length - 1) < MaxValueBytes;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ref byte WriteEnumSlowly<TValue, TForm>(
        ScratchBuffer? owner,
        ref byte current,
        ref byte end,
        scoped ReadOnlySpan<byte> name,
        scoped ReadOnlySpan<byte> member,
        TValue value)
        where TForm : struct, IWireForm<TValue>
    {
        if (!member.IsEmpty)
        {
            return ref WriteJsonSlowly(owner, ref current, ref end, name, member);
        }

        EventWriter writer = Resume(owner, ref current, ref end);
        writer.Write<TValue, TForm>(name, value);
        return ref writer._current;
    }
}
