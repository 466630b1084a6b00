using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Cli;

/// <summary><c>typedevents outbox</c>: an operator's work with dead letters and pending events.</summary>
internal static class OutboxCommands
{
    /// <summary>Enough for a page of a terminal's history; a script asks for more.</summary>
    private const int DefaultMax = 100;

    public static Command Create(ToolContext context)
    {
        var outbox = new Command("outbox", "The events in an outbox: its dead letters and pending events.");
        outbox.Add(List(context));
        outbox.Add(Replay(context));
        outbox.Add(Purge(context));
        outbox.Add(Stats(context));
        outbox.Add(Salvage(context));
        return outbox;
    }

    private static Command List(ToolContext context)
    {
        var options = new OutboxOptions(hasState: true, "dead");
        var max = new Option<int>("--max") { Description = "The maximum number of events.", HelpName = "n", DefaultValueFactory = _ => DefaultMax };
        max.RequireBetween(1, int.MaxValue, "--max must be 1 or more");
        var payload = new Option<bool>("--payload") { Description = "Show the events' JSON as well, which may contain personal data." };
        Option<string> format = FormatOption();
        var command = new Command("list", "Lists dead letters with their reasons, or pending events.") { max, payload, format };
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using OpenedOutbox opened = await options.OpenAsync(parsed, context, cancellationToken);
            IEventOutbox outbox = opened.Outbox;
            List<StoredEvent> events = [];
            long count = 0;
            foreach (OutboxQuery query in await options.QueriesAsync(parsed, outbox, cancellationToken))
            {
                count += await outbox.CountAsync(query, cancellationToken);
                if (events.Count < parsed.GetValue(max))
                {
                    events.AddRange(await outbox.ListAsync(query, parsed.GetValue(max) - events.Count, cancellationToken));
                }
            }

            if (parsed.GetValue(format) == "json")
            {
                await WriteJsonAsync(events, count, parsed.GetValue(payload), context);
            }
            else
            {
                WriteTable(events, parsed.GetValue(payload), context);
                await context.NoteAsync(events.Count < count ? $"{events.Count} of {Number(count)} events. More: --max {count}" : Events(count));
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Replay(ToolContext context)
    {
        var options = new OutboxOptions(hasState: false, "dead");
        var yes = new Option<bool>("--yes", "-y") { Description = "Don't ask." };
        var command = new Command("replay", "Makes dead letters pending again: the application that uses the outbox sends them.") { yes };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ChangeAsync(
            options, parsed, parsed.GetValue(yes), "replay", "would become pending again", "are pending again",
            (outbox, query) => outbox.ReplayAsync(query, cancellationToken), context, cancellationToken));
        return command;
    }

    private static Command Purge(ToolContext context)
    {
        var options = new OutboxOptions(hasState: true, defaultState: null);
        var yes = new Option<bool>("--yes", "-y") { Description = "Don't ask." };
        var command = new Command("purge", "Removes events permanently: dead letters, or all events of a person with --user.") { yes };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ChangeAsync(
            options, parsed, parsed.GetValue(yes), "purge", "would be removed", "were removed",
            (outbox, query) => outbox.PurgeAsync(query, cancellationToken), context, cancellationToken));
        return command;
    }

