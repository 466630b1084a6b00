using System.Diagnostics;
using System.Text.Json;

namespace TypedEvents.Cli.Tests;

/// <summary>The commands of <c>plan</c>, from arguments to exit codes.</summary>
public sealed class PlanCommandTests : IDisposable
{
    private const string Code = """
        namespace Shop
        {
            [EngageEvent("sign_up")]
            public partial record SignUp(string Plan, int? Seats = null);

            class C { void M(IEventTracker t, EngageUser u) => t.TrackSignUp(u, "pro"); }
        }
        """;

    private const string Before = """{"plan":1,"event":"sign_up","type":"Shop.SignUp","description":"An account.","owner":"@acme/growth","properties":{"plan":{"member":"Plan","type":"string","required":true,"values":["free","pro"]},"seats":{"member":"Seats","type":"integer"}}}""";
    private const string Safe = """{"plan":1,"event":"sign_up","type":"Shop.SignUp","description":"An account.","owner":"@acme/growth","properties":{"coupon":{"type":"string"},"plan":{"member":"Plan","type":"string","required":true,"values":["free","pro"]},"seats":{"member":"Seats","type":"integer"}}}""";
    private const string Breaking = """{"plan":1,"event":"sign_up","type":"Shop.SignUp","description":"An account.","owner":"@acme/growth","properties":{"plan":{"member":"Plan","type":"string","values":["free","pro"]}}}""";

    private readonly TestApplication _application = new();
    private readonly TestTool _tool;

    public PlanCommandTests() => _tool = new TestTool(_application.Folder);

    private string Lock => Path.Combine(_application.Folder, LockFile.Name);

    public void Dispose() => _application.Dispose();

    [Fact]
    public async Task Show_lists_events()
    {
        Build(Before);

        Assert.Equal(
            """
            EVENT    PROPERTIES  OWNER         DESCRIPTION
            sign_up  2           @acme/growth  An account.

            """,
            (await _tool.RunAsync("plan", "show", "Shop.dll")).Done());
    }

    [Fact]
    public async Task Show_describes_an_event_with_the_code_that_tracks_it()
    {
        Build(Before);

        Assert.Equal(
            """
            sign_up
              description  An account.
              owner        @acme/growth
              record       Shop.SignUp, Shop
              source       /src/Shop.cs:4

            PROPERTY  TYPE     ALWAYS SENT  VALUES     DESCRIPTION
            plan      string   yes          free, pro
            seats     integer

              /src/Shop.cs:6  C.M

            """,
            (await _tool.RunAsync("plan", "show", "sign_up", "Shop.dll")).Done());
    }

    [Fact]
    public async Task An_event_that_does_not_exist_gets_a_hint()
    {
        Build(Before);

        Assert.Equal("There is no event 'signUp'. Did you mean sign_up?", (await _tool.RunAsync("plan", "show", "signUp", "Shop.dll")).Failure());
        Assert.Equal("There is no event 'x'. 'typedevents plan show' lists all of them.", (await _tool.RunAsync("plan", "usages", "x", "Shop.dll")).Failure());
        Directory.CreateDirectory(Path.Combine(_application.Folder, "orders"));
        Assert.Equal("There is no event 'orders'. For the folder, write ./orders.", (await _tool.RunAsync("plan", "show", "orders", "Shop.dll")).Failure());
        Assert.Equal("There is no project and no solution in 'orders'. Name a project, a solution or an assembly.", (await _tool.RunAsync("plan", "show", "./orders")).Failure());
    }

