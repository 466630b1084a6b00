using System.CommandLine;
using System.Text;

namespace TypedEvents.Cli;

/// <content>The commands about changes of the plan.</content>
internal static partial class PlanCommands
{
    private static readonly string[] ReportFormats = ["text", "json", "markdown", "github", "msbuild"];

    private static Option<string> FailOnOption(string description)
    {
        var option = new Option<string>("--fail-on") { Description = description, HelpName = "breaking|risky|any", DefaultValueFactory = _ => "breaking" };
        option.AcceptOnlyFromAmong("breaking", "risky", "any");
        return option;
    }

    private static Command Diff(ToolContext context)
    {
        var options = new ProjectOptions();
        var first = new Argument<string?>("old") { Description = "A plan file, a file of a commit such as main:typedevents.lock.json, or a build. Default: the lock file.", Arity = ArgumentArity.ZeroOrOne };
        var second = new Argument<string?>("new") { Description = "The same. A build is a project, a solution, an assembly or a folder. Default: the build of this folder.", Arity = ArgumentArity.ZeroOrOne };
        Option<string> failOn = FailOnOption("The level from which changes give exit code 1.");
        Option<string> format = FormatOption(ReportFormats);
        var command = new Command("diff", "Compares two plans from the point of view of readers of the events.") { first, second, failOn, format };
        options.AddTo(command, hasLock: true, hasTargets: false);
        var output = new OutputOption(command);
        command.SetAction(output.To(context, async (parsed, to, cancellationToken) =>
        {
            PlanSettings settings = PlanSettings.Read(to.Folder);
            (string? before, string? after) = (parsed.GetValue(first), parsed.GetValue(second));
            if (before is not null && after is null && IsBuild(before))
            {
                // One build alone is what is new.
                (before, after) = (null, before);
            }

            (TrackingPlan old, UsageReport? oldUsages) = await ReadSideAsync(before ?? options.FindLock(parsed, after is null || !IsBuild(after) ? [] : [after], to), parsed, cancellationToken);
            (TrackingPlan now, UsageReport? usages) = await ReadSideAsync(after ?? ".", parsed, cancellationToken);
            HashSet<string> neverTracked = oldUsages is null ? [] : [.. old.Events.Keys.Where(name => !oldUsages.IsTracked(name))];
            IEnumerable<Finding> findings = PlanDiff.Compare(old, now, new DiffFacts { NeverTracked = neverTracked, Settings = settings });
            var report = new FindingsReport("plan diff", [.. Complete(findings, usages, to)]);
            await WriteAsync(report, parsed.GetValue(format)!, to);
            return report.Fails(ParseFailOn(parsed.GetValue(failOn)!)) ? ExitCodes.Found : ExitCodes.Done;
        }));
        return command;

        bool IsBuild(string name) => BuildOutput.IsTarget(name) || Directory.Exists(context.Resolve(name));

        async Task<(TrackingPlan Plan, UsageReport? Usages)> ReadSideAsync(string name, ParseResult parsed, CancellationToken cancellationToken)
        {
            string path = context.Resolve(name);
            if (IsBuild(name))
            {
                using ApplicationPlan application = await options.ReadAsync(parsed, [name], context, cancellationToken);
                return (application.Plan, UsageScanner.Scan(application.Assemblies, application.Plan, cancellationToken));
            }

            // A drive letter is no commit.
            int colon = name.IndexOf(':', StringComparison.Ordinal);
            if (colon > 1 && !File.Exists(path))
            {
                string reference = name[..colon];
                string file = context.Resolve(name[(colon + 1)..]);
                string content = await GitFile.ReadAsync(reference, file, cancellationToken)
                    ?? throw new ToolException($"{reference} has no file '{context.Show(file)}'.");
                return (PlanReader.Parse(Encoding.UTF8.GetBytes(content), name), null);
            }

            return (ReadPlanFile(path, context), null);
        }
    }

