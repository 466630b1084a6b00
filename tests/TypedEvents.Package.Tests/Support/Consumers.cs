using System.Globalization;
using System.Xml.Linq;
using TypedEvents.Package.Tests.Support;

[assembly: AssemblyFixture(typeof(ConsumersCleanup))]

namespace TypedEvents.Package.Tests.Support;

/// <summary>
/// The projects of <c>tests/consumers</c>, two samples, the README's program, and one for each rule that is an error, in a folder outside this repository.
/// They are restored from the packages to a separate, empty package folder. Most tests need them built, all together and once.
/// </summary>
internal sealed class Consumers
{
    /// <summary>The programs in <c>samples</c> that are restored from the packages, too.</summary>
    public static readonly IReadOnlyList<string> Samples = ["Storefront", "Worker"];

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

    /// <summary>The folder to which the packages are restored; empty before.</summary>
    public string RestoredPackages => Path.Combine(Folder, "packages");

    /// <summary>The environment variables for their builds.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The errors and warnings of the build.</summary>
    public IReadOnlyList<Diagnosis> Diagnoses { get; private set; } = [];

    /// <summary>The projects, not restored yet.</summary>
    public static Task<Consumers> LaidAsync() => Laid.Value;

    /// <summary>The projects, built as far as possible.</summary>
    public static Task<Consumers> BuiltAsync() => Built.Value;

    /// <summary>The path of a project's assembly.</summary>
    public string AssemblyOf(string project, string framework = "net10.0") =>
        Path.Combine(Folder, project, "bin", "Debug", framework, project + ".dll");

    /// <summary>The errors and warnings about one project.</summary>
    public IEnumerable<Diagnosis> DiagnosesOf(string project) => Diagnoses.Where(diagnosis => diagnosis.Project == project);

    /// <summary>Deletes the folder, if it was created.</summary>
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
                // A build server may still write to the folder for a moment. It is a temporary folder.
            }
        }
    }

    private static async Task<Consumers> LayAsync()
    {
        PackageFolder packages = await Support.Packages.GetAsync();
        var consumers = new Consumers(Directory.CreateTempSubdirectory("TypedEvents.Consumers.").FullName, packages);
        consumers.CopyProjects();
        consumers.CopySamples();
        ErrorRule.WriteProjects(consumers.Folder);
        FirstEvent.WriteProjects(consumers.Folder);
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
            Assert.Fail($"The console project was not built:\n{result.Output}");
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

    /// <summary>Copies the samples that are users' projects, too: what they reference in this repository becomes a package there.</summary>
    private void CopySamples()
    {
        var versions = XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion")
            .DistinctBy(version => version.Attribute("Include")!.Value)
            .ToDictionary(version => version.Attribute("Include")!.Value, version => version.Attribute("Version")!.Value);
        var props = XDocument.Load(Repository.PathOf("samples", "Directory.Build.props"));
        props.Descendants("Import").Remove();
        foreach (string name in Samples)
        {
            string source = Repository.PathOf("samples", name);
            string target = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
            foreach (string file in (string[])[.. Directory.GetFiles(source, "*.cs"), .. Directory.GetFiles(source, "appsettings*.json")])
            {
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
            }

            var project = XDocument.Load(Path.Combine(source, $"{name}.csproj"));
            foreach (XElement reference in project.Descendants("PackageReference"))
            {
                reference.SetAttributeValue("Version", versions[reference.Attribute("Include")!.Value]);
            }

            foreach (XElement reference in project.Descendants("ProjectReference").ToList())
            {
                reference.ReplaceWith(new XElement(
                    "PackageReference",
                    new XAttribute("Include", Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)),
                    new XAttribute("Version", "$(TypedEventsVersion)")));
            }

            project.Descendants("PropertyGroup").First().Add(new XElement("Nullable", "enable"), new XElement("ImplicitUsings", "enable"), new XElement("TreatWarningsAsErrors", "true"));
            project.Save(Path.Combine(target, $"{name}.csproj"));
            props.Save(Path.Combine(target, "Directory.Build.props"));
        }
    }

    /// <summary>Restores the packages from the folder, and their dependencies from this host's package sources.</summary>
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

    /// <summary>Writes files for which the build also searches the parent folders, so that files there have no effect.</summary>
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

/// <summary>Deletes the consumers' folder after the last test.</summary>
public sealed class ConsumersCleanup : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Consumers.DeleteAsync();
}
