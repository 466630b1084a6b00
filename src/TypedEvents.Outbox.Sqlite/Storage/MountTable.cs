using System.Text;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>Linux's mount table, <c>/proc/self/mountinfo</c> (proc(5)).</summary>
internal static class MountTable
{
    private const string Path = "/proc/self/mountinfo";

    /// <returns>This process's table; empty if there is none.</returns>
    public static string Read()
    {
        try
        {
            return OperatingSystem.IsLinux() ? File.ReadAllText(Path) : "";
        }
        catch (Exception exception) when ((exception is IOException && !Descriptors.AreNamedBy(exception)) || exception is UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>Whether a single file is mounted without its folder, as containers can be configured to.</summary>
    /// <param name="table">The result of <see cref="Read"/>.</param>
    /// <param name="file">The file's full path.</param>
    public static bool HasMountPoint(string table, string file)
    {
        foreach (string line in table.Split('\n'))
        {
            // The fields: mount id, parent id, device, root in that file system, mount point.
            string[] fields = line.Split(' ');
            if (fields.Length > 5 && Unescape(fields[4]) == file)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Where the file system of a file is mounted.</summary>
    /// <param name="table">The result of <see cref="Read"/>.</param>
    /// <param name="file">The file's full path, without symbolic links.</param>
    /// <returns>The mount point; <see langword="null"/> if it isn't known.</returns>
    public static string? FindMountPoint(string table, string file) => table
        .Split('\n')
        .Select(static line => line.Split(' '))
        .Where(static fields => fields.Length > 5)
        .Select(static fields => Unescape(fields[4]))
        .Where(point => point == "/" || file == point || file.StartsWith(point + '/', StringComparison.Ordinal))
        .MaxBy(static point => point.Length);

    /// <summary>Space, tab, line feed and backslash are escaped as a backslash and three octal digits.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(field);
        int length = 0;
        for (int i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] == '\\' && i + 3 < utf8.Length && utf8[(i + 1)..(i + 4)].All(digit => digit is >= (byte)'0' and <= (byte)'7'))
            {
                utf8[length++] = (byte)(((utf8[i + 1] - '0') << 6) | ((utf8[i + 2] - '0') << 3) | (utf8[i + 3] - '0'));
                i += 3;
            }
            else
            {
                utf8[length++] = utf8[i];
            }
        }

        return Encoding.UTF8.GetString(utf8, 0, length);
    }
}
