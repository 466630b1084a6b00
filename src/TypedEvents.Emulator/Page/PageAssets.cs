using System.Collections.Frozen;
using System.Reflection;

namespace TypedEvents.Emulator;

/// <summary>The page's files, embedded in the assembly.</summary>
internal static class PageAssets
{
    private const string Prefix = "page/";

    private static readonly FrozenDictionary<string, (string ContentType, byte[] Content)> Files = Load();

    public static (string ContentType, byte[] Content)? Find(string name) => Files.TryGetValue(name, out (string, byte[]) file) ? file : null;

    private static FrozenDictionary<string, (string ContentType, byte[] Content)> Load()
    {
        Assembly assembly = typeof(PageAssets).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal))
            // A build on Windows writes its own separator into the names.
            .ToFrozenDictionary(resource => resource[Prefix.Length..].Replace('\\', '/'), resource => (ContentType(resource), Read(assembly, resource)), StringComparer.Ordinal);
    }

    private static string ContentType(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };

    private static byte[] Read(Assembly assembly, string resource)
    {
        using Stream stream = assembly.GetManifestResourceStream(resource)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
