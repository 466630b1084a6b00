using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using TypedEvents.Emulator;

namespace TypedEvents.Cli;

/// <summary><c>typedevents run</c>: an application with an emulator of its own, and whether it tracked what it should.</summary>
internal static class RunCommand
{
    /// <summary>The credentials of the emulator: never those of the environment, which may be real ones.</summary>
    private const string Credential = "local";

    private const string Name = "run";
    private const int MaxBreaks = 200;
    private const int MaxProblems = 3;

    public static Command Create(ToolContext context)
    {
        var arguments = new EmulatorArguments(defaultPort: 0);
        var line = new Argument<string[]>("command") { Description = "The application with its arguments, after --.", Arity = ArgumentArity.OneOrMore };
        var expect = new Option<string[]>("--expect")
        {
            Description = "An event that must be received: sign_up, or with the exact number, sign_up=2. It can be given several times.",
            HelpName = "event",
            Arity = ArgumentArity.OneOrMore,
        };
        var cover = new Option<int?>("--cover") { Description = "The minimum percentage of the plan's events that must be received.", HelpName = "percent" };
        cover.RequireBetween(0, 100, "--cover must be between 0 and 100");
        var failOnInvalid = new Option<bool>("--fail-on-invalid") { Description = "Fail if an event breaks the plan, if one is rejected and not accepted later, or if a request isn't a valid report." };
        var save = new Option<string?>("--save") { Description = "A file for the accepted events as received, a JSON object in each line.", HelpName = "path" };
        var command = new Command(Name, "Runs an application with an emulator, and checks what it tracked: typedevents run --expect sign_up -- dotnet run")
        {
            line, expect, cover, failOnInvalid, save,
        };
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] words = parsed.GetValue(line)!;
            var demands = new RunDemands([.. (parsed.GetValue(expect) ?? []).Select(Expectation.Parse)], parsed.GetValue(cover), parsed.GetValue(failOnInvalid));
            EmulatorChoice choice = arguments.Read(parsed, context);
            if (choice.PlanPath is null && (demands.Cover is not null || demands.FailsOnInvalid))
            {
                throw new ToolException($"{(demands.Cover is null ? "--fail-on-invalid" : "--cover")} needs a plan, and there is no typedevents.lock.json at or above this folder: name one with --plan, or write one with 'typedevents plan accept'.");
            }

