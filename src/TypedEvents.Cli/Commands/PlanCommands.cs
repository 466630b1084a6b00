using System.CommandLine;
using System.Text.Json;

namespace TypedEvents.Cli;

/// <summary><c>typedevents plan</c>.</summary>
internal static partial class PlanCommands
{
    public static Command Create(ToolContext context)
    {
        var plan = new Command("plan", "The tracking plan: the events that the code declares.");
        plan.Add(Show(context));
        plan.Add(Export(context));
        plan.Add(Diff(context));
        plan.Add(Check(context));
        plan.Add(Accept(context));
        plan.Add(Lint(context));
        plan.Add(Usages(context));
        return plan;
    }

    private static Command Show(ToolContext context)
    {
        var options = new ProjectOptions();
        var eventName = new Argument<string?>("event") { Description = "One event in full, with the places that track it. It can be left out before a project.", Arity = ArgumentArity.ZeroOrOne };
        Option<string> format = FormatOption("text", "json");
        var command = new Command("show", "Shows the events, or one of them in full.") { eventName, format };
        options.AddTo(command);
        var output = new OutputOption(command);
        command.SetAction(output.To(context, async (parsed, to, cancellationToken) =>
        {
            (string? name, string[] targets) = options.Split(parsed, parsed.GetValue(eventName), to);
            using ApplicationPlan application = await options.ReadAsync(parsed, targets, to, cancellationToken);
            PlanEvent? declared = name is null ? null : FindEvent(application.Plan, name, to);
            if (parsed.GetValue(format) == "json")
            {
                await to.Out.WriteAsync(PlanWriter.Write(declared is null ? application.Plan : new TrackingPlan { Events = new Dictionary<string, PlanEvent> { [name!] = declared } }));
            }
            else if (declared is null)
            {
                ShowEvents(application.Plan, to);
            }
            else
            {
                ShowEvent(application, name!, declared, to, cancellationToken);
            }

            return ExitCodes.Done;
        }));
        return command;
    }

    private static void ShowEvents(TrackingPlan plan, ToolContext context)
    {
        var table = new TextTable("EVENT", "PROPERTIES", "OWNER", "DESCRIPTION");
        foreach ((string name, PlanEvent declared) in plan.Events)
        {
            table.Add(name, $"{declared.Properties.Count}", declared.Owner ?? "", $"{(declared.IsDeprecated ? "(deprecated) " : "")}{declared.Description}");
        }

        table.Write(context);
    }

    private static void ShowEvent(ApplicationPlan application, string name, PlanEvent declared, ToolContext context, CancellationToken cancellationToken)
    {
        context.Out.Write(Printable.Of($"{name}\n"));
        foreach ((string label, string? text) in new[]
        {
            ("description", declared.Description),
            ("owner", declared.Owner),
            ("tags", declared.Tags.Count == 0 ? null : string.Join(", ", declared.Tags)),
            ("record", $"{declared.Type}, {declared.Assembly}"),
            ("source", application.Plan.Locations.Find(name) is { } location ? Source(location, context) : null),
            ("deprecated", declared.Deprecated is "" ? "yes" : declared.Deprecated),
            ("replaced by", declared.ReplacedBy),
        })
        {
            if (text is not null)
            {
                context.Out.Write(Printable.Of($"  {label,-12} {text.ReplaceLineEndings(" ")}\n"));
            }
        }

        if (declared.Properties.Count > 0)
        {
            context.Out.Write("\n");
            var table = new TextTable("PROPERTY", "TYPE", "ALWAYS SENT", "VALUES", "DESCRIPTION");
            foreach ((string property, PlanProperty value) in declared.Properties)
            {
                table.Add(
                    property,
                    value.Format is null ? value.Type : $"{value.Type} ({value.Format})",
                    value.Required ? "yes" : "",
                    string.Join("; ", new[] { value.Values is { } values ? string.Join(", ", values) : null, value.Limits }.Where(text => !string.IsNullOrEmpty(text))),
                    value.Description ?? "");
            }

            table.Write(context);
        }

        UsageReport usages = UsageScanner.Scan(application.Assemblies, application.Plan, cancellationToken);
        context.Out.Write("\n");
        WriteUsages(name, usages, context);
    }

