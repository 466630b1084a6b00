using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>Packs all packages, as they are published.</summary>
internal static class PackCommand
{
    public static Command Create()
    {
        var folder = new Argument<string?>("folder")
        {
            Description = "Where the packages go. Default: artifacts/packages. Packages that are there are deleted.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var version = new Option<string?>("--version")
        {
            Description = "The version of all packages. Default: from the last tag (v1.2.3), and 0.1.0 until there is one.",
        };
        var baseline = new Option<string?>("--baseline")
        {
            Description = "The release whose public API the packages are compared with. Default: the last tag before this commit; none until there is one.",
        };
        var source = new Option<string?>("--baseline-source")
        {
            Description = "A folder with the packages of that release, if nuget.org doesn't have them.",
        };
        var command = new Command("pack", "Packs all packages, as they are published.") { folder, version, baseline, source };
        command.SetAction(result => RunAsync(
            Path.GetFullPath(result.GetValue(folder) ?? Repository.Packages),
            result.GetValue(version),
            result.GetValue(baseline),
            result.GetValue(source)));
        return command;
    }

    public static async Task RunAsync(string folder, string? version = null, string? baseline = null, string? baselineSource = null)
    {
        baseline ??= await LastReleaseAsync();
        DeletePackages(folder);

        List<string> arguments =
        [
            "pack", Path.Combine("src", "Packages.proj"), "-c", "Release", "-tl:off", "-v:q", "-warnaserror", $"-p:PackageOutputPath={folder}",
        ];
        if (version is not null)
        {
            arguments.Add($"-p:MinVerVersionOverride={version}");
        }

        if (baseline is not null)
        {
            arguments.Add($"-p:LastRelease={baseline}");
        }

        if (baselineSource is not null)
        {
            arguments.Add($"-p:RestoreAdditionalProjectSources={Path.GetFullPath(baselineSource)}");
        }

        await Shell.RunAsync("dotnet", arguments);
    }

    /// <summary>Deletes this repository's packages of an earlier run, and no other file: the folder may be any, such as the repository itself or a user's home.</summary>
    internal static void DeletePackages(string folder)
    {
        if (Directory.Exists(folder))
        {
            foreach (string package in Directory.EnumerateFiles(folder).Where(file => Path.GetFileName(file).StartsWith("TypedEvents.", StringComparison.Ordinal) && Path.GetExtension(file) is ".nupkg" or ".snupkg"))
            {
                File.Delete(package);
            }
        }
    }

    /// <summary>The version of the last tag before this commit, or <see langword="null"/>, also where git or its history is missing.</summary>
    private static async Task<string?> LastReleaseAsync()
    {
        if (!Shell.Has("git"))
        {
            return null;
        }

        string? tag = null;
        int code = await Shell.TryRunAsync("git", ["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "--exclude", "*-*", "HEAD~1"], line => tag ??= line);
        return code == 0 ? tag?.TrimStart('v') : null;
    }
}
