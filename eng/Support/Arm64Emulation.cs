namespace TypedEvents.Eng.Support;

/// <summary>
/// Programs for linux-arm64 on a host of another architecture: qemu runs them in user mode, with Debian's libraries for arm64, which are
/// unpacked into a folder and not installed.
/// </summary>
internal sealed class Arm64Emulation : IDisposable
{
    private const string Qemu = "qemu-aarch64-static";

    /// <summary>What the runtime and xunit load. A library has another name in each release of Debian: the first that exists is taken.</summary>
    private static readonly string[][] Libraries =
    [
        ["libc6"], ["libstdc++6"], ["libgcc-s1"], ["zlib1g"], ["libssl3", "libssl3t64"], ["libicu72", "libicu76"],
    ];

    private const string SystemDescription = "/etc/os-release";

    private readonly TemporaryFolder _folder = new();

    private Arm64Emulation()
    {
    }

    /// <summary>Whether the host is Debian: Ubuntu's servers of packages for amd64 have none for arm64.</summary>
    public static bool IsPossible => File.Exists(SystemDescription) && IsDebian(File.ReadLines(SystemDescription));

    /// <param name="description">The lines of os-release(5).</param>
    internal static bool IsDebian(IEnumerable<string> description) => description.Any(line => line.Replace("\"", "", StringComparison.Ordinal) == "ID=debian");

    /// <summary>Installs qemu and unpacks the libraries.</summary>
    public static async Task<Arm64Emulation> PrepareAsync()
    {
        if (!IsPossible || (!Shell.Has(Qemu) && !(await DebianPackages.TryInstallAsync("qemu-user-static") && Shell.Has(Qemu))))
        {
            throw new EngException("Programs for arm64 are run by qemu-user-static and with libraries of Debian, which this host isn't or could not install.");
        }

        var emulation = new Arm64Emulation();
        try
        {
            await emulation.UnpackLibrariesAsync();
            return emulation;
        }
        catch
        {
            emulation.Dispose();
            throw;
        }
    }

    /// <summary>Publishes a project for linux-arm64, and returns the command that runs it: the program, and its first arguments.</summary>
    /// <param name="project">Its folder, seen from the root; the program has the name of its last part.</param>
    /// <param name="options">More options for <c>dotnet publish</c>.</param>
    public async Task<string[]> PublishAsync(string project, params IEnumerable<string> options)
    {
        string name = Path.GetFileName(project);
        await Shell.RunAsync("dotnet", ["publish", project, "-p:PublishFor=linux-arm64", "-tl:off", "-v:q", "-o", _folder["programs", name], .. options]);
        return [Qemu, "-L", _folder["root"], _folder["programs", name, name]];
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Lists of their own, so that the host's package manager doesn't come to know of another architecture.</summary>
    private async Task UnpackLibrariesAsync()
    {
        foreach (string folder in (string[])["lists/partial", "cache", "packages", "root"])
        {
            Directory.CreateDirectory(_folder[folder]);
        }

        string[] apt =
        [
            "-C", _folder["packages"], "apt-get", "-qq", "-o", "APT::Sandbox::User=root", "-o", "APT::Architectures::=amd64", "-o", "APT::Architectures::=arm64",
            "-o", $"Dir::State::lists={_folder["lists"]}", "-o", $"Dir::Cache={_folder["cache"]}",
        ];
        await Shell.RunAsync("env", [.. apt, "update"]);
        foreach (string[] names in Libraries)
        {
            if (!await IsDownloadedAsync(apt, names))
            {
                throw new EngException($"apt-get downloads none of {string.Join(", ", names)} for arm64.");
            }
        }

        foreach (string package in Directory.EnumerateFiles(_folder["packages"], "*.deb"))
        {
            await Shell.RunAsync("dpkg", "-x", package, _folder["root"]);
        }
    }

    private static async Task<bool> IsDownloadedAsync(string[] apt, string[] names)
    {
        foreach (string name in names)
        {
            if (await Shell.TryRunAsync("env", [.. apt, "download", name + ":arm64"], _ => { }) == 0)
            {
                return true;
            }
        }

        return false;
    }
}
