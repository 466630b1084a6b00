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
            if (Directory.Exists(Path.Combine(current.FullName, ".git")) || (current.Exists && current.EnumerateFiles().Any(file => IsSolution(file.Name))))
            {
                return current.FullName;
            }
        }

        return folder;
    }

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
            _ => throw new ToolException($"There are several in '{context.Show(folder)}': {string.Join(", ", found.Select(Path.GetFileName))}. Name one of them."),
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

        List<string> assemblies = [];
        foreach (string project in projects)
        {
            if (await OfProjectAsync(project, choice with { Builds = false }, context, cancellationToken) is { } assembly)
            {
                assemblies.Add(assembly);
            }
        }

        return assemblies;
    }

    private static async Task<string?> OfProjectAsync(string project, BuildChoice choice, ToolContext context, CancellationToken cancellationToken)
    {
        string? framework = choice.Framework;
        if (framework is null)
        {
            Dictionary<string, string> declared = await PropertiesAsync(project, ["TargetFramework", "TargetFrameworks"], choice, null, context, cancellationToken);
            framework = declared["TargetFramework"].Length == 0 ? declared["TargetFrameworks"].Split(';', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() : null;
        }

        if (choice.Builds)
        {
            await BuildAsync(project, choice with { Framework = framework }, context, cancellationToken);
        }

        string path = (await PropertiesAsync(project, ["TargetPath", "TargetFramework"], choice, framework, context, cancellationToken))["TargetPath"];
        if (path.Length == 0)
        {
            return null;
        }

        return File.Exists(path)
            ? path
            : throw new ToolException($"'{context.Show(project)}' isn't built: there is no '{context.Show(path)}'. Build it, or leave out --no-build.");
    }

    private static async Task BuildAsync(string file, BuildChoice choice, ToolContext context, CancellationToken cancellationToken)
    {
        List<string> arguments = ["build", file, "--configuration", choice.Configuration, "-v:q", "-nologo", "-tl:off"];
        if (choice.Framework is not null)
        {
            arguments.AddRange(["--framework", choice.Framework]);
        }

        (int exitCode, string output, string error) = await ChildProcess.RunAsync("dotnet", arguments, Path.GetDirectoryName(file)!, cancellationToken);
        if (exitCode != 0)
        {
            string[] errors = [.. (output + error).Split('\n').Select(line => line.Trim()).Where(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)).Distinct()];
            throw new ToolException($"The build of '{context.Show(file)}' failed: {errors.FirstOrDefault() ?? $"exit code {exitCode}"}");
        }
    }

    private static async Task<Dictionary<string, string>> PropertiesAsync(
        string project, string[] names, BuildChoice choice, string? framework, ToolContext context, CancellationToken cancellationToken)
    {
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
