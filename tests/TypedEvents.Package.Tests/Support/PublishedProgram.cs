using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace TypedEvents.Package.Tests.Support;

/// <summary>A program in a folder of its own, as it was published; gone when it is disposed of.</summary>
internal sealed partial class PublishedProgram : IDisposable
{
    private PublishedProgram(string name) => Name = name;

    public string Name { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("TypedEvents.Published.").FullName;

    /// <summary>What the publish warned of.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>The program's own file.</summary>
    public string Path => PathOf(OperatingSystem.IsWindows() ? Name + ".exe" : Name);

    /// <summary>The size of the program's own file, in bytes.</summary>
    public long Size => new FileInfo(Path).Length;

    /// <summary>Publishes a project from the start: what is left of an earlier publish is taken for done, and says its warnings no more.</summary>
    /// <param name="projectFolder">The folder of the project.</param>
    /// <param name="options">Given to <c>dotnet publish</c>.</param>
    /// <param name="environment">What the build needs to know.</param>
    public static async Task<PublishedProgram> PublishAsync(string projectFolder, IEnumerable<string> options, IReadOnlyDictionary<string, string>? environment = null)
    {
        string left = System.IO.Path.Combine(projectFolder, "obj", "Release");
        if (Directory.Exists(left))
        {
            Directory.Delete(left, recursive: true);
        }

        string project = Assert.Single(Directory.GetFiles(projectFolder, "*.csproj"));
        var published = new PublishedProgram(System.IO.Path.GetFileNameWithoutExtension(project));
        try
        {
            CommandResult result = await Command.DotNetAsync(
                projectFolder,
                ["publish", project, "-c", "Release", "--use-current-runtime", "-tl:off", "-v:m", "-o", published.Folder, .. options],
                environment);
            result.AssertSucceeded();
            published.Warnings = [.. Warning().Matches(result.Output).Select(match => match.Value.Trim()).Distinct()];
            return published;
        }
        catch
        {
            published.Dispose();
            throw;
        }
    }

    public Task<CommandResult> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        Command.RunAsync(Path, Folder, arguments, environment);

    /// <summary>The files of .NET code, without their extension.</summary>
    public IEnumerable<string> Assemblies() =>
        Directory.EnumerateFiles(Folder, "*.dll").Where(IsManaged).Select(file => System.IO.Path.GetFileNameWithoutExtension(file));

    public bool IsReadyToRun(string assembly)
    {
        using var reader = new PEReader(File.OpenRead(PathOf(assembly + ".dll")));
        return reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }

    public string PathOf(string file) => System.IO.Path.Combine(Folder, file);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static bool IsManaged(string file)
    {
        using var reader = new PEReader(File.OpenRead(file));
        return reader.HasMetadata;
    }

    [GeneratedRegex(@"^.*\bwarning [A-Z]+[0-9]+\b.*$", RegexOptions.Multiline)]
    private static partial Regex Warning();
}
