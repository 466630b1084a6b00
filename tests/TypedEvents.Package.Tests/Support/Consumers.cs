using System.Globalization;
using TypedEvents.Package.Tests.Support;

[assembly: AssemblyFixture(typeof(ConsumersCleanup))]

namespace TypedEvents.Package.Tests.Support;

/// <summary>
/// The projects of <c>tests/consumers</c>, the README's program, and one for each rule that is an error, in a folder outside this repository: restored
/// from the packages into an empty package folder of their own. Most tests want them built, all together and once.
/// </summary>
internal sealed class Consumers
{
    private static readonly Lazy<Task<Consumers>> Laid = new(LayAsync);
    private static readonly Lazy<Task<Consumers>> Built = new(BuildAsync);

    private Consumers(string folder, PackageFolder packages)
    {
        Folder = folder;
        Packages = packages;
        Environment = new Dictionary<string, string>
        {
            ["NUGET_PACKAGES"] = RestoredPackages,
            ["TypedEventsVersion"] = packages.Version,
        };
    }

    public string Folder { get; }

    public PackageFolder Packages { get; }

    /// <summary>Where their packages were restored to; empty before.</summary>
    public string RestoredPackages => Path.Combine(Folder, "packages");

    /// <summary>What their builds need to know.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>What the build said.</summary>
    public IReadOnlyList<Diagnosis> Diagnoses { get; private set; } = [];

    /// <summary>The projects, nothing restored yet.</summary>
    public static Task<Consumers> LaidAsync() => Laid.Value;

    /// <summary>The projects, built as far as they can be.</summary>
    public static Task<Consumers> BuiltAsync() => Built.Value;

    /// <summary>Where a project's assembly was built to.</summary>
    public string AssemblyOf(string project, string framework = "net10.0") =>
        Path.Combine(Folder, project, "bin", "Debug", framework, project + ".dll");

    /// <summary>What the build said of one project.</summary>
    public IEnumerable<Diagnosis> DiagnosesOf(string project) => Diagnoses.Where(diagnosis => diagnosis.Project == project);

    /// <summary>Deletes the folder, unless it was never made.</summary>
    public static async ValueTask DeleteAsync()
    {
        if (Laid.IsValueCreated && Laid.Value.IsCompletedSuccessfully)
        {
            string folder = (await Laid.Value).Folder;
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                // A build that has ended may leave a server behind that still writes there for a moment. It is a temporary folder.
            }
        }
    }

    private static async Task<Consumers> LayAsync()
    {
        PackageFolder packages = await Support.Packages.GetAsync();
        var consumers = new Consumers(Directory.CreateTempSubdirectory("TypedEvents.Consumers.").FullName, packages);
        consumers.CopyProjects();
        ErrorRule.WriteProjects(consumers.Folder);
        FirstEvent.WriteProject(consumers.Folder);
        await consumers.WriteNuGetConfigAsync();
        await consumers.WriteBuildFilesAsync();
        await consumers.WriteSolutionAsync();
        return consumers;
    }

    private static async Task<Consumers> BuildAsync()
    {
        Consumers consumers = await LaidAsync();
        CommandResult result = await Command.DotNetAsync(
            consumers.Folder,
            ["build", "Consumers.slnx", "-tl:off", "-v:m", "-clp:NoSummary", "-nodeReuse:false"],
            consumers.Environment);
        consumers.Diagnoses = Diagnosis.Parse(result.Output);
        if (!File.Exists(consumers.AssemblyOf("Console")))
        {
            Assert.Fail($"Not even the console project was built:\n{result.Output}");
        }

        return consumers;
    }

    private void CopyProjects()
    {
        string source = Repository.PathOf("tests", "consumers");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(Folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>The packages come from the folder; what they depend on, from where this machine has its packages.</summary>
    private Task WriteNuGetConfigAsync() => File.WriteAllTextAsync(Path.Combine(Folder, "nuget.config"), string.Create(CultureInfo.InvariantCulture, $"""
        <configuration>
          <packageSources>
            <add key="packed" value="{Packages.Path}" />
          </packageSources>
          <fallbackPackageFolders>
            <clear />
          </fallbackPackageFolders>
        </configuration>
        """));

    /// <summary>The build looks for these in the folders above, too, where whatever somebody left behind would count.</summary>
    private async Task WriteBuildFilesAsync()
    {
        foreach (string name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            await File.WriteAllTextAsync(Path.Combine(Folder, name), "<Project />");
        }
    }

    private Task WriteSolutionAsync() => File.WriteAllTextAsync(Path.Combine(Folder, "Consumers.slnx"), string.Join('\n',
    [
        "<Solution>",
        .. Directory.EnumerateFiles(Folder, "*.*proj", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(project => $"""  <Project Path="{Path.GetRelativePath(Folder, project)}" />"""),
        "</Solution>",
    ]));
}

/// <summary>Takes the consumers' folder away after the last test.</summary>
public sealed class ConsumersCleanup : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Consumers.DeleteAsync();
}
