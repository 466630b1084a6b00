using System.CommandLine;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>Compares the vendored files of the emulator's page with the table beside them and with the npm packages that they come from.</summary>
internal static partial class VendoredCommand
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "TypedEvents.Emulator", "Page", "Assets", "vendor");

    public static Command Create()
    {
        var command = new Command("vendored", "Compares the vendored files of the emulator's page with their npm packages. It needs npm and a registry.");
        command.SetAction(_ => RunAsync());
        return command;
    }

    public static async Task<int> RunIfPossibleAsync()
    {
        if (Shell.Has(Shell.Npm))
        {
            return await RunAsync();
        }

        Console.WriteLine("Skipped: npm is missing on this host.");
        return 0;
    }

    private static async Task<int> RunAsync()
    {
        VendoredFile[] listed = [.. File.ReadLines(Path.Combine(Folder, "README.md")).Select(line => Row().Match(line)).Where(match => match.Success).Select(VendoredFile.Of)];
        string[] unlisted = [.. Directory.EnumerateFiles(Folder).Select(file => Path.GetFileName(file)).Where(name => name != "README.md").Except(listed.Select(file => file.Name))];
        if (listed.Length == 0 || unlisted.Length > 0)
        {
            throw new EngException($"{Folder}/README.md doesn't list {(listed.Length == 0 ? "any file" : string.Join(", ", unlisted))}.");
        }

        using var folder = new TemporaryFolder();
        foreach (VendoredFile file in listed)
        {
            string unpacked = await UnpackAsync(file, folder[$"{file.Package}-{file.Version}"]);
            byte[] vendored = await File.ReadAllBytesAsync(Path.Combine(Folder, file.Name));
            if (Convert.ToHexStringLower(SHA256.HashData(vendored)) != file.Hash)
            {
                throw new EngException($"{file.Name} doesn't have the hash in README.md.");
            }

            byte[] original = await File.ReadAllBytesAsync(Path.Combine(unpacked, file.Source));
            if (!vendored.AsSpan().SequenceEqual(original))
            {
                throw new EngException($"{file.Name} differs from {file.Source} in {file.Package} {file.Version}.");
            }

            Console.WriteLine($"{file.Name} is that of {file.Package} {file.Version}.");
        }

        return 0;
    }

    /// <returns>The folder with the package's files.</returns>
    private static async Task<string> UnpackAsync(VendoredFile file, string folder)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            string archive = $"{file.Package}-{file.Version}.tgz";
            if (await Shell.TryRunAsync(Shell.Npm, ["pack", $"{file.Package}@{file.Version}", "--silent", "--ignore-scripts", "--pack-destination", folder], Console.WriteLine) != 0
                || await Shell.TryRunAsync("tar", ["xzf", Path.Combine(folder, archive), "-C", folder], Console.WriteLine) != 0)
            {
                throw new EngException($"{file.Package} {file.Version} could not be downloaded and unpacked.");
            }
        }

        return Path.Combine(folder, "package");
    }

    [GeneratedRegex(@"^\| (?<name>\S+) \| (?<package>[a-z0-9-]+) \| (?<version>[0-9.]+) \| (?<source>\S+) \| (?<hash>[0-9a-f]{64}) \|")]
    private static partial Regex Row();

    private sealed record VendoredFile(string Name, string Package, string Version, string Source, string Hash)
    {
        public static VendoredFile Of(Match row) =>
            new(row.Groups["name"].Value, row.Groups["package"].Value, row.Groups["version"].Value, row.Groups["source"].Value, row.Groups["hash"].Value);
    }
}
