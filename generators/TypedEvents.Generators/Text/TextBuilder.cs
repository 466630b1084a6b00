using System.Text;

namespace TypedEvents.Generators.Text;

/// <summary>A <see cref="StringBuilder"/> per thread: the parser makes many short strings after every edit.</summary>
internal static class TextBuilder
{
    [ThreadStatic]
    private static StringBuilder? _cached;

    public static StringBuilder Take()
    {
        StringBuilder builder = _cached ?? new StringBuilder(128);
        _cached = null;
        return builder.Clear();
    }

    public static string Finish(this StringBuilder builder)
    {
        _cached = builder;
        return builder.ToString();
    }
}