    [Theory]
    [InlineData("plan", "plan")]
    [InlineData("markdown", "# Tracking plan")]
    [InlineData("csv", "event,event_description")]
    [InlineData("json-schema", "\"definitions\"")]
    public async Task Export_writes_to_standard_output_or_to_a_file(string format, string content)
    {
        Build(Before);

        string text = (await _tool.RunAsync("plan", "export", "Shop.dll", "--format", format)).Done();
        (await _tool.RunAsync("plan", "export", "Shop.dll", "--format", format, "-o", "out/plan.txt")).Done();

        Assert.Contains(content, text, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(_application.Folder, "out", "plan.txt"), TestContext.Current.CancellationToken));
        Assert.Equal(["plan.txt"], Directory.EnumerateFiles(Path.Combine(_application.Folder, "out")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Export_writes_a_schema_for_each_event_into_a_folder()
    {
        Build(Before);

        (await _tool.RunAsync("plan", "export", "Shop.dll", "--format", "json-schema", "-o", "schemas")).Done();

        Assert.Equal(["sign_up.schema.json"], Directory.EnumerateFiles(Path.Combine(_application.Folder, "schemas")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Export_writes_sources_beside_the_plan()
    {
        Build(Before);

        string text = (await _tool.RunAsync("plan", "export", "Shop.dll", "--with", "source,usages")).Done();

        Assert.Contains("""    "sign_up": { "file": "/src/Shop.cs", "line": 4, "sent": [{ "in": "C.M", "assembly": "Shop", "file": "/src/Shop.cs", "line": 6 }] }""", text, StringComparison.Ordinal);
        Assert.Equal(["sign_up"], Plans.Parse(text).Events.Keys);
        Assert.Equal("--with doesn't know 'lines'. There are source and usages.", (await _tool.RunAsync("plan", "export", "Shop.dll", "--with", "lines")).Failure());
        Assert.Equal("--with adds sections to --format plan only.", (await _tool.RunAsync("plan", "export", "Shop.dll", "--with", "source", "--format", "csv")).Failure());
    }

    [Fact]
    public async Task Check_is_content_with_a_lock_that_was_just_accepted()
    {
        Build(Before);

        ToolResult accepted = await _tool.RunAsync("plan", "accept", "Shop.dll");
        Assert.Equal((0, "", "typedevents.lock.json has 1 event now.\n"), (accepted.ExitCode, accepted.Output, accepted.Error));
        Assert.Equal("", (await _tool.RunAsync("plan", "check", "Shop.dll")).Done());
        Assert.Equal("typedevents.lock.json is up to date.\n", (await _tool.RunAsync("plan", "accept", "Shop.dll")).Error);
    }

    [Fact]
    public async Task Check_without_a_lock_says_how_to_write_one()
    {
        Build(Before);

        Assert.Equal("There is no 'typedevents.lock.json'. Write it with 'typedevents plan accept', and commit it.", (await _tool.RunAsync("plan", "check", "Shop.dll")).Failure());
    }

    [Fact]
    public async Task Check_fails_for_a_lock_that_is_outdated_by_safe_changes_only()
    {
        Build(Before);
        await _tool.RunAsync("plan", "accept", "Shop.dll");
        Build(Safe);

        ToolResult result = await _tool.RunAsync("plan", "check", "Shop.dll");

        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            """
            /src/Shop.cs(4,27): safe TEP205: sign_up.coupon is new.
                before  –      after  string
                owner  @acme/growth
            typedevents.lock.json(1): error TEP001: typedevents.lock.json is outdated: run 'typedevents plan accept' and commit it.
            1 safe, 1 of the lock file

            """,
            result.Output);
    }

    [Fact]
    public async Task Check_shows_a_break_at_its_line_with_who_tracks_and_who_owns_it()
    {
        Build(Before);
        await _tool.RunAsync("plan", "accept", "Shop.dll");
        Build(Breaking);

        ToolResult result = await _tool.RunAsync("plan", "check", "Shop.dll");

        Assert.Equal(1, result.ExitCode);
        Expected.Equal("check.txt", result.Output);
        Expected.Equal("check.github.txt", (await _tool.RunAsync("plan", "check", "Shop.dll", "--format", "github")).Output);
        Expected.Equal("check.msbuild.txt", (await _tool.RunAsync("plan", "check", "Shop.dll", "--format", "msbuild")).Output);
        Expected.Equal("check.json", (await _tool.RunAsync("plan", "check", "Shop.dll", "--format", "json")).Output);
        Expected.Equal("check.md", (await _tool.RunAsync("plan", "check", "Shop.dll", "--format", "markdown")).Output);
    }

    [Fact]
    public async Task Within_GitHub_Actions_check_writes_annotations_and_the_jobs_summary()
    {
        Build(Before);
        await _tool.RunAsync("plan", "accept", "Shop.dll");
        Build(Breaking);
        string summary = Path.Combine(_application.Folder, "summary.md");
        _tool.Environment["GITHUB_ACTIONS"] = "true";
        _tool.Environment["GITHUB_STEP_SUMMARY"] = summary;

        ToolResult result = await _tool.RunAsync("plan", "check", "Shop.dll");

        Assert.Contains("::error file=/src/Shop.cs,line=4,", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("## Tracking plan: 1 breaking, 1 risky, 1 of the lock file", await File.ReadAllTextAsync(summary, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accept_needs_a_reason_for_a_break_and_writes_nothing_without()
    {
        Build(Before);
        await _tool.RunAsync("plan", "accept", "Shop.dll");
        string before = await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken);
        Build(Breaking);

        Assert.Equal(
            "1 change breaks readers of the events: TEP206 sign_up.plan was always sent and now may be missing. Say why that is meant: --because \"…\"",
            (await _tool.RunAsync("plan", "accept", "Shop.dll")).Failure());
        Assert.Equal(before, await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken));
        Assert.Equal(0, (await _tool.RunAsync("plan", "accept", "Shop.dll", "--because", "Guests have no plan.")).ExitCode);
        Assert.Equal("", (await _tool.RunAsync("plan", "check", "Shop.dll")).Done());
        Assert.Contains("Guests have no plan.", await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accept_keeps_the_line_ends_of_the_lock()
    {
        Build(Before);
        await _tool.RunAsync("plan", "accept", "Shop.dll");
        string text = await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Lock, text.ReplaceLineEndings("\r\n"), TestContext.Current.CancellationToken);

        Assert.Equal("typedevents.lock.json is up to date.\n", (await _tool.RunAsync("plan", "accept", "Shop.dll")).Error);

        Build(Safe);
        await _tool.RunAsync("plan", "accept", "Shop.dll");
        string accepted = await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken);
        Assert.Contains("\"coupon\"", accepted, StringComparison.Ordinal);
        Assert.Equal(accepted.ReplaceLineEndings("\r\n"), accepted);
    }

    [Fact]
    public async Task A_removed_name_can_be_forgotten()
    {
        Build(Before);
        await _tool.RunAsync("plan", "accept", "Shop.dll");
        Build(Breaking);
        await _tool.RunAsync("plan", "accept", "Shop.dll", "--because", "x");
        Assert.Contains("\"removed\"", await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        Assert.Equal(0, (await _tool.RunAsync("plan", "accept", "Shop.dll", "--forget", "sign_up.seats")).ExitCode);

        Assert.DoesNotContain("\"removed\"", await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("'other' isn't the name of a removed event or property.", (await _tool.RunAsync("plan", "accept", "Shop.dll", "--forget", "other")).Failure());
    }

    [Fact]
    public async Task Check_against_a_commit_accepts_a_break_with_a_reason_and_fails_for_one_without()
    {
        Build(Before);
        await _tool.RunAsync("plan", "accept", "Shop.dll");
        Git("init", "-q", "-b", "main");
        Git("add", LockFile.Name);
        Git("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "Lock");
        Build(Breaking);

        ToolResult unaccepted = await _tool.RunAsync("plan", "check", "Shop.dll", "--base-ref", "main");
        await _tool.RunAsync("plan", "accept", "Shop.dll", "--because", "Guests have no plan.");
        ToolResult accepted = await _tool.RunAsync("plan", "check", "Shop.dll", "--base-ref", "main");
        ToolResult strict = await _tool.RunAsync("plan", "check", "Shop.dll", "--base-ref", "main", "--fail-on", "risky");

        Assert.Equal(1, unaccepted.ExitCode);
        Assert.Equal((0, ""), (accepted.ExitCode, accepted.Error));
        Assert.Contains("accepted TEP206: sign_up.plan was always sent and now may be missing.", accepted.Output, StringComparison.Ordinal);
        Assert.Contains("    accepted: Guests have no plan.\n", accepted.Output, StringComparison.Ordinal);
        Assert.Equal(1, strict.ExitCode);
        Assert.Equal("Git doesn't know 'missing'. In a shallow clone, fetch it first: git fetch origin missing", (await _tool.RunAsync("plan", "check", "Shop.dll", "--base-ref", "missing")).Failure());
        Assert.Equal("'--output=x' isn't the name of a branch, a tag or a commit.", (await _tool.RunAsync("plan", "check", "Shop.dll", "--base-ref=--output=x")).Failure());

        ToolResult diff = await _tool.RunAsync("plan", "diff", "main:typedevents.lock.json", "Shop.dll");
        Assert.Equal(1, diff.ExitCode);
        Assert.Equal("main has no file 'other.json'.", (await _tool.RunAsync("plan", "diff", "main:other.json", "Shop.dll")).Failure());
    }

    [Fact]
    public async Task A_lock_that_git_can_not_read_is_reported_with_the_reason()
    {
        Build(Before);
        await _tool.RunAsync("plan", "accept", "Shop.dll");

        Assert.Equal($"'{_application.Folder}' isn't in a Git repository.", (await _tool.RunAsync("plan", "check", "Shop.dll", "--base-ref", "main")).Failure());

        Git("init", "-q", "-b", "main");
        await File.WriteAllTextAsync(Path.Combine(_application.Folder, ".git", "config"), "[core", TestContext.Current.CancellationToken);
        Assert.StartsWith(
            $"Git can't read 'main' in '{_application.Folder}': fatal: bad config line ",
            (await _tool.RunAsync("plan", "check", "Shop.dll", "--base-ref", "main")).Failure(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_lock_file_of_a_worktree_belongs_to_its_root()
    {
        Build(Before);
        string assembly = Path.Combine(Directory.CreateDirectory(Path.Combine(_application.Folder, "app")).FullName, "Shop.dll");
        File.Move(Path.Combine(_application.Folder, "Shop.dll"), assembly);
        await File.WriteAllTextAsync(Path.Combine(_application.Folder, ".git"), "gitdir: ../main/.git/worktrees/feature\n", TestContext.Current.CancellationToken);

        await _tool.RunAsync("plan", "accept", assembly);

        Assert.True(File.Exists(Lock));
    }

    /// <summary>The terminal's encoding is Windows' code page, or that of the locale.</summary>
    [Fact]
    public async Task Output_that_is_not_shown_by_a_terminal_is_UTF_8()
    {
        const string Description = "Ein Konto für 中文.";
        Build(Before.Replace("An account.", Description, StringComparison.Ordinal));
        var environment = new Dictionary<string, string> { ["LC_ALL"] = "de_DE.ISO-8859-1" };

        ToolResult shown = await ToolProcess.RunAsync(_application.Folder, ["plan", "show", "Shop.dll"], environment);
        ToolResult failed = await ToolProcess.RunAsync(_application.Folder, ["plan", "show", "größe.dll"], environment);

        Assert.Contains(Description, shown.Done(), StringComparison.Ordinal);
        Assert.Contains("größe.dll", failed.Failure(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Diff_compares_files_and_assemblies()
    {
        Build(Before);
        (await _tool.RunAsync("plan", "export", "Shop.dll", "-o", "old.json")).Done();
        Build(Safe);

        ToolResult safe = await _tool.RunAsync("plan", "diff", "old.json", "Shop.dll");
        Assert.Equal((0, ""), (safe.ExitCode, safe.Error));
        Assert.Contains("TEP205", safe.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await _tool.RunAsync("plan", "diff", "old.json", "Shop.dll", "--fail-on", "any")).ExitCode);
        Assert.Equal("", (await _tool.RunAsync("plan", "diff", "old.json", "old.json")).Done());
        Assert.Equal("There is no file 'missing.json'.", (await _tool.RunAsync("plan", "diff", "missing.json", "Shop.dll")).Failure());
    }

    [Fact]
    public async Task Usages_lists_who_tracks_an_event_and_what_nothing_tracks()
    {
        _application.Compile("Shop", Code
            + TestApplication.Contract("SignUp", Before)
            + TestApplication.Contract("Dead", """{"plan":1,"event":"dead","type":"Shop.Dead","properties":{}}""")
            + "namespace Shop { public record Dead; }");

        Assert.Equal("dead\n  never tracked\nsign_up\n  /src/Shop.cs:6  C.M\n", (await _tool.RunAsync("plan", "usages", "Shop.dll")).Done());
        ToolResult unused = await _tool.RunAsync("plan", "usages", "--unused", "Shop.dll");
        Assert.Equal((1, "dead\n  never tracked\n"), (unused.ExitCode, unused.Output));
        using JsonDocument json = JsonDocument.Parse((await _tool.RunAsync("plan", "usages", "sign_up", "Shop.dll", "--format", "json")).Done());
        Assert.Equal(6, json.RootElement.GetProperty("events")[0].GetProperty("usages")[0].GetProperty("line").GetInt32());
        Assert.Equal("sign_up has no property 'x'. There are plan, seats.", (await _tool.RunAsync("plan", "usages", "sign_up.x", "Shop.dll")).Failure());
    }

    [Fact]
    public async Task A_build_alone_is_compared_with_the_lock()
    {
        Build(Before);
        await _tool.RunAsync("plan", "accept", "Shop.dll");
        Build(Safe);

        ToolResult diff = await _tool.RunAsync("plan", "diff", "Shop.dll");

        Assert.Equal(0, diff.ExitCode);
        Assert.Contains("TEP205: sign_up.coupon is new.", diff.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verbosity_hides_what_nobody_acts_on_and_shows_what_only_code_sees()
    {
        Build(Before);
        ToolResult accepted = await _tool.RunAsync("plan", "accept", "Shop.dll", "-v", "quiet");
        Assert.Equal((0, "", ""), (accepted.ExitCode, accepted.Output, accepted.Error));
        (await _tool.RunAsync("plan", "export", "Shop.dll", "-o", "old.json")).Done();
        _application.Compile("Shop", Code.Replace("SignUp", "Registered", StringComparison.Ordinal)
            + TestApplication.Contract("SignUp", Safe.Replace("Shop.SignUp", "Shop.Registered", StringComparison.Ordinal)));

        Assert.Equal("TEP205", Ids(await _tool.RunAsync("plan", "diff", "old.json", "Shop.dll")));
        Assert.Equal("TEP105 TEP205", Ids(await _tool.RunAsync("plan", "diff", "old.json", "Shop.dll", "-v", "d")));
        Assert.Equal("", Ids(await _tool.RunAsync("plan", "diff", "old.json", "Shop.dll", "-v", "q")));

        static string Ids(ToolResult result) => string.Join(' ', result.Output.Split('\n').Where(line => line.Contains("TEP", StringComparison.Ordinal)).Select(line => line[line.IndexOf("TEP", StringComparison.Ordinal)..][..6]).Order());
    }

    [Fact]
    public async Task Colours_are_for_terminals_that_want_them()
    {
        Build(Before);
        await _tool.RunAsync("plan", "accept", "Shop.dll");
        Build(Breaking);

        Assert.DoesNotContain('\u001b', (await _tool.RunAsync("plan", "check", "Shop.dll")).Output);
        _tool.HasTerminal = true;
        Assert.Contains("\u001b[31mbreaking\u001b[0m TEP206", (await _tool.RunAsync("plan", "check", "Shop.dll")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', (await _tool.RunAsync("plan", "check", "Shop.dll", "--no-color")).Output);
        await _tool.RunAsync("plan", "check", "Shop.dll", "-o", "check.txt");
        Assert.DoesNotContain('\u001b', await File.ReadAllTextAsync(Path.Combine(_application.Folder, "check.txt"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("check")]
    [InlineData("lint")]
    [InlineData("show")]
    [InlineData("usages")]
    [InlineData("diff")]
    public async Task A_result_can_go_to_a_file(string command)
    {
        Build(Before);
        await _tool.RunAsync("plan", "accept", "Shop.dll");
        Build(Breaking);
        ToolResult shown = await _tool.RunAsync("plan", command, "Shop.dll");

        ToolResult written = await _tool.RunAsync("plan", command, "Shop.dll", "-o", "result.txt");

        Assert.Equal((shown.ExitCode, ""), (written.ExitCode, written.Output));
        Assert.Equal(shown.Output, await File.ReadAllTextAsync(Path.Combine(_application.Folder, "result.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Show_writes_the_plan_as_JSON()
    {
        Build(Before);

        Assert.Equal((await _tool.RunAsync("plan", "export", "Shop.dll")).Done(), (await _tool.RunAsync("plan", "show", "Shop.dll", "--format", "json")).Done());
        Assert.Equal(["sign_up"], Plans.Parse((await _tool.RunAsync("plan", "show", "sign_up", "Shop.dll", "--format", "json")).Done()).Events.Keys);
    }

    [Fact]
    public void A_path_of_a_deterministic_build_is_the_one_in_the_clone()
    {
        string source = Path.Combine(_application.Folder, "src", "Events.cs");
        Directory.CreateDirectory(Path.GetDirectoryName(source)!);
        File.WriteAllText(source, "");
        ToolContext context = new() { Out = TextWriter.Null, Error = TextWriter.Null, Folder = Path.Combine(_application.Folder, "src"), Environment = _ => null };

        Assert.Equal("Events.cs", context.Show("/_/src/Events.cs"));
        Assert.Equal("/_/src/Missing.cs", context.Show("/_/src/Missing.cs"));
    }

    [Fact]
    public async Task Lint_warns_and_fails_only_if_it_is_asked_to()
    {
        _application.Compile("Shop", Code + TestApplication.Contract("SignUp", """{"plan":1,"event":"sign_up","type":"Shop.SignUp","properties":{"email":{"type":"string"}}}"""));

        ToolResult result = await _tool.RunAsync("plan", "lint", "Shop.dll");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("warning TEP605: sign_up.email looks like an e-mail address", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await _tool.RunAsync("plan", "lint", "Shop.dll", "--fail-on", "risky")).ExitCode);
        Assert.Equal(1, (await _tool.RunAsync("plan", "lint", "Shop.dll", "--fail-on", "any")).ExitCode);
    }

    [Fact]
    public async Task A_file_that_can_not_be_written_is_one_line()
    {
        Build(Before);
        await File.WriteAllTextAsync(Path.Combine(_application.Folder, "file"), "", TestContext.Current.CancellationToken);

        Assert.StartsWith("'", (await _tool.RunAsync("plan", "export", "Shop.dll", "-o", "file/plan.json")).Failure(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_lock_is_one_line_with_its_place()
    {
        Build(Before);
        await File.WriteAllTextAsync(Lock, "{ \"plan\": 1,\n\"events\": [] }", TestContext.Current.CancellationToken);

        Assert.EndsWith("typedevents.lock.json(2,11): an object is expected.", (await _tool.RunAsync("plan", "check", "Shop.dll")).Failure(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_a_project_and_one_with_several_are_errors()
    {
        string folder = Path.Combine(_application.Folder, "several");
        Directory.CreateDirectory(folder);

        Assert.Equal("There is no project and no solution in 'several'. Name a project, a solution or an assembly.", (await _tool.RunAsync("plan", "show", "./several")).Failure());
        await File.WriteAllTextAsync(Path.Combine(folder, "b.csproj"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "a.csproj"), "", TestContext.Current.CancellationToken);
        Assert.Equal("There are several projects in 'several': a.csproj, b.csproj. Name one of them, or all that belong to the application.", (await _tool.RunAsync("plan", "show", "./several")).Failure());

        // No event can be meant: there is no project here.
        Assert.StartsWith("There are several projects in 'several'", (await _tool.RunAsync("plan", "show", "several")).Failure(), StringComparison.Ordinal);
        Assert.StartsWith("There are several projects in 'several'", (await _tool.RunAsync("plan", "usages", "several")).Failure(), StringComparison.Ordinal);
        Assert.Equal("There is no file 'missing.csproj'.", (await _tool.RunAsync("plan", "show", "missing.csproj")).Failure());
        Assert.Equal("'typedevents.txt' is neither a project, a solution nor an assembly.", (await WithFileAsync("typedevents.txt", "", "plan", "show", "./typedevents.txt")).Failure());
        Assert.Equal("'empty.slnx' has no projects.", (await WithFileAsync("empty.slnx", "<Solution />", "plan", "show", "empty.slnx")).Failure());
    }

    private async Task<ToolResult> WithFileAsync(string name, string content, params string[] args)
    {
        await File.WriteAllTextAsync(Path.Combine(_application.Folder, name), content, TestContext.Current.CancellationToken);
        return await _tool.RunAsync(args);
    }

    private void Build(string contract) => _application.Compile("Shop", Code + TestApplication.Contract("SignUp", contract));

    private void Git(params string[] args)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = _application.Folder };
        Array.ForEach(args, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
