using System.Text.Json;
using System.Text.RegularExpressions;

namespace TypedEvents.Cli;

/// <summary>How the assemblies of projects are found.</summary>
/// <param name="Configuration">The configuration to build.</param>
/// <param name="Framework">The target framework; <see langword="null"/> for the first of several.</param>
/// <param name="Builds">Whether the projects are built first.</param>
internal sealed record BuildChoice(string Configuration, string? Framework, bool Builds);

/// <summary>Finds the assemblies of projects, solutions and folders, by asking MSBuild; nothing is added to a project, and it isn't run.</summary>
internal static partial class BuildOutput
{
    /// <summary>Finds the assemblies.</summary>
    /// <param name="targets">Projects, solutions, folders or assemblies; none for what is in the context's folder.</param>
    /// <param name="choice">How.</param>
    /// <param name="context">The process.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>Full paths.</returns>
    /// <exception cref="ToolException">There is no or no single project, it wasn't built, or its build failed.</exception>
    public static async Task<IReadOnlyList<string>> FindAsync(IReadOnlyList<string> targets, BuildChoice choice, ToolContext context, CancellationToken cancellationToken)
    {
        List<string> assemblies = [];
        foreach (string target in targets.Count == 0 ? ["."] : targets)
        {
            string path = context.Resolve(target);
            string file = Directory.Exists(path) ? FindIn(path, context) : path;
            if (IsAssembly(file))
            {
                assemblies.Add(file);
            }
            else if (!File.Exists(file))
            {
                throw new ToolException($"There is no file '{context.Show(file)}'.");
            }
            else if (IsSolution(file))
            {
                assemblies.AddRange(await OfSolutionAsync(file, choice, context, cancellationToken));
            }
            else if (IsProject(file))
            {
                assemblies.Add(await OfProjectAsync(file, choice, context, cancellationToken)
                    ?? throw new ToolException($"'{context.Show(file)}' has no assembly."));
            }
            else
            {
                throw new ToolException($"'{context.Show(file)}' is neither a project, a solution nor an assembly.");
            }
        }

        return assemblies;
    }

    /// <summary>The folder that a lock file of these targets belongs to, where there is none yet: that of the solution or the repository.</summary>
    public static string FindRoot(IReadOnlyList<string> targets, ToolContext context)
    {
        string path = targets.Count == 0 ? context.Folder : context.Resolve(targets[0]);
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        for (DirectoryInfo? current = new(folder); current is not null; current = current.Parent)
        {
            // In a worktree and in a submodule .git is a file.
            if (Path.Exists(Path.Combine(current.FullName, ".git")) || (current.Exists && current.EnumerateFiles().Any(file => IsSolution(file.Name))))
            {
                return current.FullName;
            }
        }

        return folder;
    }

    /// <summary>Whether a folder has a project or a solution.</summary>
    public static bool HasProject(string folder) => Directory.EnumerateFiles(folder).Any(file => IsProject(file) || IsSolution(file));

    /// <summary>Whether a name is that of a project, a solution or an assembly, by its ending.</summary>
    public static bool IsTarget(string name) => IsAssembly(name) || IsProject(name) || IsSolution(name);

    public static bool IsAssembly(string path) => Path.GetExtension(path).ToLowerInvariant() is ".dll" or ".exe";

    private static bool IsProject(string path) => Path.GetExtension(path).ToLowerInvariant() is ".csproj" or ".fsproj" or ".vbproj";

    private static bool IsSolution(string path) => Path.GetExtension(path).ToLowerInvariant() is ".sln" or ".slnx";

