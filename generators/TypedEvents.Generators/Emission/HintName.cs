using System.Globalization;
using System.Text;
using TypedEvents.Generators.Model;
using TypedEvents.Generators.Text;

namespace TypedEvents.Generators.Emission;

/// <summary>The names of generated files.</summary>
/// <remarks>
/// Two equal names discard all output of the generator, and names are compared without case. So each has a hash of the exact
/// path with the kind of each type in it (half-typed code may declare a class and a struct of one name).
/// </remarks>
internal static class HintName
{
    private const int MaxReadableLength = 100;

    /// <summary>The file of an enum. The name of its class ends in a hash already.</summary>
    public static string Of(EnumModel model) => "TypedEvents.Generated." + EndOf(EnumEmitter.ClassNameOf(model)) + ".g.cs";

    /// <summary>A file of contracts.</summary>
    public static string Of(ContractFile file) => $"{ContractEmitter.Namespace}.{file.Number.ToString("00", CultureInfo.InvariantCulture)}.g.cs";

    /// <summary>The file of an event's serializer.</summary>
    public static string Of(EventModel model) => Of(model.Head, "");

    /// <summary>The file of an event's typed calls.</summary>
    public static string Of(EventCalls calls) => Of(calls.Event, ".Track");

    private static string Of(EventHead model, string suffix)
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
        return $"{EndOf(readable.ToString())}.{StableHash.Of(exact.ToString())}{suffix}.g.cs";

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

    private static string EndOf(string path) => path.Length > MaxReadableLength ? path.Substring(path.Length - MaxReadableLength) : path;
}
