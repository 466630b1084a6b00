using System.IO.Compression;

namespace TypedEvents.Package.Tests.Support;

/// <summary>The packages of this repository, packed once for all tests with <c>eng/pack</c>.</summary>
internal static class Packages
{
    private static readonly Lazy<Task<PackageFolder>> Packed = new(PackAsync);

    public static Task<PackageFolder> GetAsync() => Packed.Value;

    private static async Task<PackageFolder> PackAsync()
    {
        string folder = Repository.PathOf("artifacts", "packages");
        (await Command.DotNetAsync(Repository.Root, [System.IO.Path.Combine(AppContext.BaseDirectory, "eng.dll"), "pack", folder])).AssertSucceeded();
        return new PackageFolder(folder);
    }
}

/// <summary>A folder with packages.</summary>
internal sealed class PackageFolder(string path)
{
    private const string MainPackage = "TypedEvents";

    public string Path { get; } = path;

    /// <summary>The version that all packages have.</summary>
    public string Version { get; } = VersionIn(path);

    /// <summary>The ids of the packages, in order.</summary>
    public IReadOnlyList<string> Ids =>
        [.. Directory.EnumerateFiles(Path, $"*.{Version}.nupkg").Select(file => System.IO.Path.GetFileName(file)[..^$".{Version}.nupkg".Length]).Order(StringComparer.Ordinal)];

    /// <summary>The file of a package, <c>nupkg</c> or <c>snupkg</c>.</summary>
    public string FileOf(string id, string kind = "nupkg") => System.IO.Path.Combine(Path, $"{id}.{Version}.{kind}");

    public byte[] Read(string id, string entry, string kind = "nupkg")
    {
        using ZipArchive archive = ZipFile.OpenRead(FileOf(id, kind));
        using Stream stream = (archive.GetEntry(entry) ?? throw new FileNotFoundException($"{FileOf(id, kind)} has no {entry}.")).Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public IReadOnlyList<string> Entries(string id, string kind = "nupkg")
    {
        using ZipArchive archive = ZipFile.OpenRead(FileOf(id, kind));
        return [.. archive.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal)];
    }

    private static string VersionIn(string path)
    {
        string prefix = MainPackage + ".";
        string file = Assert.Single(
            Directory.EnumerateFiles(path, "*.nupkg").Select(file => System.IO.Path.GetFileName(file)),
            name => name.StartsWith(prefix, StringComparison.Ordinal) && char.IsAsciiDigit(name[prefix.Length]));
        return file[prefix.Length..^".nupkg".Length];
    }
}
