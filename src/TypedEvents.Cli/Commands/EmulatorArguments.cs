using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using TypedEvents.Emulator;

namespace TypedEvents.Cli;

/// <summary>The options of the commands that start an emulator.</summary>
internal sealed class EmulatorArguments
{
    /// <summary>The port of <c>typedevents emulator</c>, and where <c>typedevents tail</c> looks for it.</summary>
    public const int DefaultPort = 5199;

    private readonly Option<int> _port;
    private readonly Option<string?> _plan = new("--plan")
    {
        Description = "The plan that events are compared with: a lock file, or the output of 'plan export'. Default: the nearest typedevents.lock.json at or above this folder.",
        HelpName = "path",
    };

    private readonly Option<bool> _noPlan = new("--no-plan") { Description = "Compare events with no plan." };
    private readonly Option<string[]> _fail = new("--fail")
    {
        Description = "A fault: \"503 every 10\", \"429 retry-after 5 first 3\", \"slow 2s\", \"drip 10ms\", cut, cut-halfway, lose-response, hang, each with every or first; \"reject event\". It can be given several times.",
        HelpName = "fault",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _open = new("--open") { Description = "Open the live page in a browser." };

    /// <param name="defaultPort">The port unless another one is given.</param>
    public EmulatorArguments(int defaultPort)
    {
        _port = new Option<int>("--port")
        {
            Description = "The port on 127.0.0.1; 0 for any free one.",
            HelpName = "n",
            DefaultValueFactory = _ => defaultPort,
        };
        _port.RequireBetween(0, ushort.MaxValue, $"--port must be between 0 and {ushort.MaxValue}");
    }

    public void AddTo(Command command)
    {
        command.Add(_port);
        command.Add(_plan);
        command.Add(_noPlan);
        command.Add(_fail);
        command.Add(_open);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_plan) is not null && result.GetResult(_noPlan) is not null)
            {
                result.AddError("--plan and --no-plan exclude each other");
            }
        });
    }

    /// <summary>What the options say.</summary>
    /// <exception cref="ToolException">A fault isn't understood, or there is no such plan.</exception>
    public EmulatorChoice Read(ParseResult parsed, ToolContext context)
    {
        string? plan = parsed.GetValue(_plan) is { } given ? context.Resolve(given)
            : parsed.GetValue(_noPlan) ? null
            : LockFile.FindNearest(context.Folder);
        return new EmulatorChoice(parsed.GetValue(_port), plan, [.. (parsed.GetValue(_fail) ?? []).Select(Fault.Parse)]);
    }

    /// <summary>Opens the page in a browser, if the options say so. It is no failure where there is none.</summary>
    public async Task OpenPageAsync(ParseResult parsed, EngageLabEmulator emulator, ToolContext context)
    {
        if (!parsed.GetValue(_open))
        {
            return;
        }

        try
        {
            using Process? browser = Process.Start(new ProcessStartInfo(emulator.PageAddress!.AbsoluteUri) { UseShellExecute = true });
        }
        catch (Exception exception) when (exception is Win32Exception or PlatformNotSupportedException)
        {
            await context.NoteAsync($"typedevents: no browser could be opened ({exception.Message}).");
        }
    }
}
