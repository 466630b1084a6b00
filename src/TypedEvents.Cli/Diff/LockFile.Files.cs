namespace TypedEvents.Cli;

/// <summary>Where the lock file is. Analyzers get it from the compiler, and don't have this part.</summary>
internal static partial class LockFile
{
    /// <summary>The path of the nearest lock file at or above a folder, or <see langword="null"/> if there is none.</summary>
    public static string? FindNearest(string folder)
    {
        for (DirectoryInfo? current = new(folder); current is not null; current = current.Parent)
        {
            string candidate = Path.Combine(current.FullName, Name);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
