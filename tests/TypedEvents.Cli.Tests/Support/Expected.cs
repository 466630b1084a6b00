using System.Runtime.CompilerServices;

namespace TypedEvents.Cli.Tests;

/// <summary>Files with the expected output. With <c>UPDATE_BASELINES=1</c> the tests rewrite them; review the diff, because output is a contract.</summary>
internal static class Expected
{
    public static void Equal(string name, string actual)
    {
        string file = Path.Combine(Folder(), name);
        if (Environment.GetEnvironmentVariable("UPDATE_BASELINES") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }

        Assert.Equal(File.Exists(file) ? File.ReadAllText(file) : "", actual);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "..", "Expected");
}
