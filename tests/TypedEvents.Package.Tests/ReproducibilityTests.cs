using TypedEvents.Package.Tests.Support;

namespace TypedEvents.Package.Tests;

/// <summary>
/// Packing the same commit produces the same files, wherever it is done. The test takes a minute, so only <c>eng/publishes</c> runs it.
/// </summary>
[Collection(PublishTests.OneAtATime)]
public sealed class ReproducibilityTests
{
    [Fact(Explicit = true)]
    public async Task Packing_in_another_folder_produces_identical_assemblies_and_symbols()
    {
        PackageFolder packages = await Packages.GetAsync();
        string copy = Directory.CreateTempSubdirectory("TypedEvents.Copy.").FullName;
        try
        {
            await Repository.CopyToAsync(copy, "src", "generators", "schemas");
            (await Command.DotNetAsync(copy, ["run", "--project", "eng", "--", "pack"])).AssertSucceeded();
            var others = new PackageFolder(Path.Combine(copy, "artifacts", "packages"));

            int compared = 0;
            foreach ((string id, string kind) in packages.Ids.SelectMany(id => new[] { (id, "nupkg"), (id, "snupkg") }))
            {
                foreach (string entry in packages.Entries(id, kind).Where(entry => Path.GetExtension(entry) is ".dll" or ".pdb" or ".xml"))
                {
                    Assert.True(packages.Read(id, entry, kind).AsSpan().SequenceEqual(others.Read(id, entry, kind)), $"{entry} of {id} differs.");
                    compared++;
                }
            }

            Figures.Note($"packed in another folder: {compared} files are identical, byte for byte");
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }
}