    private static Command Stats(ToolContext context)
    {
        var options = new OutboxOptions();
        Option<string> format = FormatOption();
        var command = new Command("stats", "Shows what happened to all events that the outbox has ever received.") { format };
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using OpenedOutbox opened = await options.OpenAsync(parsed, context, cancellationToken);
            OutboxStatistics statistics = (await opened.Outbox.GetStatisticsAsync(cancellationToken))!;
            if (parsed.GetValue(format) == "json")
            {
                await context.Out.WriteAsync(JsonSerializer.Serialize(
                    new OutboxStatisticsJson(
                        statistics.Appended, statistics.Delivered, statistics.Pending, statistics.PendingRegistration, statistics.Held,
                        statistics.DeadLetters, statistics.Discarded.Total, statistics.OldestPendingAt),
                    ReadableJson.Context.OutboxStatisticsJson) + "\n");
                return ExitCodes.Done;
            }

            var table = new TextTable("", "EVENTS");
            table.Add("appended", Number(statistics.Appended));
            table.Add("delivered", Number(statistics.Delivered));
            table.Add("pending", Number(statistics.Pending));
            table.Add("  of users to register", Number(statistics.PendingRegistration));
            table.Add("  on hold", Number(statistics.Held));
            table.Add("dead letters", Number(statistics.DeadLetters));
            table.Add("discarded", Number(statistics.Discarded.Total));
            table.Write(context);
            if (statistics.OldestPendingAt is { } oldest)
            {
                await context.Out.WriteAsync($"The oldest pending event is from {Time(oldest)}.\n");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Salvage(ToolContext context)
    {
        var file = new Option<string>("--file") { Description = "The damaged file, such as events.db.corrupt-….", HelpName = "path", Required = true };
        var target = new Option<string>("--to") { Description = "The new file, which doesn't exist yet.", HelpName = "path", Required = true };
        var command = new Command("salvage", "Copies everything that can be read from a damaged SQLite file to a new one. The damaged file isn't changed.") { file, target };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SalvageResult result = await context.WorkAsync(
                $"Reading {parsed.GetValue(file)}",
                async () => await SqliteOutbox.SalvageAsync(context.Resolve(parsed.GetValue(file)!), context.Resolve(parsed.GetValue(target)!), cancellationToken));
            var table = new TextTable("", "RECOVERED");
            table.Add("pending events", Number(result.PendingEvents));
            table.Add("dead letters", Number(result.DeadLetters));
            table.Add("users", Number(result.Users));
            table.Add("names on hold", Number(result.HeldNames));
            table.Write(context);
            foreach (string? note in new[]
            {
                result.MissingEvents is null ? "The counters couldn't be read, so it isn't known how many events are missing."
                    : result.MissingEvents > 0 ? $"{Events(result.MissingEvents.Value)} weren't found." : null,
                result.DamagedRows > 0 ? $"{Number(result.DamagedRows)} rows could be read only in part and are left out." : null,
                result.DamagedPages.Count > 0 ? $"Damaged pages: {string.Join(", ", result.DamagedPages)}." : null,
                result.MayContainSettledEvents ? "Some of the events may have been delivered already: they are sent again under the same random_id, so EngageLab counts them once." : null,
                result.IsTargetKnown ? null : "The project that the events are for couldn't be read: call SqliteOutbox.ForgetTarget before a tracker opens the file.",
            })
            {
                if (note is not null)
                {
                    await context.Out.WriteAsync(note + "\n");
                }
            }

            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>Counts, asks, and changes. Without an answer nothing is changed.</summary>
    private static async Task<int> ChangeAsync(
        OutboxOptions options,
        ParseResult parsed,
        bool isConfirmed,
        string verb,
        string wouldBe,
        string done,
        Func<IEventOutbox, OutboxQuery, ValueTask<long>> change,
        ToolContext context,
        CancellationToken cancellationToken)
    {
        await using OpenedOutbox opened = await options.OpenAsync(parsed, context, cancellationToken);
        (IEventOutbox outbox, string name) = (opened.Outbox, opened.Name);
        IReadOnlyList<OutboxQuery> queries = await options.QueriesAsync(parsed, outbox, cancellationToken);
        long count = 0;
        foreach (OutboxQuery query in queries)
        {
            count += await outbox.CountAsync(query, cancellationToken);
        }

        if (count == 0)
        {
            await context.NoteAsync($"Nothing to {verb} in {name}.");
            return ExitCodes.Done;
        }

        if (!isConfirmed)
        {
            string what = $"{Events(count)} of {name} {wouldBe}.";
            if (context.Answers is null)
            {
                throw new ToolException($"{what} Nothing was changed: confirm it with --yes.");
            }

            await context.Error.WriteAsync($"{what} Go on? [y/N] ");
            if (await context.Answers.ReadLineAsync(cancellationToken) is not ("y" or "Y" or "yes"))
            {
                throw new ToolException("Nothing was changed.");
            }
        }

        long changed = await context.WorkAsync($"Changing {Events(count)} of {name}", async () =>
        {
            long sum = 0;
            foreach (OutboxQuery query in queries)
            {
                sum += await change(outbox, query);
            }

            return sum;
        });

        await context.Out.WriteAsync($"{Events(changed)} {(changed == 1 ? done.Replace("are", "is", StringComparison.Ordinal).Replace("were", "was", StringComparison.Ordinal) : done)}.\n");
        if (changed < count && verb == "replay")
        {
            throw new ToolException($"The outbox has no room for the other {Number(count - changed)}: replay them when it has sent some.");
        }

        return ExitCodes.Done;
    }

    private static void WriteTable(List<StoredEvent> events, bool hasPayload, ToolContext context)
    {
        var table = hasPayload
            ? new TextTable("POSITION", "EVENT", "SINCE", "STATE", "CODE", "REASON", "PAYLOAD")
            : new TextTable("POSITION", "EVENT", "SINCE", "STATE", "CODE", "REASON");
        foreach (StoredEvent stored in events)
        {
            List<string> cells =
            [
                stored.Position.ToString(CultureInfo.InvariantCulture),
                stored.EventName,
                Time(stored.AppendedAt),
                StateOf(stored),
                stored.Reason?.Code?.ToString(CultureInfo.InvariantCulture) ?? "",
                stored.Reason?.Message ?? "",
            ];
            if (hasPayload)
            {
                cells.Add(Encoding.UTF8.GetString(stored.Json.Span));
            }

            table.Add([.. cells]);
        }

        table.Write(context);
    }

    private static async Task WriteJsonAsync(List<StoredEvent> events, long count, bool hasPayload, ToolContext context) => await context.Out.WriteAsync(JsonSerializer.Serialize(
        new StoredEventsJson(count, [.. events.Select(stored => new StoredEventJson(
            stored.Position,
            stored.State == StoredEventState.Pending ? "pending" : "dead",
            stored.EventName,
            stored.AppKey,
            stored.AppendedAt,
            stored.Reason is null ? null : KindNames.Of(stored.Reason.Kind),
            stored.Reason?.Code,
            stored.Reason?.Message,
            hasPayload ? Payload(stored) : null))]),
        ReadableJson.Context.StoredEventsJson) + "\n");

    /// <summary>An unreadable event's bytes needn't be JSON: they are then shown as a string.</summary>
    private static JsonElement Payload(StoredEvent stored)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(stored.Json);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            using JsonDocument document = JsonDocument.Parse(JsonSerializer.Serialize(Encoding.UTF8.GetString(stored.Json.Span), ReportJsonContext.Default.String));
            return document.RootElement.Clone();
        }
    }

    private static string StateOf(StoredEvent stored) => stored.Reason is null ? "pending" : KindNames.Of(stored.Reason.Kind);

    private static string Events(long count) => count == 1 ? "1 event" : $"{Number(count)} events";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "Z";

    private static Option<string> FormatOption()
    {
        var option = new Option<string>("--format") { Description = "The form of the output.", HelpName = "text|json", DefaultValueFactory = _ => "text" };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }
}

/// <summary>The kinds of dead letters, as options and output name them.</summary>
internal static class KindNames
{
    public static readonly IReadOnlyDictionary<string, DeadLetterKind> All =
        Enum.GetValues<DeadLetterKind>().ToDictionary(Of, kind => kind);

    public static string Of(DeadLetterKind kind) => string.Join('-', Words.Of(kind.ToString()));
}
