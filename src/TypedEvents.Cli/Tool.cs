using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Data.Common;
using System.Reflection;
using System.Text.RegularExpressions;

namespace TypedEvents.Cli;

/// <summary>The tool: from arguments to an exit code. Nothing ends in a stack trace.</summary>
internal static partial class Tool
{
    /// <summary>Help is as wide as a terminal usually is, wherever it is printed.</summary>
    private const int HelpWidth = 110;

    private const string NoColor = "--no-color";
    private const string VerbosityName = "--verbosity";

    /// <summary>The version of the tool, without the commit.</summary>
    public static string Version =>
        typeof(Tool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Runs a command line.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, ToolContext context, CancellationToken cancellationToken)
    {
        // Scripts ask for the version often, and parsing would take longer than everything else.
        if (args is ["--version"])
        {
            await context.Out.WriteAsync(Version + "\n");
            return ExitCodes.Done;
        }

        try
        {
            return await InvokeAsync(args, context, cancellationToken);
        }
        catch (ToolException exception)
        {
            return await FailAsync(context, exception.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException or TimeoutException or DbException or OutboxUnusableException)
        {
            return await FailAsync(context, exception.Message);
        }
        catch (Exception exception)
        {
            return await FailAsync(context, $"This is a fault of typedevents {Version}: {exception.GetType().Name}: {exception.Message} Please report it with the command.");
        }
    }

    /// <summary>The commands.</summary>
    public static RootCommand CreateCommands(ToolContext context)
    {
        var root = new RootCommand("The tracking plan of an application and what changed in it, the events that it sends, and the dead letters of its outbox.");
        root.Add(PlanCommands.Create(context));
        root.Add(EmulatorCommand.Create(context));
        root.Add(TailCommand.Create(context));
        root.Add(RunCommand.Create(context));
        root.Add(OutboxCommands.Create(context));
        root.Add(DoctorCommand.Create(context));
        root.Add(CompletionCommand.Create(context));
        root.Add(VerbosityOption());
        root.Add(new Option<bool>(NoColor) { Description = "Print without colours, as with the environment variable NO_COLOR.", Recursive = true });
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            if (help.Action is HelpAction action)
            {
                action.MaxWidth = HelpWidth;
            }
        }

        return root;
    }

    private static Option<string> VerbosityOption()
    {
        var option = new Option<string>(VerbosityName, "-v")
        {
            Description = "The level of detail: quiet, normal or detailed.",
            HelpName = "q|n|d",
            Recursive = true,
            DefaultValueFactory = _ => "n",
        };
        option.AcceptOnlyFromAmong("q", "quiet", "n", "normal", "d", "detailed");
        return option;
    }

    private static async Task<int> InvokeAsync(string[] args, ToolContext context, CancellationToken cancellationToken)
    {
        ParseResult parsed = CreateCommands(context).Parse(args);
        string? unknownOption = UnknownOption(parsed);
        bool asksForHelp = parsed.Action is HelpAction || args.Any(argument => argument.StartsWith("[suggest", StringComparison.Ordinal));
        if ((parsed.Errors.Count > 0 || unknownOption is not null) && !asksForHelp)
        {
            return await RejectAsync(parsed, unknownOption, context);
        }

        if (!asksForHelp)
        {
            context.HasColors &= !parsed.GetValue<bool>(NoColor);
            context.Verbosity = parsed.GetValue<string>(VerbosityName)![0] switch
            {
                'q' => Verbosity.Quiet,
                'd' => Verbosity.Detailed,
                _ => Verbosity.Normal,
            };
        }

        // Help calls the tool by the name of its assembly; users call it by that of the command.
        using var help = new StringWriter { NewLine = "\n" };
        bool isHelp = parsed.Action is HelpAction;
        var configuration = new InvocationConfiguration
        {
            Output = isHelp ? help : context.Out,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        int exitCode = await parsed.InvokeAsync(configuration, cancellationToken);
        if (isHelp)
        {
            string[] lines = help.ToString().Replace($"  {RootCommand.ExecutableName} ", "  typedevents ", StringComparison.Ordinal).Split('\n');
            await context.Out.WriteAsync(string.Join('\n', lines.Select(line => line.TrimEnd())).TrimEnd('\n') + "\n");
        }

        return exitCode;
    }

    /// <summary>Says what is wrong with the arguments, and which commands there are.</summary>
    private static async Task<int> RejectAsync(ParseResult parsed, string? unknownOption, ToolContext context)
    {
        Command command = parsed.CommandResult.Command;
        string path = PathOf(parsed.CommandResult);
        if (unknownOption is not null && RunCommand.LacksDashes(parsed))
        {
            return await FailAsync(context, "Write -- before the application's command: typedevents run -- dotnet run");
        }

        string? unmatched = (unknownOption ?? (parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null)) is { } token ? WithoutValue(token) : null;
        string reason = unmatched is not null && command.Subcommands.Count > 0
            ? $"'{path}' has no command '{unmatched}'. There are {string.Join(", ", command.Subcommands.Select(subcommand => subcommand.Name))}."
            : command.Subcommands.Count > 0 && command.Action is null
                ? $"'{path}' needs a command: {string.Join(", ", command.Subcommands.Select(subcommand => subcommand.Name))}."
                : unmatched is not null
                    ? $"'{path}' doesn't know '{unmatched}'. See {path} --help."
                    : $"{Explain(parsed.Errors[0].Message)}. See {path} --help.";
        return await FailAsync(context, reason);
    }

    /// <summary>The parser's words on one line, and without the names of .NET's types.</summary>
    private static string Explain(string message) => InvalidValue().Match(message) is { Success: true } invalid
        ? $"{invalid.Groups["name"].Value} doesn't take '{WithoutValue(invalid.Groups["value"].Value)}'"
        : string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');

    [GeneratedRegex("^Cannot parse argument '(?<value>.*)' for [a-z]+ '(?<name>[^']*)' as expected type ", RegexOptions.Singleline)]
    private static partial Regex InvalidValue();

    /// <summary>A misspelled option that was taken for one of the command's arguments. After <c>--</c> everything is an argument.</summary>
    private static string? UnknownOption(ParseResult parsed) => parsed.CommandResult.Children.OfType<ArgumentResult>()
        .SelectMany(argument => argument.Tokens)
        .Except(parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash), ReferenceEqualityComparer.Instance)
        .OfType<Token>()
        .Select(token => token.Value)
        .FirstOrDefault(value => value.Length > 1 && value[0] == '-');

    /// <summary>What was given as a value isn't repeated: it may be a connection string, and messages end in logs.</summary>
    private static string WithoutValue(string token) => token.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0 ? token[..equals] + "=…" : token;

    private static string PathOf(CommandResult result)
    {
        List<string> names = [];
        for (SymbolResult? current = result; current is not null; current = current.Parent)
        {
            if (current is CommandResult command)
            {
                names.Insert(0, command.Command is RootCommand ? "typedevents" : command.Command.Name);
            }
        }

        return string.Join(' ', names);
    }

    private static async Task<int> FailAsync(ToolContext context, string message)
    {
        await context.Error.WriteAsync(Printable.Of($"typedevents: {message.ReplaceLineEndings(" ")}\n"));
        return ExitCodes.Failed;
    }
}
