namespace TypedEvents.Cli;

/// <summary>Finds programs as a shell does. Starting a process by its name alone would look in the current folder first, which may be a clone of somebody else's repository.</summary>
internal static class ProgramPath
{
    /// <param name="program">A name, which is looked up in PATH, or a path.</param>
    /// <param name="folder">The folder to which a relative path belongs.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <returns>The full path, or <see langword="null"/> if there is none.</returns>
    public static string? Find(string program, string folder, Func<string, string?> environment)
    {
        string[] endings = OperatingSystem.IsWindows() ? EndingsOnWindows(program) : [""];
        IEnumerable<string> places = program.Contains('/', StringComparison.Ordinal) || program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? [Path.GetFullPath(program, folder)]
            : (environment("PATH") ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Where(Path.IsPathFullyQualified)
                .Select(place => Path.Combine(place, program));
        return places.SelectMany(place => endings.Select(ending => place + ending)).FirstOrDefault(IsExecutable);
    }

    /// <summary>What follows a point may be a part of the name: Acme.Shop is Acme.Shop.exe.</summary>
    private static string[] EndingsOnWindows(string program)
    {
        string[] programs = [".exe", ".com", ".cmd", ".bat"];
        return programs.Contains(Path.GetExtension(program), StringComparer.OrdinalIgnoreCase) ? [""] : programs;
    }

    private static bool IsExecutable(string file)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & Execute) != 0);
    }
}