            string program = ApplicationProcess.Find(words[0], context);
            await using LocalEmulator local = await LocalEmulator.StartAsync(choice, Credential, Credential, cancellationToken);
            await using SavedEvents? saved = parsed.GetValue(save) is { } path ? SavedEvents.Create(context.Resolve(path)) : null;
            await context.NoteAsync($"typedevents: emulator at {local.Emulator.BaseAddress}, live page {local.Emulator.PageAddress}");
            await arguments.OpenPageAsync(parsed, local.Emulator, context);
            return await RunAsync(program, words[1..], local, saved, demands, context, cancellationToken);
        });
        return command;
    }

    /// <summary>Whether an application was given without <c>--</c> before it, so that its options were taken for those of the tool.</summary>
    public static bool LacksDashes(ParseResult parsed) =>
        parsed.CommandResult.Command.Name == Name && parsed.Tokens.All(token => token.Type != TokenType.DoubleDash);

    /// <summary>The environment variables that send an application's events to an emulator.</summary>
    public static IReadOnlyDictionary<string, string> Variables(Uri address) => new Dictionary<string, string>
    {
        ["ENGAGELAB_BASE_ADDRESS"] = address.AbsoluteUri,
        ["ENGAGELAB_API_KEY"] = Credential,
        ["ENGAGELAB_API_SECRET"] = Credential,
        ["TypedEvents__BaseAddress"] = address.AbsoluteUri,
        ["TypedEvents__ApiKey"] = Credential,
        ["TypedEvents__ApiSecret"] = Credential,
        ["TypedEvents__AllowInsecureLoopback"] = "true",
    };

    /// <summary>
    /// The connection strings with credentials that the environment has: an application that reads one prefers it to its other settings, and would
    /// report to EngageLab. They are replaced.
    /// </summary>
    public static IReadOnlyDictionary<string, string> ConnectionStrings(Uri address, IEnumerable<KeyValuePair<string, string?>> environment) => environment
        .Where(static variable => variable.Key.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
            && variable.Value?.Contains("ApiSecret", StringComparison.OrdinalIgnoreCase) == true)
        .ToDictionary(
            static variable => variable.Key,
            _ => $"Endpoint={address.AbsoluteUri};ApiKey={Credential};ApiSecret={Credential};AllowInsecureLoopback=true");

    private static Dictionary<string, string> EnvironmentOf(Uri address)
    {
        IEnumerable<KeyValuePair<string, string?>> inherited = Environment.GetEnvironmentVariables()
            .Cast<System.Collections.DictionaryEntry>()
            .Select(static variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value));
        return new(Variables(address).Concat(ConnectionStrings(address, inherited)));
    }

    private static async Task<int> RunAsync(
        string program, string[] words, LocalEmulator local, SavedEvents? saved, RunDemands demands, ToolContext context, CancellationToken cancellationToken)
    {
        int exitCode;
        Dictionary<string, long> received = [];
        Task following = FollowAsync(local.Emulator, received, saved);
        if (context.Interruption is { } interruption)
        {
            interruption.HandlesRepeated = true;
        }

        using (ApplicationProcess application = ApplicationProcess.Start(program, words, EnvironmentOf(local.Emulator.BaseAddress), context.Folder))
        {
            exitCode = await application.WaitAsync(context, cancellationToken);
        }

        using var feed = new EmulatorFeed(local.Emulator.BaseAddress);
        FeedCoverage coverage = await feed.CoverageAsync(CancellationToken.None);
        IReadOnlyList<BrokenEvents> broken = await FindBrokenAsync(feed, coverage);
        IReadOnlyList<RejectedEvents> rejected = await FindRejectedAsync(feed, local.Emulator);
        await local.DisposeAsync();
        string? saveError = await CompleteAsync(following, saved);
        var facts = new RunFacts
        {
            Received = received,
            Broken = broken,
            Rejected = rejected,
            RejectedRequests = FindRejectedRequests(local.Emulator),
            Planned = local.Plan is { } plan ? [.. plan.Events.Keys] : null,
            Requests = local.Emulator.RequestCount,
            Users = local.Emulator.Users.Count,
            Repeats = local.Emulator.DuplicateCount,
            Conflicts = local.Emulator.ConflictCount,
        };
        if (context.Verbosity != Verbosity.Quiet)
        {
            await context.Error.WriteAsync(Printable.Of(RunReport.Summary(facts)));
        }

        IReadOnlyList<string> unmet = RunReport.Unmet(demands, facts);
        foreach (string sentence in unmet)
        {
            await context.Error.WriteAsync(Printable.Of($"typedevents: {sentence}\n"));
        }

        if (saveError is not null)
        {
            await context.Error.WriteAsync(Printable.Of($"typedevents: {saveError}\n"));
        }

        if (exitCode != 0)
        {
            await context.NoteAsync(string.Create(CultureInfo.InvariantCulture, $"typedevents: the application ended with exit code {exitCode}."));
            return exitCode;
        }

        return cancellationToken.IsCancellationRequested ? ExitCodes.Interrupted
            : saveError is not null ? ExitCodes.Failed
            : unmet.Count > 0 ? ExitCodes.Found
            : ExitCodes.Done;
    }

    /// <summary>Counts and saves the accepted events as they arrive, until the emulator ends.</summary>
    private static async Task FollowAsync(EngageLabEmulator emulator, Dictionary<string, long> received, SavedEvents? saved)
    {
        ToolException? failure = null;
        await foreach (ReceivedEvent one in emulator.ReadEventsAsync())
        {
            received[one.EventName] = received.GetValueOrDefault(one.EventName) + 1;
            if (saved is null || failure is not null)
            {
                continue;
            }

            try
            {
                await saved.AddAsync(one);
            }
            catch (ToolException exception)
            {
                // The rest is counted all the same.
                failure = exception;
            }
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    /// <returns>Why the file isn't complete, or <see langword="null"/>.</returns>
    private static async Task<string?> CompleteAsync(Task following, SavedEvents? saved)
    {
        try
        {
            await following;
            saved?.Complete();
            return null;
        }
        catch (ToolException exception)
        {
            return exception.Message;
        }
    }

    private static async Task<IReadOnlyList<BrokenEvents>> FindBrokenAsync(EmulatorFeed feed, FeedCoverage coverage)
    {
        List<BrokenEvents> broken = [];
        foreach (FeedCoveredEvent covered in coverage.Events.Where(covered => covered.Breaks > 0))
        {
            List<string> problems = [];
            if (!covered.IsPlanned)
            {
                problems.Add("it isn't in the plan");
            }
            else
            {
                FeedRows rows = await feed.NewestAsync(new FeedFilter(Event: covered.Name, Status: "breaks"), MaxBreaks, CancellationToken.None);
                foreach (FeedRow row in rows.Rows)
                {
                    FeedEvent one = await feed.EventAsync(row.Sequence, CancellationToken.None);
                    problems.AddRange(one.Properties
                        .Where(property => property.Problem is not null)
                        .Select(property => $"{property.Name} {property.Problem}{(property.Hint is { } hint ? $" ({hint})" : "")}")
                        .Except(problems, StringComparer.Ordinal));
                    if (problems.Count >= MaxProblems)
                    {
                        break;
                    }
                }
            }

            broken.Add(new BrokenEvents(covered.Name, covered.Breaks, problems));
        }

        return broken;
    }

    /// <summary>The events that were rejected, without those that the application has sent again and the emulator has accepted.</summary>
    private static async Task<IReadOnlyList<RejectedEvents>> FindRejectedAsync(EmulatorFeed feed, EngageLabEmulator emulator)
    {
        // Events that are no longer stored are still in their requests, and know that they were accepted.
        HashSet<string> accepted =
        [
            .. emulator.Events.Select(received => received.RandomId),
            .. emulator.Requests.SelectMany(request => request.Events).Where(sent => sent.Arrivals > 0).Select(sent => sent.RandomId),
        ];
        ILookup<string, string> rejected = emulator.Requests
            .SelectMany(request => request.Events)
            .Where(sent => !accepted.Contains(sent.RandomId))
            .DistinctBy(sent => sent.RandomId)
            .ToLookup(sent => sent.EventName, sent => sent.RandomId);
        List<RejectedEvents> found = [];
        foreach (IGrouping<string, string> events in rejected.OrderBy(events => events.Key, StringComparer.Ordinal))
        {
            FeedRow? last = (await feed.NewestAsync(new FeedFilter(Event: events.Key, Status: "rejected"), 1, CancellationToken.None)).Rows.FirstOrDefault();
            found.Add(new RejectedEvents(
                events.Key,
                events.Count(),
                last?.Http is { } http ? string.Create(CultureInfo.InvariantCulture, $"{http} {last.Code}").TrimEnd() : "no response"));
        }

        return found;
    }

    /// <summary>
    /// The requests that aren't valid reports, so that their events are unknown, and those to a path that doesn't exist. Not those that are too long: a
    /// tracker sends their events again in shorter ones.
    /// </summary>
    private static IReadOnlyList<RejectedRequests> FindRejectedRequests(EngageLabEmulator emulator) =>
    [
        .. emulator.Requests
            .Where(static request => request is { Status: >= 400 and < 500 and not 413, Events.Count: 0, Path: not "/v1/user/register" })
            .GroupBy(static request => request.Status!.Value, static (status, requests) => new RejectedRequests(status, requests.Count()))
            .OrderBy(static rejected => rejected.Status),
    ];
}
