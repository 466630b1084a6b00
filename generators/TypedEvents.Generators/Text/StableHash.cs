using System.Globalization;

namespace TypedEvents.Generators.Text;

/// <summary>A short hash that is the same in every process, as <see cref="object.GetHashCode"/> of a string isn't.</summary>
internal static class StableHash
{
    /// <summary>FNV-1a, as eight hexadecimal digits.</summary>
    public static string Of(string text)
    {
        uint hash = 2166136261;
        foreach (char character in text)
        {
            hash = unchecked((hash ^ character) * 16777619);
        }

        return hash.ToString("x8", CultureInfo.InvariantCulture);
    }

    /// <summary>FNV-1a of 64 bits, as sixteen hexadecimal digits: for what must not collide.</summary>
    public static string LongOf(string text) => TextOf(NumberOf(text));

    /// <summary>A hash of 64 bits as sixteen hexadecimal digits.</summary>
    public static string TextOf(ulong hash) => hash.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>FNV-1a of 64 bits.</summary>
    public static ulong NumberOf(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char character in text)
        {
            hash = unchecked((hash ^ character) * 1099511628211);
        }

        return hash;
    }
}
