using System.Text;

namespace TypedEvents.Cli;

/// <summary>Writes a file as a whole: to another one beside it, which then takes its place, so that nothing ever leaves half a file.</summary>
internal static class AtomicFile
{
    /// <summary>Whether a full path, such as <c>/dev/null</c> or that of <c>NUL</c>, must not be replaced by a file.</summary>
    public static bool IsDevice(string path) => path.StartsWith(OperatingSystem.IsWindows() ? @"\\.\" : "/dev/", StringComparison.Ordinal);

    /// <exception cref="ToolException">The file can't be written.</exception>
    public static void Write(string path, string content, CancellationToken cancellationToken)
    {
        string full = Path.GetFullPath(path);
        string? temporary = null;
        try
        {
            if (IsDevice(full))
            {
                File.WriteAllText(full, content);
                return;
            }

            string folder = Path.GetDirectoryName(full)!;
            Directory.CreateDirectory(folder);
            temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Environment.ProcessId}.tmp");
            File.WriteAllText(temporary, content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            cancellationToken.ThrowIfCancellationRequested();
            File.Move(temporary, full, overwrite: true);
            temporary = null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"'{path}' can't be written: {exception.Message}", exception);
        }
        finally
        {
            if (temporary is not null)
            {
                File.Delete(temporary);
            }
        }
    }
}
