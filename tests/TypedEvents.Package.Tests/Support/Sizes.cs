using System.Globalization;
using System.Runtime.InteropServices;

namespace TypedEvents.Package.Tests.Support;

/// <summary>
/// The sizes of published executables, and their ranges in <c>Sizes.txt</c> on linux-x64. When an executable grows or shrinks out of its
/// range, change that file deliberately.
/// </summary>
internal static class Sizes
{
    private static readonly string WindowsFile = Repository.PathOf("tests", "TypedEvents.Package.Tests", "Sizes.txt");

    public static void AssertWithin(string binary, long bytes)
    {
        Figures.Note(string.Create(CultureInfo.InvariantCulture, $"{binary}: {bytes:N0} bytes"));
        if (RuntimeInformation.RuntimeIdentifier != "linux-x64")
        {
            return;
        }

        (long least, long most) = WindowOf(binary);
        Assert.True(bytes >= least && bytes <= most, string.Create(CultureInfo.InvariantCulture, $"""
            {binary}: {bytes:N0} bytes, and Sizes.txt has {least:N0} to {most:N0}.
            Find out where they come from; if they are worth it (or saved), write the new window there.
            """));
    }

    private static (long Least, long Most) WindowOf(string binary)
    {
        string[] cells = File.ReadLines(WindowsFile)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .SingleOrDefault(line => line[0] == binary) ?? throw new InvalidOperationException($"Sizes.txt has no line for '{binary}'.");
        return (Bytes(cells[1]), Bytes(cells[2]));
    }

    private static long Bytes(string cell) => long.Parse(cell, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
