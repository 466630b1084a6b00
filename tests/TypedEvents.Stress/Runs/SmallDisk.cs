using System.Diagnostics;

namespace TypedEvents.Stress;

/// <summary>
/// A folder that can be full. For root it is a small file system in memory of its own, which others fill; for others it is any folder, and
/// SQLite is told how large the file may be (<c>PRAGMA max_page_count</c>), so that it is full whenever much waits.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Mebibytes = 24;
    private const int PagesOfFile = 150;

    private readonly bool _isMounted;

    public SmallDisk()
    {
        Folder = Directory.CreateTempSubdirectory("typedevents-").FullName;
        _isMounted = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess
            && Run("mount", "-t", "tmpfs", "-o", FormattableString.Invariant($"size={Mebibytes}m"), "typedevents", Folder);
    }

    public string Folder { get; }

    public string Kind => _isMounted ? $"a file system of {Mebibytes} MiB" : $"PRAGMA max_page_count = {PagesOfFile}";

    /// <summary>How many pages the outbox may have where the disk can't be filled; 0: any number.</summary>
    public int Pages => _isMounted ? 0 : PagesOfFile;

    private string Filler => Path.Combine(Folder, "filler");

    /// <summary>Leaves no room on the disk.</summary>
    /// <returns>Whether this disk can be filled.</returns>
    public bool Fill()
    {
        if (!_isMounted)
        {
            return false;
        }

        using FileStream filler = File.Create(Filler, bufferSize: 1);
        byte[] noise = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(noise);
            }
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public void Dispose()
    {
        if (_isMounted)
        {
            Run("umount", Folder);
        }

        Directory.Delete(Folder, recursive: true);
    }

    private static bool Run(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true });
        process?.WaitForExit();
        return process?.ExitCode == 0;
    }
}
