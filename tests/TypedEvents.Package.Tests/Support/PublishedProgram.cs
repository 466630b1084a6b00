using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace TypedEvents.Package.Tests.Support;

/// <summary>A published program in a separate folder, which is deleted when it is disposed.</summary>
internal sealed partial class PublishedProgram : IDisposable
{
    private PublishedProgram(string name) => Name = name;

    public string Name { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("TypedEvents.Published.").FullName;

    /// <summary>The warnings of the publish.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <summary>The program's executable file.</summary>
    public string Path => PathOf(OperatingSystem.IsWindows() ? Name + ".exe" : Name);

    /// <summary>The size of the executable file, in bytes.</summary>
    public long Size => new FileInfo(Path).Length;

    /// <summary>Publishes a project from scratch: otherwise outputs of an earlier publish would be reused, and their warnings not repeated.</summary>
    /// <param name="projectFolder">The folder of the project.</param>
    /// <param name="options">Options for <c>dotnet publish</c>.</param>
    /// <param name="environment">Environment variables for the build.</param>
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

    /// <summary>Runs it until something has happened, and tells it to end as a service manager does (SIGTERM).</summary>
    public Task<CommandResult> RunUntilAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, Task hasHappened)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals.");
        return Command.RunAsync(Path, Folder, arguments, environment, hasHappened);
    }

    /// <summary>The names of the .NET assemblies, without extension.</summary>
    public IEnumerable<string> Assemblies() =>
        Directory.EnumerateFiles(Folder, "*.dll").Where(IsManaged).Select(file => System.IO.Path.GetFileNameWithoutExtension(file));

    /// <summary>Whether a file has the namespace of contracts, in UTF-8 as metadata does, or the beginning of one, in UTF-16 as strings are.</summary>
    public static bool HoldsContracts(string file)
    {
        byte[] content = File.ReadAllBytes(file);
        return content.AsSpan().IndexOf("TypedEvents.Generated.Plan"u8) >= 0
            || content.AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes("{\"plan\":1,\"event\":")) >= 0;
    }

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
