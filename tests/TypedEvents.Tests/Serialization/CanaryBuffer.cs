namespace TypedEvents.Tests;

/// <summary>
/// A buffer whose arrays are longer than it asked for: what is behind the part that it knows must stay as it was, in the arrays
/// that were outgrown, too.
/// </summary>
internal sealed class CanaryBuffer(int initialBytes) : ScratchBuffer(initialBytes)
{
    private const int Canaries = 4096;
    private const int LeadBytes = 8;
    private const byte Canary = 0xA5;

    private readonly List<(byte[] Array, int Length)> _arrays = [];

    /// <summary>Fails where a byte was written that doesn't belong to the buffer.</summary>
    public void Check(string what)
    {
        foreach ((byte[] array, int length) in _arrays)
        {
            Assert.True(array.AsSpan(0, LeadBytes).IndexOfAnyExcept((byte)0) < 0, $"{what} wrote before the buffer.");
            int at = array.AsSpan(length).IndexOfAnyExcept(Canary);
            Assert.True(at < 0, $"{what} wrote {at + 1} bytes behind the buffer.");
        }
    }

    protected override byte[] NewArray(int length)
    {
        var array = new byte[length + Canaries];
        array.AsSpan(length).Fill(Canary);
        _arrays.Add((array, length));
        return array;
    }
}