    private static Command Check(ToolContext context)
    {
        var options = new ProjectOptions();
        var baseReference = new Option<string?>("--base-ref") { Description = "Compare with the lock file of this commit as well, such as the target branch of a pull request.", HelpName = "commit" };
        Option<string> failOn = FailOnOption("The level from which lint, and changes since --base-ref, give exit code 1.");
        Option<string> format = FormatOption(ReportFormats);
        var command = new Command("check", "Checks that the lock file is up to date and that no reader of the events breaks. For CI.") { baseReference, failOn, format };
        options.AddTo(command, hasLock: true);
        var output = new OutputOption(command);
        command.SetAction(output.To(context, async (parsed, to, cancellationToken) =>
        {
            string[] targets = options.TargetsOf(parsed);
            string lockPath = options.FindLock(parsed, targets, context);
            if (!File.Exists(lockPath))
            {
                throw new ToolException($"There is no '{context.Show(lockPath)}'. Write it with 'typedevents plan accept', and commit it.");
            }

            PlanSettings settings = PlanSettings.Read(Path.GetDirectoryName(lockPath)!);
            TrackingPlan locked = ReadPlanFile(lockPath, context);
            TrackingPlan? older = null;
            if (parsed.GetValue(baseReference) is { } reference)
            {
                string? content = await GitFile.ReadAsync(reference, lockPath, cancellationToken);
                older = content is null ? TrackingPlan.Empty : PlanReader.Parse(Encoding.UTF8.GetBytes(content), $"{reference}:{context.Show(lockPath)}");
            }

            using ApplicationPlan application = await options.ReadAsync(parsed, targets, context, cancellationToken);
            UsageReport usages = UsageScanner.Scan(application.Assemblies, application.Plan, cancellationToken);
            var facts = new DiffFacts { Settings = settings };
            List<Finding> findings = [];
            IReadOnlyList<Finding> sinceLock = PlanDiff.Compare(locked, application.Plan, facts);
            bool isOutdated = LockFile.IsOutdated(locked, application.Plan);
            findings.AddRange(older is null ? sinceLock : LockFile.WithReasons(PlanDiff.Compare(older, application.Plan, facts), older, locked));
            if (isOutdated)
            {
                findings.Add(new Finding
                {
                    Id = "TEP001",
                    Level = FindingLevel.Breaking,
                    Message = $"{context.Show(lockPath)} is outdated: run 'typedevents plan accept' and commit it.",
                    Location = new SourceLocation(lockPath, 1),
                });
            }

            findings.AddRange(LockFile.CheckReasons(locked, lockPath));
            findings.AddRange(PlanLint.Check(application.Plan, usages, settings));
            var report = new FindingsReport("plan check", [.. Complete(findings, usages, context)]);
            await WriteAsync(report, parsed.GetValue(format)!, to);
            if (parsed.GetResult(format) is not { Implicit: false } && context.Environment("GITHUB_ACTIONS") == "true")
            {
                await WriteToGitHubAsync(report, context);
            }

            return report.Fails(ParseFailOn(parsed.GetValue(failOn)!)) ? ExitCodes.Found : ExitCodes.Done;
        }));
        return command;
    }

    private static Command Accept(ToolContext context)
    {
        var options = new ProjectOptions();
        var because = new Option<string?>("--because") { Description = "The reason for breaking changes; it is written into the lock file.", HelpName = "reason" };
        var only = new Option<string?>("--only") { Description = "Accept the changes of one event.", HelpName = "event" };
        var forget = new Option<string?>("--forget") { Description = "Free the name of a removed event, or of a removed property as event.property.", HelpName = "name" };
        var command = new Command("accept", "Writes the lock file: what the code declares is the plan.") { because, only, forget };
        options.AddTo(command, hasLock: true);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] targets = options.TargetsOf(parsed);
            string lockPath = options.FindLock(parsed, targets, context);
            PlanSettings settings = PlanSettings.Read(Path.GetDirectoryName(lockPath)!);
            TrackingPlan before = File.Exists(lockPath) ? ReadPlanFile(lockPath, context) : TrackingPlan.Empty;
            if (parsed.GetValue(forget) is { } name)
            {
                before = Forget(before, name);
            }

            using ApplicationPlan application = await options.ReadAsync(parsed, targets, context, cancellationToken);
            string? chosen = parsed.GetValue(only);
            if (chosen is not null && !application.Plan.Events.ContainsKey(chosen) && !before.Events.ContainsKey(chosen))
            {
                throw NoSuchEvent(application.Plan, chosen, context);
            }

            TrackingPlan accepted = LockFile.Accept(before, application.Plan, parsed.GetValue(because), chosen, new DiffFacts { Settings = settings });
            string? replaced = File.Exists(lockPath) ? await File.ReadAllTextAsync(lockPath, cancellationToken) : null;
            string text = LockFile.TextOf(accepted, replaced);
            if (replaced == text)
            {
                await context.NoteAsync($"{context.Show(lockPath)} is up to date.");
                return ExitCodes.Done;
            }

