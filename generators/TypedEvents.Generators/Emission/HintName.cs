using System.Text;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Emission;

/// <summary>The name of an event's generated file.</summary>
/// <remarks>
/// Two equal names discard all output of the generator, and names are compared without case. So each ends in a hash of the exact
/// path with the kind of each type in it (half-typed code may declare a class and a struct of one name).
/// </remarks>
internal static class HintName
{
    private const int MaxReadableLength = 100;

    public static string Of(EventModel model)
    {
        var readable = new StringBuilder(model.Namespace.Replace("@", ""));
        var exact = new StringBuilder(model.Namespace);
        char separator = '.';
        foreach (TypeDeclaration container in model.ContainingTypes)
        {
            Append(container);
            separator = '+';
        }

        Append(model.Declaration);
        string path = readable.ToString();
        if (path.Length > MaxReadableLength)
        {
            path = path.Substring(path.Length - MaxReadableLength);
        }

        return $"{path}.{StableHash.Of(exact.ToString())}.g.cs";

        void Append(TypeDeclaration type)
        {
            exact.Append(separator).Append(type.Keyword).Append(' ').Append(type.Name);
            if (readable.Length > 0)
            {
                readable.Append(separator);
            }

            readable.Append(type.Name);
        }
    }
}
