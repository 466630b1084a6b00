using System.CommandLine;

namespace TypedEvents.Cli;

/// <summary>The arguments and options with which every command of <c>plan</c> finds the application.</summary>
internal sealed class ProjectOptions
{
    private readonly Argument<string[]> _targets = new("project|solution|dll")
    {
        Description = "Projects, solutions, assemblies or folders. Default: the project or solution in this folder.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _configuration = new("--configuration", "-c")
    {
        Description = "The configuration to build.",
        HelpName = "name",
        DefaultValueFactory = _ => "Debug",
    };

    private readonly Option<string?> _framework = new("--framework", "-f")
    {
        Description = "The target framework. Default: the first one.",
        HelpName = "tfm",
    };

    private readonly Option<bool> _noBuild = new("--no-build") { Description = "Read the existing build output." };

    private readonly Option<string?> _lock = new("--lock")
    {
        Description = "The lock file. Default: the nearest typedevents.lock.json at or above the project.",
        HelpName = "path",
    };

    /// <summary>Adds the options, and the argument unless the command's own arguments name the application.</summary>
    public void AddTo(Command command, bool hasLock = false, bool hasTargets = true)
    {
        if (hasTargets)
        {
            command.Add(_targets);
        }

        command.Add(_configuration);
        command.Add(_framework);
        command.Add(_noBuild);
        if (hasLock)
        {
            command.Add(_lock);
        }
    }

    /// <summary>The projects, solutions, assemblies and folders that were given.</summary>
    public string[] TargetsOf(ParseResult parsed) => parsed.GetValue(_targets) ?? [];

    /// <summary>
    /// Tells an event from a target where the command takes both: a target has the ending of a project, a solution or an assembly, or a slash,
    /// which no event's name has. A folder is written as <c>./orders</c>; its name is enough where there is no project whose event could be meant.
    /// </summary>
    public (string? Event, string[] Targets) Split(ParseResult parsed, string? first, ToolContext context)
    {
        string[] others = TargetsOf(parsed);
        return first is not null && (BuildOutput.IsTarget(first) || first.Contains('/', StringComparison.Ordinal) || first.Contains('\\', StringComparison.Ordinal) || first is "." or ".." || IsFolder())
            ? (null, [first, .. others])
            : (first, others);

        bool IsFolder() => others.Length == 0 && !BuildOutput.HasProject(context.Folder) && Directory.Exists(context.Resolve(first));
    }

    /// <summary>Reads the application's plan, from its build.</summary>
    public async Task<ApplicationPlan> ReadAsync(ParseResult parsed, IReadOnlyList<string> targets, ToolContext context, CancellationToken cancellationToken)
    {
        var choice = new BuildChoice(parsed.GetValue(_configuration)!, parsed.GetValue(_framework), !parsed.GetValue(_noBuild));
        IReadOnlyList<string> assemblies = await BuildOutput.FindAsync(targets, choice, context, cancellationToken);
        return ApplicationPlan.Read(assemblies, cancellationToken);
    }

    /// <summary>The path of the lock file: that of the nearest one, or where one belongs.</summary>
    public string FindLock(ParseResult parsed, IReadOnlyList<string> targets, ToolContext context)
    {
        if (parsed.GetValue(_lock) is { } given)
        {
            return context.Resolve(given);
        }

        string path = targets.Count == 0 ? context.Folder : context.Resolve(targets[0]);
        if (!Path.Exists(path))
        {
            throw new ToolException($"There is no file '{context.Show(path)}'.");
        }

        return LockFile.FindNearest(Directory.Exists(path) ? path : Path.GetDirectoryName(path)!)
            ?? Path.Combine(BuildOutput.FindRoot(targets, context), LockFile.Name);
    }
}