            AtomicFile.Write(lockPath, text, cancellationToken);
            await context.NoteAsync($"{context.Show(lockPath)} has {accepted.Events.Count} {(accepted.Events.Count == 1 ? "event" : "events")} now.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Lint(ToolContext context)
    {
        var options = new ProjectOptions();
        Option<string> failOn = FailOnOption("The level from which findings give exit code 1: errors count as breaking, and warnings as any.");
        Option<string> format = FormatOption(ReportFormats);
        var command = new Command("lint", "Finds problems that only the whole plan reveals: near-duplicates, one name with two types, events that nothing tracks.") { failOn, format };
        options.AddTo(command);
        var output = new OutputOption(command);
        command.SetAction(output.To(context, async (parsed, to, cancellationToken) =>
        {
            PlanSettings settings = PlanSettings.Read(to.Folder);
            using ApplicationPlan application = await options.ReadAsync(parsed, options.TargetsOf(parsed), to, cancellationToken);
            UsageReport usages = UsageScanner.Scan(application.Assemblies, application.Plan, cancellationToken);
            var report = new FindingsReport("plan lint", [.. Complete(PlanLint.Check(application.Plan, usages, settings), usages, to)]);
            await WriteAsync(report, parsed.GetValue(format)!, to);
            return report.Fails(ParseFailOn(parsed.GetValue(failOn)!)) ? ExitCodes.Found : ExitCodes.Done;
        }));
        return command;
    }

    /// <summary>Shows paths as the folder's reader knows them, and adds the places that track the event.</summary>
    private static IEnumerable<Finding> Complete(IEnumerable<Finding> findings, UsageReport? usages, ToolContext context) => findings.Select(finding => finding with
    {
        Location = finding.Location is { } location ? location with { File = location.File.Contains(':', StringComparison.Ordinal) && !Path.IsPathRooted(location.File) ? location.File : context.Show(context.Resolve(location.File)) } : null,
        CallSites = finding is { IsLint: false, IsText: false, Event: not null, Level: not FindingLevel.Safe } && usages is not null
            ? [.. usages.Of(finding.Event).Where(usage => usage is { Kind: UsageKind.Tracks, Location: not null }).Select(usage => Source(usage.Location!.Value, context)).Distinct().Take(5)]
            : [],
    });

    /// <summary>Annotations of the changed lines, and the job's summary.</summary>
    private static async Task WriteToGitHubAsync(FindingsReport report, ToolContext context)
    {
        await context.Out.WriteAsync(ReportWriter.Write(report, ReportFormat.Github));
        if (context.Environment("GITHUB_STEP_SUMMARY") is { Length: > 0 } summary)
        {
            await File.AppendAllTextAsync(summary, ReportWriter.Write(report, ReportFormat.Markdown));
        }
    }

    private static async Task WriteAsync(FindingsReport report, string format, ToolContext context) =>
        await context.Out.WriteAsync(ReportWriter.Write(report, Enum.Parse<ReportFormat>(format, ignoreCase: true), context.Verbosity, context.HasColors));

    private static FailOn ParseFailOn(string value) => Enum.Parse<FailOn>(value, ignoreCase: true);

    private static TrackingPlan ReadPlanFile(string path, ToolContext context)
    {
        if (!File.Exists(path))
        {
            throw new ToolException($"There is no file '{context.Show(path)}'.");
        }

        return PlanReader.ReadFile(context.Show(path) is { } shown && Path.IsPathRooted(shown) ? shown : path);
    }

    private static TrackingPlan Forget(TrackingPlan plan, string name)
    {
        if (plan.Removed.ContainsKey(name))
        {
            return plan with { Removed = plan.Removed.Where(removed => removed.Key != name).ToDictionary(removed => removed.Key, removed => removed.Value) };
        }

        int dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && plan.Events.TryGetValue(name[..dot], out PlanEvent? declared) && declared.Removed.ContainsKey(name[(dot + 1)..]))
        {
            PlanEvent without = declared with { Removed = declared.Removed.Where(removed => removed.Key != name[(dot + 1)..]).ToDictionary(removed => removed.Key, removed => removed.Value) };
            return plan with { Events = plan.Events.ToDictionary(entry => entry.Key, entry => entry.Key == name[..dot] ? without : entry.Value) };
        }

        throw new ToolException($"'{name}' isn't the name of a removed event or property.");
    }
}