    private static string FindIn(string folder, ToolContext context)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        string[] projects = [.. files.Where(IsProject)];
        string[] found = projects.Length > 0 ? projects : [.. files.Where(IsSolution)];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new ToolException($"There is no project and no solution in '{context.Show(folder)}'. Name a project, a solution or an assembly."),
            _ => throw new ToolException($"There are several {(projects.Length > 0 ? "projects" : "solutions")} in '{context.Show(folder)}': {string.Join(", ", found.Select(Path.GetFileName))}. Name one of them, or all that belong to the application."),
        };
    }

    private static async Task<IEnumerable<string>> OfSolutionAsync(string solution, BuildChoice choice, ToolContext context, CancellationToken cancellationToken)
    {
        string folder = Path.GetDirectoryName(solution)!;
        string[] projects = [.. ProjectPath().Matches(await File.ReadAllTextAsync(solution, cancellationToken))
            .Select(match => Path.GetFullPath(match.Groups["path"].Value.Replace('\\', '/'), folder))
            .Where(IsProject).Where(File.Exists).Distinct(StringComparer.Ordinal)];
        if (projects.Length == 0)
        {
            throw new ToolException($"'{context.Show(solution)}' has no projects.");
        }

        if (choice.Builds)
        {
            await BuildAsync(solution, choice, context, cancellationToken);
        }

        var found = new string?[projects.Length];
        await context.WorkAsync($"Asking MSBuild for the assemblies of {projects.Length} projects", async () =>
        {
            await Parallel.ForAsync(0, projects.Length, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (index, token) =>
                (found[index], _) = await FindAssemblyAsync(projects[index], choice, context, token));
            return found;
        });
        for (int index = 0; index < projects.Length; index++)
        {
            // A solution can leave projects out of a configuration. Without a build, a missing assembly would be missing events.
            if (found[index] is { } path && !File.Exists(path))
            {
                found[index] = choice.Builds ? null : throw NotBuilt(projects[index], path, context);
            }
        }

        return found.OfType<string>();
    }

    private static async Task<string?> OfProjectAsync(string project, BuildChoice choice, ToolContext context, CancellationToken cancellationToken)
    {
        (string? path, string? framework) = await context.WorkAsync(
            $"Asking MSBuild for the assembly of {context.Show(project)}",
            () => FindAssemblyAsync(project, choice, context, cancellationToken));
        if (choice.Builds)
        {
            await BuildAsync(project, choice with { Framework = framework }, context, cancellationToken);
        }

        return path is null || File.Exists(path) ? path : throw NotBuilt(project, path, context);
    }

    /// <summary>Where a project's assembly is, built or not, and the framework to build: that of the choice, or the first one of several.</summary>
    private static async Task<(string? Path, string? Framework)> FindAssemblyAsync(string project, BuildChoice choice, ToolContext context, CancellationToken cancellationToken)
    {
        string? framework = choice.Framework;
        Dictionary<string, string> properties = await PropertiesAsync(project, choice, framework, context, cancellationToken);
        if (framework is null && properties["TargetFramework"].Length == 0 && properties["TargetFrameworks"].Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [string first, ..])
        {
            framework = first;
            properties = await PropertiesAsync(project, choice, framework, context, cancellationToken);
        }

        return (properties["TargetPath"] is { Length: > 0 } path ? path : null, framework);
    }

    private static ToolException NotBuilt(string project, string path, ToolContext context) =>
        new($"'{context.Show(project)}' isn't built: there is no '{context.Show(path)}'. Build it, or leave out --no-build.");

    private static async Task BuildAsync(string file, BuildChoice choice, ToolContext context, CancellationToken cancellationToken)
    {
        // The tool compares with the lock file itself: where warnings are errors, a change could be neither reported nor accepted otherwise.
        List<string> arguments = ["build", file, "--configuration", choice.Configuration, "-v:q", "-nologo", "-tl:off", "-p:TypedEventsLockFile=none"];
        if (choice.Framework is not null)
        {
            arguments.AddRange(["--framework", choice.Framework]);
        }

        (int exitCode, string output, string error) = await context.WorkAsync(
            $"Building {context.Show(file)}",
            () => ChildProcess.RunAsync("dotnet", arguments, Path.GetDirectoryName(file)!, cancellationToken));
        if (exitCode != 0)
        {
            string[] lines = [.. (output + error).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
            string? reason = Array.Find(lines, line => line.Contains("error ", StringComparison.OrdinalIgnoreCase)) ?? lines.FirstOrDefault();
            throw new ToolException($"The build of '{context.Show(file)}' failed: {reason ?? $"exit code {exitCode}"}");
        }
    }

    private static async Task<Dictionary<string, string>> PropertiesAsync(
        string project, BuildChoice choice, string? framework, ToolContext context, CancellationToken cancellationToken)
    {
        string[] names = ["TargetPath", "TargetFramework", "TargetFrameworks"];
        List<string> arguments = ["msbuild", project, $"-getProperty:{string.Join(',', names)}", $"-p:Configuration={choice.Configuration}"];
        if (framework is not null)
        {
            arguments.Add($"-p:TargetFramework={framework}");
        }

        (int exitCode, string output, string error) = await ChildProcess.RunAsync("dotnet", arguments, Path.GetDirectoryName(project)!, cancellationToken);
        int begin = output.IndexOf('{', StringComparison.Ordinal);
        if (exitCode != 0 || begin < 0)
        {
            string reason = (output + error).Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Length > 0) ?? $"exit code {exitCode}";
            throw new ToolException($"MSBuild can't read '{context.Show(project)}': {reason}");
        }

        using JsonDocument document = JsonDocument.Parse(output.AsMemory(begin));
        JsonElement properties = document.RootElement.GetProperty("Properties");
        return names.ToDictionary(name => name, name => properties.GetProperty(name).GetString() ?? "");
    }

    /// <summary>Paths of projects, as both kinds of solution have them: in quotation marks.</summary>
    [GeneratedRegex("\"(?<path>[^\"]+\\.(cs|fs|vb)proj)\"")]
    private static partial Regex ProjectPath();
}
