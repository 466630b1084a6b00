using System.CommandLine;

namespace TypedEvents.Cli;

/// <summary>The options with which every command of <c>plan</c> finds the application.</summary>
internal sealed class ProjectOptions
{
    public Option<string[]> Project { get; } = new("--project", "-p")
    {
        Description = "A project, solution, folder or assembly. Default: the project or solution in this folder.",
        HelpName = "path",
        AllowMultipleArgumentsPerToken = false,
    };

    public Option<string> Configuration { get; } = new("--configuration", "-c")
    {
        Description = "The configuration to build.",
        HelpName = "name",
        DefaultValueFactory = _ => "Debug",
    };

    public Option<string?> Framework { get; } = new("--framework", "-f")
    {
        Description = "The target framework. Default: the first one.",
        HelpName = "tfm",
    };

    public Option<bool> NoBuild { get; } = new("--no-build") { Description = "Read what is built already." };

    public Option<string?> Lock { get; } = new("--lock")
    {
        Description = "The lock file. Default: the nearest typedevents.lock.json at or above the project.",
        HelpName = "path",
    };

    public void AddTo(Command command, bool hasLock = false)
    {
        command.Add(Project);
        command.Add(Configuration);
        command.Add(Framework);
        command.Add(NoBuild);
        if (hasLock)
        {
            command.Add(Lock);
        }
    }

    /// <summary>Reads the application's plan, from its build.</summary>
    public async Task<ApplicationPlan> ReadAsync(ParseResult parsed, ToolContext context, CancellationToken cancellationToken) =>
        await ReadAsync(parsed, parsed.GetValue(Project) ?? [], context, cancellationToken);

    public async Task<ApplicationPlan> ReadAsync(ParseResult parsed, IReadOnlyList<string> targets, ToolContext context, CancellationToken cancellationToken)
    {
        var choice = new BuildChoice(parsed.GetValue(Configuration)!, parsed.GetValue(Framework), !parsed.GetValue(NoBuild));
        return ApplicationPlan.Read(await BuildOutput.FindAsync(targets, choice, context, cancellationToken), cancellationToken);
    }

    /// <summary>The path of the lock file: that of the nearest one, or where one belongs.</summary>
    public string FindLock(ParseResult parsed, ToolContext context)
    {
        if (parsed.GetValue(Lock) is { } given)
        {
            return context.Resolve(given);
        }

        string[] targets = parsed.GetValue(Project) ?? [];
        string path = targets.Length == 0 ? context.Folder : context.Resolve(targets[0]);
        for (DirectoryInfo? current = new(Directory.Exists(path) ? path : Path.GetDirectoryName(path)!); current is not null; current = current.Parent)
        {
            string candidate = Path.Combine(current.FullName, LockFile.Name);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return Path.Combine(BuildOutput.FindRoot(targets, context), LockFile.Name);
    }
}
