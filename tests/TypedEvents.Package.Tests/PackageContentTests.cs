using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;
using TypedEvents.Package.Tests.Support;

namespace TypedEvents.Package.Tests;

/// <summary>
/// The content of each package. <c>Entries</c> has a file for each package, with its entries and dependencies; with
/// <c>UPDATE_BASELINES=1</c> these tests rewrite them.
/// </summary>
public sealed class PackageContentTests
{
    private const string RepositoryAddress = "https://github.com/typedevents/typedevents";

    /// <summary>The token of <c>eng/TypedEvents.snk</c>. It is part of every assembly's identity and never changes.</summary>
    private const string PublicKeyToken = "0060bba2c36107b4";

    /// <summary>The kind of the portable PDB record that locates sources.</summary>
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    private static readonly string Expected = Repository.PathOf("tests", "TypedEvents.Package.Tests", "Entries");

    /// <summary>Every package: a project of <c>src</c>.</summary>
    public static TheoryData<string> Ids =>
    [
        .. Directory.EnumerateDirectories(Repository.PathOf("src")).Select(folder => Path.GetFileName(folder)!)
            .Where(id => !File.ReadAllText(Repository.PathOf("src", id, id + ".csproj")).Contains("<IsPackable>false", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The packages that applications reference. A tool has no API.</summary>
    public static TheoryData<string> Libraries =>
        [.. Ids.Select(row => row.Data).Where(id => !File.ReadAllText(Repository.PathOf("src", id, id + ".csproj")).Contains("<PackAsTool>true", StringComparison.Ordinal))];

    [Fact]
    public async Task There_is_a_package_for_each_project_of_src_and_all_have_one_version()
    {
        PackageFolder packages = await Packages.GetAsync();

        Assert.Equal(Ids.Select(row => row.Data), packages.Ids);
        Assert.All(Directory.EnumerateFiles(packages.Path), file => Assert.Contains($".{packages.Version}.", file, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_package_contains_the_listed_entries_and_dependencies(string id)
    {
        PackageFolder packages = await Packages.GetAsync();
        string actual = string.Concat(
        [
            .. packages.Entries(id).Select(entry => entry + "\n"),
            .. packages.Entries(id, "snupkg").Where(entry => entry.EndsWith(".pdb", StringComparison.Ordinal)).Select(entry => $"symbols: {entry}\n"),
            .. Nuspec(packages, id).Descendants().Where(element => element.Name.LocalName is "dependency" or "frameworkReference")
                .Select(element => $"{element.Parent!.Attribute("targetFramework")!.Value} needs {element.Attribute("id")?.Value ?? element.Attribute("name")!.Value} {element.Attribute("version")?.Value.Replace(packages.Version, "{version}", StringComparison.Ordinal)}".TrimEnd() + "\n"),
        ]);
        string file = Path.Combine(Expected, id + ".txt");
        if (Repository.IsUpdating)
        {
            await File.WriteAllTextAsync(file, actual, TestContext.Current.CancellationToken);
        }

        string expected = File.Exists(file) ? Repository.Read(file) : "";
        Assert.True(expected == actual, $"""
            {id} differs from Entries/{id}.txt; users get what is in the package.
            more:
            {string.Join('\n', actual.Split('\n').Except(expected.Split('\n')))}
            less:
            {string.Join('\n', expected.Split('\n').Except(actual.Split('\n')))}
            If that is meant to be, run the tests once with UPDATE_BASELINES=1 and read the diff.
            """);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_package_has_complete_metadata(string id)
    {
        PackageFolder packages = await Packages.GetAsync();
        XElement metadata = Nuspec(packages, id).Root!.Elements().Single();
        string? Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;

        Assert.Equal(id, Value("id"));
        Assert.Equal("MIT", Value("license"));
        Assert.Equal("README.md", Value("readme"));
        Assert.Equal("icon.png", Value("icon"));
        Assert.NotEmpty(Value("authors")!);
        Assert.True(Value("description")!.Length > 30, "The description is too short.");
        Assert.Contains("EngageLab", Value("tags"), StringComparison.Ordinal);
        Assert.StartsWith($"# {id}\n", Encoding.UTF8.GetString(packages.Read(id, "README.md")), StringComparison.Ordinal);
        Assert.Equal("PNG"u8.ToArray(), packages.Read(id, "icon.png")[1..4]);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_debugger_can_find_the_sources_of_an_assembly(string id)
    {
        PackageFolder packages = await Packages.GetAsync();
        XElement metadata = Nuspec(packages, id).Root!.Elements().Single();
        XElement repository = metadata.Elements().Single(element => element.Name.LocalName == "repository");
        string commit = repository.Attribute("commit")!.Value;

        Assert.Equal(RepositoryAddress, repository.Attribute("url")!.Value);
        Assert.Equal(RepositoryAddress, metadata.Elements().Single(element => element.Name.LocalName == "projectUrl").Value);
        Assert.Matches("^[0-9a-f]{40}$", commit);
        Assert.All(AssembliesOf(packages, id), entry =>
        {
            using var assembly = new PEReader(new MemoryStream(packages.Read(id, entry)));
            using MetadataReaderProvider symbols = SymbolsOf(packages, id, entry, assembly);
            MetadataReader reader = symbols.GetMetadataReader();
            CustomDebugInformation link = Assert.Single(
                reader.GetCustomDebugInformation(EntityHandle.ModuleDefinition).Select(reader.GetCustomDebugInformation),
                information => reader.GetGuid(information.Kind) == SourceLink);
            Assert.Equal(
                $$$"""{"documents":{"/_/*":"https://raw.githubusercontent.com/typedevents/typedevents/{{{commit}}}/*"}}""",
                Encoding.UTF8.GetString(reader.GetBlobBytes(link.Value)));
        });
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task An_assembly_is_reproducible_and_contains_no_paths_of_the_build_host(string id)
    {
        PackageFolder packages = await Packages.GetAsync();

        Assert.All(AssembliesOf(packages, id), entry =>
        {
            using var assembly = new PEReader(new MemoryStream(packages.Read(id, entry)));
            Assert.Contains(assembly.ReadDebugDirectory(), item => item.Type == DebugDirectoryEntryType.Reproducible);
            Assert.DoesNotContain(Repository.Root, Encoding.Latin1.GetString(packages.Read(id, entry)), StringComparison.Ordinal);
            using MetadataReaderProvider symbols = SymbolsOf(packages, id, entry, assembly);
            MetadataReader reader = symbols.GetMetadataReader();
            Assert.All(reader.Documents, handle => Assert.StartsWith("/_", reader.GetString(reader.GetDocument(handle).Name), StringComparison.Ordinal));
        });
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task An_assembly_has_the_repositorys_strong_name_and_references_only_strong_names(string id)
    {
        PackageFolder packages = await Packages.GetAsync();

        Assert.All(AssembliesOf(packages, id), entry =>
        {
            using var assembly = new PEReader(new MemoryStream(packages.Read(id, entry)));
            MetadataReader reader = assembly.GetMetadataReader();
            Assert.Equal(PublicKeyToken, Convert.ToHexStringLower(reader.GetAssemblyDefinition().GetAssemblyName().GetPublicKeyToken()!));
            Assert.True(assembly.PEHeaders.CorHeader!.Flags.HasFlag(CorFlags.StrongNameSigned), $"{entry} has a public key, but no signature.");
            Assert.All(reader.AssemblyReferences.Select(reader.GetAssemblyReference), reference =>
                Assert.True(!reference.PublicKeyOrToken.IsNil, $"{entry} refers to {reader.GetString(reference.Name)}, which has no strong name."));
        });
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Symbols_belong_to_their_assembly(string id)
    {
        PackageFolder packages = await Packages.GetAsync();

        Assert.All(AssembliesOf(packages, id), entry =>
        {
            using var assembly = new PEReader(new MemoryStream(packages.Read(id, entry)));
            using MetadataReaderProvider symbols = SymbolsOf(packages, id, entry, assembly);
            DebugDirectoryEntry link = assembly.ReadDebugDirectory().Single(item => item.Type == DebugDirectoryEntryType.CodeView);
            Assert.Equal(assembly.ReadCodeViewDebugDirectoryData(link).Guid, new BlobContentId(symbols.GetMetadataReader().DebugMetadataHeader!.Id).Guid);
        });
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Every_public_type_is_documented(string id)
    {
        PackageFolder packages = await Packages.GetAsync();

        Assert.All(packages.Entries(id).Where(entry => entry.StartsWith("lib/", StringComparison.Ordinal) && entry.EndsWith(".dll", StringComparison.Ordinal)), entry =>
        {
            using var assembly = new PEReader(new MemoryStream(packages.Read(id, entry)));
            MetadataReader reader = assembly.GetMetadataReader();
            string documentation = Encoding.UTF8.GetString(packages.Read(id, Path.ChangeExtension(entry, "xml")));
            foreach (TypeDefinition type in reader.TypeDefinitions.Select(reader.GetTypeDefinition).Where(type => (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public))
            {
                Assert.Contains($"\"T:{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}\"", documentation, StringComparison.Ordinal);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Packing_a_package_validates_that_its_frameworks_are_compatible(string id)
    {
        PackageFolder packages = await Packages.GetAsync();
        string project = Repository.PathOf("src", id, id + ".csproj");

        CommandResult setting = await Command.DotNetAsync(Repository.Root, ["msbuild", project, "-p:Configuration=Release", "-getProperty:EnablePackageValidation"]);

        Assert.Equal("true", setting.AssertSucceeded().Output.Trim());
        Assert.True(File.Exists(Repository.PathOf("src", id, "obj", "Release", "Microsoft.NET.ApiCompat.ValidatePackage.semaphore")), $"{packages.FileOf(id)} was not validated.");
    }

    /// <summary>The assemblies that are built here; a tool also brings those that it uses.</summary>
    private static IEnumerable<string> AssembliesOf(PackageFolder packages, string id) =>
        packages.Entries(id).Where(entry => entry.EndsWith(".dll", StringComparison.Ordinal) && Path.GetFileName(entry).StartsWith("TypedEvents", StringComparison.Ordinal));

    private static XDocument Nuspec(PackageFolder packages, string id) => XDocument.Load(new MemoryStream(packages.Read(id, id + ".nuspec")));

    /// <summary>A library's symbols are in the symbol package; those of the compiler extensions are embedded in the assembly.</summary>
    private static MetadataReaderProvider SymbolsOf(PackageFolder packages, string id, string entry, PEReader assembly)
    {
        foreach (DebugDirectoryEntry item in assembly.ReadDebugDirectory().Where(item => item.Type == DebugDirectoryEntryType.EmbeddedPortablePdb))
        {
            return assembly.ReadEmbeddedPortablePdbDebugDirectoryData(item);
        }

        return MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(packages.Read(id, Path.ChangeExtension(entry, "pdb"), "snupkg")));
    }
}
