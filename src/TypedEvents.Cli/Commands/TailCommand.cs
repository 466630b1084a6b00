using System.CommandLine;

namespace TypedEvents.Cli;

/// <summary><c>typedevents tail</c>: what arrives at an emulator, a line for each event.</summary>
internal static class TailCommand
{
    private const int DefaultLines = 10;

    public static Command Create(ToolContext context)
    {
        var eventName = new Argument<string?>("event") { Description = "Only events of this name.", Arity = ArgumentArity.ZeroOrOne };
        var address = new Option<string>("--address")
        {
            Description = "The emulator's address, or that of its page.",
            HelpName = "URL",
            DefaultValueFactory = _ => $"http://127.0.0.1:{EmulatorArguments.DefaultPort}/",
        };
        var user = new Option<string?>("--user") { Description = "Only events of this user: the external id, or the EUID.", HelpName = "id" };
        var invalid = new Option<bool>("--invalid") { Description = "Only events that break the plan, were rejected, or differ from another one under the same random_id." };
        var lines = new Option<int>("--lines", "-n") { Description = "How many of the stored events are shown first.", HelpName = "n", DefaultValueFactory = _ => DefaultLines };
        lines.RequireBetween(0, EmulatorFeed.MaxTake, $"--lines must be between 0 and {EmulatorFeed.MaxTake}");
        var format = new Option<string>("--format") { Description = "The form of the output; json: an object in each line, with the event as received.", HelpName = "text|json", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new Command("tail", "Shows the events that arrive at an emulator, until it or the command ends.") { eventName, address, user, invalid, lines, format };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            bool isJson = parsed.GetValue(format) == "json";
            bool onlyInvalid = parsed.GetValue(invalid);
            var filter = new FeedFilter(parsed.GetValue(eventName), parsed.GetValue(user), HasPayload: isJson);
            TextWriter output = context.Pipe?.Invoke() ?? context.Out;
            using var feed = new EmulatorFeed(ParseAddress(parsed.GetValue(address)!));

            // The invalid ones are chosen here, because they have several statuses.
            FeedRows stored = await feed.NewestAsync(filter, onlyInvalid ? EmulatorFeed.MaxTake : Math.Max(1, parsed.GetValue(lines)), cancellationToken);
            if (!await WriteAsync(stored.Rows.Where(IsShown).Take(parsed.GetValue(lines)).Reverse()))
            {
                return ExitCodes.Done;
            }

            await foreach (FeedBatch batch in feed.FollowAsync(filter, stored.Last, cancellationToken))
            {
                if (batch.Skipped > 0)
                {
                    await context.NoteAsync($"typedevents: {batch.Skipped} events aren't shown, because the emulator no longer stores them.");
                }

                if (!await WriteAsync(batch.Rows.Where(IsShown)))
                {
                    return ExitCodes.Done;
                }
            }

            await context.NoteAsync("typedevents: the emulator has ended.");
            return ExitCodes.Done;

            bool IsShown(FeedRow row) => !onlyInvalid || EventLine.IsInvalid(row);

            // Returns whether somebody still reads: 'tail | head -1' has had enough after a line.
            async Task<bool> WriteAsync(IEnumerable<FeedRow> rows)
            {
                try
                {
                    foreach (FeedRow row in rows)
                    {
                        await output.WriteAsync((isJson ? EventLine.Json(row) : EventLine.Text(row, context.HasColors)) + "\n");
                    }

                    await output.FlushAsync(cancellationToken);
                    return true;
                }
                catch (IOException) when (output != context.Out)
                {
                    return false;
                }
            }
        });
        return command;
    }

    private static Uri ParseAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? address!
            : throw new ToolException($"--address must be an http address, such as http://127.0.0.1:{EmulatorArguments.DefaultPort}/; it was '{text}'.");
}
