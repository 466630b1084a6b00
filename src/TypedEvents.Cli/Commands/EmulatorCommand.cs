using System.CommandLine;
using System.Globalization;

namespace TypedEvents.Cli;

/// <summary><c>typedevents emulator</c>: an emulator with its page, until it is interrupted.</summary>
internal static class EmulatorCommand
{
    private const string KeyVariable = "ENGAGELAB_API_KEY";
    private const string SecretVariable = "ENGAGELAB_API_SECRET";

    public static Command Create(ToolContext context)
    {
        var arguments = new EmulatorArguments(EmulatorArguments.DefaultPort);
        var command = new Command("emulator", "Runs a local emulator of EngageLab's event API, with a live page of arriving events. Ctrl+C ends it.");
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            EmulatorChoice choice = arguments.Read(parsed, context);
            (string key, string keySource) = Credential(KeyVariable, context);
            (string secret, string secretSource) = Credential(SecretVariable, context);
            await using LocalEmulator local = await LocalEmulator.StartAsync(choice, key, secret, cancellationToken);
            await context.Out.WriteAsync($"Listening on {local.Emulator.BaseAddress}, API key {keySource}, API secret {secretSource}.\nLive page: {local.Emulator.PageAddress}\n");
            await context.Out.FlushAsync(cancellationToken);
            if (local.Plan is { } plan)
            {
                await context.NoteAsync(string.Create(CultureInfo.InvariantCulture, $"Plan: {context.Show(choice.PlanPath!)}, {plan.Events.Count} events."));
            }

            await arguments.OpenPageAsync(parsed, local.Emulator, context);
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            finally
            {
                await context.NoteAsync(string.Create(CultureInfo.InvariantCulture, $"{local.Emulator.EventCount} events in {local.Emulator.RequestCount} requests, {local.Emulator.DuplicateCount} duplicates."));
            }

            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>A credential, and what may be said of it: one that is set may be a real one.</summary>
    private static (string Value, string Source) Credential(string variable, ToolContext context) =>
        context.Environment(variable) is { Length: > 0 } value ? (value, $"from {variable}") : ("local", "local");
}
