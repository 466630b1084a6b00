using System.CommandLine;

namespace TypedEvents.Cli;

/// <summary><c>typedevents completion</c>: scripts with which shells complete the tool's arguments, by asking the tool.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _typedevents_complete() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$(typedevents "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _typedevents_complete typedevents

        """;

    private const string Zsh = """
        _typedevents() {
          local -a completions
          completions=("${(@f)$(typedevents "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          compadd -a completions
          _files
        }
        compdef _typedevents typedevents

        """;

    private const string Fish = """
        complete -c typedevents -a '(typedevents "[suggest:"(commandline -C)"]" (commandline) 2>/dev/null)'

        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName typedevents -ScriptBlock {
          param($wordToComplete, $commandAst, $cursorPosition)
          typedevents "[suggest:$cursorPosition]" "$commandAst" 2>$null |
            Where-Object { $_ -like "$wordToComplete*" } |
            ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }

        """;

    public static Command Create(ToolContext context)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Prints a script that completes commands and options: source <(typedevents completion bash)") { shell };
        command.SetAction(parsed =>
        {
            context.Out.Write(parsed.GetValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                _ => PowerShell,
            });
            return ExitCodes.Done;
        });
        return command;
    }
}
