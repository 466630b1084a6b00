using System.Text;

namespace TypedEvents.Outbox.Sqlite;

/// <summary>Linux's table of mounts, as <c>/proc/self/mountinfo</c> has it (proc(5)).</summary>
internal static class MountTable
{
    private const string Path = "/proc/self/mountinfo";

    /// <returns>The table of this process; empty where there is none.</returns>
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

    /// <summary>Whether a file is mounted by itself, as containers can be told to, without the folder that it is in.</summary>
    /// <param name="table">What <see cref="Read"/> gave.</param>
    /// <param name="file">The file's full path.</param>
    public static bool HasMountPoint(string table, string file)
    {
        foreach (string line in table.Split('\n'))
        {
            // Its number, its parent's, the device, the root in that file system, and where it is mounted.
            string[] fields = line.Split(' ');
            if (fields.Length > 5 && Unescape(fields[4]) == file)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Blank, tab, line end and backslash stand as three octal digits, each a byte.</summary>
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
