using System.Diagnostics;

namespace TypedEvents.Stress;

/// <summary>
/// A folder on a disk that can be full. For root it is a separate small in-memory file system, which is filled with other files. For other
/// users it is any folder, and SQLite limits the file's size (<c>PRAGMA max_page_count</c>), so that it is full when many events are pending.
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

    /// <summary>The maximum number of pages of the outbox if the disk can't be filled; otherwise 0, no limit.</summary>
    public int Pages => _isMounted ? 0 : PagesOfFile;

    private string Filler => Path.Combine(Folder, "filler");

    /// <summary>Fills the disk.</summary>
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
