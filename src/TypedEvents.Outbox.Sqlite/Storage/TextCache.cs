namespace TypedEvents.Outbox.Sqlite;

/// <summary>Caches strings that occur repeatedly, such as event names.</summary>
internal sealed class TextCache
{
    private const int MaxTexts = 1000;

    private readonly Dictionary<int, (byte[] Utf8, string Text)> _texts = [];

    public string Get(ReadOnlySpan<byte> utf8)
    {
        var hash = new HashCode();
        hash.AddBytes(utf8);
        int key = hash.ToHashCode();
        if (_texts.TryGetValue(key, out (byte[] Utf8, string Text) known) && utf8.SequenceEqual(known.Utf8))
        {
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
