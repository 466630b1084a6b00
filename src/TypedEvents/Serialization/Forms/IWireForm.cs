namespace TypedEvents;

/// <summary>How values of one type look in the JSON payload, where their length has a limit.</summary>
internal interface IWireForm<in TValue>
{
    /// <summary>Writes a value: at most <see cref="EventWriter.MaxValueBytes"/>, and those may all be touched.</summary>
    /// <returns>The byte after it.</returns>
    static abstract ref byte Write(ref byte destination, TValue value);
}