    private static Command Export(ToolContext context)
    {
        var options = new ProjectOptions();
        var format = new Option<string>("--format") { Description = "The form of the export.", HelpName = "plan|markdown|csv|json-schema", DefaultValueFactory = _ => "plan" };
        format.AcceptOnlyFromAmong("plan", "markdown", "csv", "json-schema");
        var with = new Option<string?>("--with") { Description = "Additional sections: source, usages, or both, separated by a comma.", HelpName = "sections" };
        var strict = new Option<bool>("--strict") { Description = "Schemas that allow no further properties and no undefined values of enums." };
        var command = new Command("export", "Writes the plan: in full, as a catalog, as a table, or as JSON Schema.") { format, with, strict };
        options.AddTo(command);
        var output = new OutputOption(command, "The file; for json-schema also a folder, which gets a file for each event. Default: standard output.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] sections = [.. (parsed.GetValue(with) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
            if (Array.Find(sections, section => section is not ("source" or "usages")) is { } unknown)
            {
                throw new ToolException($"--with doesn't know '{unknown}'. There are source and usages.");
            }

            if (sections.Length > 0 && parsed.GetValue(format) != "plan")
            {
                throw new ToolException("--with adds sections to --format plan only.");
            }

            using ApplicationPlan application = await options.ReadAsync(parsed, options.TargetsOf(parsed), context, cancellationToken);
            TrackingPlan plan = application.Plan;
            string? path = output.PathOf(parsed, context);
            if (parsed.GetValue(format) == "json-schema" && path is not null && (Directory.Exists(path) || Path.GetExtension(path).Length == 0))
            {
                foreach ((string name, PlanEvent declared) in plan.Events)
                {
                    AtomicFile.Write(Path.Combine(path, $"{name}.schema.json"), JsonSchemaExport.Write(name, declared, parsed.GetValue(strict)), cancellationToken);
                }

                return ExitCodes.Done;
            }

            string text = parsed.GetValue(format) switch
            {
                "markdown" => MarkdownExport.Write(plan),
                "csv" => CsvExport.Write(plan),
                "json-schema" => JsonSchemaExport.WriteBundle(plan, parsed.GetValue(strict)),
                _ => PlanWriter.Write(plan, sections.Length == 0 ? null : SourceSection(application, sections.Contains("usages"), context, cancellationToken)),
            };
            if (path is null)
            {
                await context.Out.WriteAsync(text);
            }
            else
            {
                AtomicFile.Write(path, text, cancellationToken);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>Where events are declared and tracked, beside the plan so that a lock file never has it.</summary>
    private static string SourceSection(ApplicationPlan application, bool hasUsages, ToolContext context, CancellationToken cancellationToken)
    {
        UsageReport? usages = hasUsages ? UsageScanner.Scan(application.Assemblies, application.Plan, cancellationToken) : null;
        List<string> events = [];
        foreach (string name in application.Plan.Events.Keys)
        {
            InlineJson entry = new();
            if (application.Plan.Locations.Find(name) is { } location)
            {
                entry.Add("file", context.Show(location.File)).Add("line", location.Line);
            }

            if (usages is not null)
            {
                string[] sent = [.. usages.Usages.Where(usage => usage.Event == name && usage.Kind == UsageKind.Tracks).Select(usage =>
                {
                    InlineJson place = new InlineJson().Add("in", usage.In).Add("assembly", usage.Assembly).Add("test", usage.IsTest);
                    return (usage.Location is { } line ? place.Add("file", context.Show(line.File)).Add("line", line.Line) : place).ToString();
                })];
                entry.AddRaw("sent", $"[{string.Join(", ", sent)}]");
            }

            events.Add($"    {InlineJson.Quote(name)}: {entry}");
        }

        return $"  \"source\": {{\n{string.Join(",\n", events)}\n  }}";
    }

    private static Command Usages(ToolContext context)
    {
        var options = new ProjectOptions();
        var subject = new Argument<string?>("event") { Description = "An event, or a property of one: sign_up or sign_up.plan. It can be left out before a project.", Arity = ArgumentArity.ZeroOrOne };
        var unused = new Option<bool>("--unused") { Description = "Only the events that the application never tracks. Exit code 1 if there is one." };
        var format = FormatOption("text", "json");
        var command = new Command("usages", "Shows which code tracks the events, from the compiled code and its PDB.") { subject, unused, format };
        options.AddTo(command);
        var output = new OutputOption(command);
        command.SetAction(output.To(context, async (parsed, to, cancellationToken) =>
        {
            (string? asked, string[] targets) = options.Split(parsed, parsed.GetValue(subject), to);
            using ApplicationPlan application = await options.ReadAsync(parsed, targets, to, cancellationToken);
            UsageReport usages = UsageScanner.Scan(application.Assemblies, application.Plan, cancellationToken);
            string? name = asked?.Split('.')[0];
            string? property = asked is not null && name!.Length < asked.Length ? asked[(name.Length + 1)..] : null;
            PlanEvent? declared = name is null ? null : FindEvent(application.Plan, name, to);
            if (property is not null)
            {
                WritePropertyUsages(name!, property, declared!, usages, to);
                return ExitCodes.Done;
            }

            string[] events = [.. application.Plan.Events.Keys.Where(key => (name is null || key == name) && (!parsed.GetValue(unused) || !usages.IsTracked(key)))];
            if (parsed.GetValue(format) == "json")
            {
                await WriteUsagesJsonAsync(events, usages, to);
            }
            else
            {
                foreach (string key in events)
                {
                    to.Out.Write($"{key}\n");
                    WriteUsages(key, usages, to);
                }
            }

            return parsed.GetValue(unused) && events.Length > 0 ? ExitCodes.Found : ExitCodes.Done;
        }));
        return command;
    }

    private static async Task WriteUsagesJsonAsync(string[] events, UsageReport usages, ToolContext context) => await context.Out.WriteAsync(JsonSerializer.Serialize(
        new UsagesJson(usages.TracksUnknownEvents, [.. events.Select(key => new EventUsagesJson(key, usages.IsTracked(key), [.. usages.Usages
            .Where(usage => usage.Event == key)
            .Select(usage => new UsageJson(
                usage.Kind == UsageKind.Tracks ? "tracks" : "creates", usage.Assembly, usage.IsTest, usage.In, usage.Location is { } at ? context.Show(at.File) : null, usage.Location?.Line))]))]),
        ReadableJson.Context.UsagesJson) + "\n");

    private static void WriteUsages(string name, UsageReport usages, ToolContext context)
    {
        Usage[] places = [.. usages.Usages.Where(usage => usage.Event == name)];
        foreach (Usage usage in places.OrderBy(usage => usage.IsTest))
        {
            string what = usage.Kind == UsageKind.Creates
                ? usages.TracksUnknownEvents ? "  creates it; it may be tracked as an IEngageEvent" : "  creates it"
                : "";
            context.Out.Write(Printable.Of($"  {(usage.Location is { } location ? Source(location, context) : usage.Assembly)}  {usage.In}{(usage.IsTest ? "  (test)" : "")}{what}\n"));
        }

        if (!usages.IsTracked(name))
        {
            context.Out.Write(Array.Exists(places, usage => usage.IsTest) ? "  tracked by tests only\n" : "  never tracked\n");
        }
    }

    private static void WritePropertyUsages(string name, string property, PlanEvent declared, UsageReport usages, ToolContext context)
    {
        if (!declared.Properties.TryGetValue(property, out PlanProperty? value))
        {
            throw new ToolException($"{name} has no property '{property}'. There are {string.Join(", ", declared.Properties.Keys)}.");
        }

        context.Out.Write($"{name}.{property}\n");
        Usage[] setters = [.. usages.Setters.Where(setter => setter.Event == name && setter.Member == value.Member).Select(setter => setter.Place)];
        foreach (Usage usage in setters)
        {
            context.Out.Write(Printable.Of($"  {usage}  {usage.In}  sets it\n"));
        }

        context.Out.Write("  and through the constructor:\n");
        WriteUsages(name, usages, context);
    }

    private static PlanEvent FindEvent(TrackingPlan plan, string name, ToolContext context) => plan.Events.GetValueOrDefault(name) ?? throw NoSuchEvent(plan, name, context);

    private static ToolException NoSuchEvent(TrackingPlan plan, string name, ToolContext context)
    {
        string? near = plan.Events.Keys.FirstOrDefault(candidate => Words.NearKey(candidate) == Words.NearKey(name) || Words.AreOneSlipApart(candidate, name));
        string hint = near is not null ? $"Did you mean {near}?"
            : Directory.Exists(context.Resolve(name)) ? $"For the folder, write ./{name}."
            : "'typedevents plan show' lists all of them.";
        return new ToolException($"There is no event '{name}'. {hint}");
    }

    private static string Source(SourceLocation location, ToolContext context) => $"{context.Show(location.File)}:{location.Line}";

    private static Option<string> FormatOption(params string[] formats)
    {
        var option = new Option<string>("--format") { Description = "The form of the output.", HelpName = string.Join('|', formats), DefaultValueFactory = _ => "text" };
        option.AcceptOnlyFromAmong(formats);
        return option;
    }
}
