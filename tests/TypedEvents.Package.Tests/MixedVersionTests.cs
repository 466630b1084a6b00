using System.IO.Compression;
using TypedEvents.Emulator;
using TypedEvents.Package.Tests.Support;

namespace TypedEvents.Package.Tests;

/// <summary>A project that mixes versions: a package works with a newer <c>TypedEvents</c>, and NuGet rejects an older one by name.</summary>
public sealed class MixedVersionTests : IDisposable
{
    private const string Older = "0.0.1";
    private const string Newer = "99.0.0";

    private readonly string _folder = Directory.CreateTempSubdirectory("TypedEvents.MixedVersions.").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_older_TypedEvents_is_rejected_and_both_versions_are_named()
    {
        PackageFolder packages = await LayAsync(Older);

        CommandResult result = await DotNetAsync("restore", "-tl:off");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains($"error NU1605: Warning As Error: Detected package downgrade: TypedEvents from {packages.Version} to {Older}", result.Output, StringComparison.Ordinal);
        Assert.Contains($"TypedEvents.Outbox.Sqlite {packages.Version} -> TypedEvents (>= {packages.Version})", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_TypedEvents_works_with_an_older_outbox()
    {
        await LayAsync(Newer);
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);

        (await DotNetAsync("build", "-tl:off", "-v:m", "-nodeReuse:false")).AssertSucceeded();
        CommandResult result = await DotNetAsync(Path.Combine(_folder, "bin", "Debug", "net10.0", "Mixed.dll"), emulator.BaseAddress.ToString());

        result.AssertSucceeded();
        Assert.Equal("sign_up", Assert.Single(emulator.Events).EventName);
    }

    /// <summary>Writes the project of the consumer with the outbox, with a <c>TypedEvents</c> that is the packed one under another version.</summary>
    private async Task<PackageFolder> LayAsync(string version)
    {
        PackageFolder packages = await Packages.GetAsync();
        string feed = Directory.CreateDirectory(Path.Combine(_folder, "feed")).FullName;
        foreach (string id in (string[])["TypedEvents", "TypedEvents.Outbox.Sqlite"])
        {
            File.Copy(packages.FileOf(id), Path.Combine(feed, Path.GetFileName(packages.FileOf(id))));
        }

        string other = Path.Combine(feed, $"TypedEvents.{version}.nupkg");
        File.Copy(packages.FileOf("TypedEvents"), other);
        using (ZipArchive archive = ZipFile.Open(other, ZipArchiveMode.Update))
        {
            ZipArchiveEntry entry = archive.GetEntry("TypedEvents.nuspec")!;
            using Stream stream = entry.Open();
            using var reader = new StreamReader(stream);
            string nuspec = await reader.ReadToEndAsync();
            Assert.Contains($"<version>{packages.Version}</version>", nuspec, StringComparison.Ordinal);
            stream.SetLength(0);
            using var writer = new StreamWriter(stream);
            await writer.WriteAsync(nuspec.Replace($"<version>{packages.Version}</version>", $"<version>{version}</version>", StringComparison.Ordinal));
        }

        await WriteAsync("nuget.config", $"""
            <configuration>
              <packageSources>
                <add key="mixed" value="{feed}" />
              </packageSources>
              <fallbackPackageFolders>
                <clear />
              </fallbackPackageFolders>
            </configuration>
            """);
        foreach (string name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
        {
            await WriteAsync(name, "<Project />");
        }

        File.Copy(Repository.PathOf("tests", "consumers", "DurableOutbox", "Program.cs"), Path.Combine(_folder, "Program.cs"));
        await WriteAsync("Mixed.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">

              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>

              <ItemGroup>
                <PackageReference Include="TypedEvents" Version="{version}" />
                <PackageReference Include="TypedEvents.Outbox.Sqlite" Version="{packages.Version}" />
              </ItemGroup>

            </Project>
            """);
        return packages;
    }

    private Task WriteAsync(string name, string content) => File.WriteAllTextAsync(Path.Combine(_folder, name), content);

    private Task<CommandResult> DotNetAsync(params string[] arguments) =>
        Command.DotNetAsync(_folder, arguments, new Dictionary<string, string> { ["NUGET_PACKAGES"] = Path.Combine(_folder, "packages") });
}
