namespace TypedEvents.Outbox.Sqlite;

/// <summary>Caches strings that occur repeatedly, such as event names.</summary>
internal sealed class TextCache
{
    private const int MaxTexts = 1000;

    private readonly Dictionary<int, (byte[] Utf8, string Text)> _texts = [];
    private (byte[] Utf8, string Text) _last = ([], "");

    public string Get(ReadOnlySpan<byte> utf8)
    {
        // Events of one name often follow each other.
        if (utf8.SequenceEqual(_last.Utf8))
        {
            return _last.Text;
        }

        var hash = new HashCode();
        hash.AddBytes(utf8);
        int key = hash.ToHashCode();
        if (_texts.TryGetValue(key, out (byte[] Utf8, string Text) known) && utf8.SequenceEqual(known.Utf8))
        {
            _last = known;
            return known.Text;
        }

        string text = System.Text.Encoding.UTF8.GetString(utf8);
        if (_texts.Count < MaxTexts)
        {
            _texts[key] = (utf8.ToArray(), text);
        }

        return text;
    }
}
