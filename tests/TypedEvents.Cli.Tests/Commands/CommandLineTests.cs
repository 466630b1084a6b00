using System.CommandLine;

namespace TypedEvents.Cli.Tests;

/// <summary>The command line: help, errors in the arguments, and what scripts rely on.</summary>
public sealed class CommandLineTests
{
    private static readonly TestTool Tester = new(Path.GetTempPath());

    /// <summary>Every command, as its words.</summary>
    public static TheoryData<string> AllCommands
    {
        get
        {
            TheoryData<string> paths = [];
            Add("", Tool.CreateCommands(ToolContext.OfProcess()));
            return paths;

            void Add(string path, Command command)
            {
                paths.Add(path);
                foreach (Command subcommand in command.Subcommands)
                {
                    Add($"{path} {subcommand.Name}".Trim(), subcommand);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllCommands))]
    public async Task Help(string command)
    {
        ToolResult result = await Tester.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Expected.Equal($"help/{(command.Length == 0 ? "typedevents" : command.Replace(' ', '-'))}.txt", result.Done());
    }

    [Fact]
    public async Task The_version_is_that_of_the_packages() => Assert.Matches(@"^\d+\.\d+\.\d+(-[\w.]+)?\n$", (await Tester.RunAsync("--version")).Done());

    [Theory]
    [InlineData("", "'typedevents' needs a command: plan, emulator, tail, run, outbox, doctor, completion.")]
    [InlineData("plan", "'typedevents plan' needs a command: show, export, diff, check, accept, lint, usages.")]
    [InlineData("pln", "'typedevents' has no command 'pln'. There are plan, emulator, tail, run, outbox, doctor, completion.")]
    [InlineData("plan chek", "'typedevents plan' has no command 'chek'. There are show, export, diff, check, accept, lint, usages.")]
    [InlineData("plan export --fromat csv", "'typedevents plan export' doesn't know '--fromat'. See typedevents plan export --help.")]
    [InlineData("plan check extra", "There is no file 'extra'.")]
    [InlineData("doctor --extra", "'typedevents doctor' doesn't know '--extra'. See typedevents doctor --help.")]
    [InlineData("outbox list", "Name the outbox with --file or --connection-env, and not with both. See typedevents outbox list --help.")]
    [InlineData("outbox stats --file a.db --connection-env EVENTS", "Name the outbox with --file or --connection-env, and not with both. See typedevents outbox stats --help.")]
    [InlineData("outbox purge --file a.db --schema s", "--schema belongs to --connection-env: a SQLite file has no schemas. See typedevents outbox purge --help.")]
    [InlineData("outbox stats --connection=Host=db;Password=secret", "'typedevents outbox stats' doesn't know '--connection=…'. See typedevents outbox stats --help.")]
    [InlineData("outbox stats --file a.db Host=db;Password=secret", "'typedevents outbox stats' doesn't know 'Host=…'. See typedevents outbox stats --help.")]
    [InlineData("outbox stats --connection-env Host=db;Password=secret", "--connection-env takes the name of an environment variable, and not the connection string itself: other processes could read that from the command line. What was given isn't repeated here.")]
    [InlineData("outbox stats --connection-env MISSING", "The environment variable MISSING isn't set. Set it to the connection string of the database, such as Host=db;Username=app;Password=…;Database=shop.")]
    [InlineData("emulator --port 70000", "--port must be between 0 and 65535. See typedevents emulator --help.")]
    [InlineData("emulator --plan a.json --no-plan", "--plan and --no-plan exclude each other. See typedevents emulator --help.")]
    [InlineData("tail --address 127.0.0.1:5199", "--address must be an http address, such as http://127.0.0.1:5199/; it was '127.0.0.1:5199'.")]
    [InlineData("tail --lines 1001", "--lines must be between 0 and 1000. See typedevents tail --help.")]
    [InlineData("run --cover 101 -- app", "--cover must be between 0 and 100. See typedevents run --help.")]
    [InlineData("run --expect sign_up=many -- app", "--expect takes an event's name, or a name with the exact number, such as sign_up or sign_up=2; it got 'sign_up=many'.")]
    [InlineData("run dotnet run --project Shop", "Write -- before the application's command: typedevents run -- dotnet run")]
    [InlineData("run --expectt sign_up -- app", "'typedevents run' doesn't know '--expectt'. See typedevents run --help.")]
    [InlineData("completion tcsh", "Argument 'tcsh' not recognized. Must be one of: 'bash' 'zsh' 'fish' 'pwsh'. See typedevents completion --help.")]
    [InlineData("outbox replay --file a.db --position one", "--position doesn't take 'one'. See typedevents outbox replay --help.")]
    [InlineData("outbox list --file a.db --before yesterday", "--before doesn't take 'yesterday'. See typedevents outbox list --help.")]
    [InlineData("tail --lines all", "--lines doesn't take 'all'. See typedevents tail --help.")]
    [InlineData("outbox list --file a.db --max all", "--max doesn't take 'all'. See typedevents outbox list --help.")]
    [InlineData("emulator --port http", "--port doesn't take 'http'. See typedevents emulator --help.")]
    [InlineData("run --cover Host=db;Password=secret -- app", "--cover doesn't take 'Host=…'. See typedevents run --help.")]
    [InlineData("outbox list --file a.db --max 0", "--max must be 1 or more. See typedevents outbox list --help.")]
    public async Task Wrong_arguments_are_one_line_with_the_remedy(string arguments, string message) =>
        Assert.Equal(message, (await Tester.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Failure());

    [Theory]
    [InlineData("plan export --format xml", "'xml'")]
    [InlineData("plan check --fail-on never", "'never'")]
    [InlineData("outbox list --file a.db --kind odd", "'odd'")]
    [InlineData("plan show -v loud", "'loud'")]
    public async Task A_value_that_is_not_known_is_named(string arguments, string value) =>
        Assert.Contains(value, (await Tester.RunAsync(arguments.Split(' '))).Failure(), StringComparison.Ordinal);

    [Theory]
    [InlineData("typedevents plan ", "check")]
    [InlineData("typedevents plan export --format ", "markdown")]
    [InlineData("typedevents outbox ", "replay")]
    [InlineData("typedevents r", "run")]
    [InlineData("typedevents tail --format ", "json")]
    public async Task Completions_are_suggested(string line, string suggestion) =>
        Assert.Contains(suggestion, (await Tester.RunAsync($"[suggest:{line.Length}]", line)).Output.Split('\n').Select(one => one.Trim()));

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public async Task A_script_for_each_shell_asks_the_tool(string shell) =>
        Assert.Contains("typedevents \"[suggest:", (await Tester.RunAsync("completion", shell)).Done(), StringComparison.Ordinal);

    [Fact]
    public async Task An_interrupted_command_says_so_by_its_exit_code()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        Assert.Equal(130, await Tool.RunAsync(
            ["plan", "show", typeof(Tool).Assembly.Location],
            new ToolContext { Out = TextWriter.Null, Error = TextWriter.Null, Folder = Path.GetTempPath(), Environment = _ => null },
            cancelled.Token));
    }

    [Fact]
    public void An_interrupted_write_leaves_neither_a_file_nor_a_temporary_one()
    {
        string folder = Directory.CreateTempSubdirectory("typedevents-cli-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "old.json"), "old");
            using var cancelled = new CancellationTokenSource();
            cancelled.Cancel();

            Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(Path.Combine(folder, "new.json"), "new", cancelled.Token));
            Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(Path.Combine(folder, "old.json"), "new", cancelled.Token));

            Assert.Equal(["old.json"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
            Assert.Equal("old", File.ReadAllText(Path.Combine(folder, "old.json")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
