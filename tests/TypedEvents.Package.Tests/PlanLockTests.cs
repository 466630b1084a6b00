using System.Text.Json;
using TypedEvents.Package.Tests.Support;

namespace TypedEvents.Package.Tests;

/// <summary>A project with the lock file of its tracking plan gets the changes of the plan from its builds, and needs nothing but the package for that.</summary>
public sealed class PlanLockTests
{
    private const string Project = "LockedPlan";

    [Fact]
    public async Task A_build_reports_changes_at_the_line_that_makes_them_and_removals_in_the_lock_file()
    {
        string folder = await CopyAsync("Changed");
        string events = Path.Combine(folder, "Events.cs");
        string source = await File.ReadAllTextAsync(events, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            events,
            source.Replace("string Company", "string? Company", StringComparison.Ordinal).Replace("""
                [EngageEvent("trial_ended")]
                public sealed partial record TrialEnded(bool Bought);
                """.ReplaceLineEndings("\n"), "", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        CommandResult result = await BuildAsync(folder);

        result.AssertSucceeded();
        IReadOnlyList<Diagnosis> diagnoses = Diagnosis.Parse(result.Output);
        Assert.Equal(["TEP101", "TEP206"], diagnoses.Select(diagnosis => diagnosis.Id).Order(StringComparer.Ordinal));
        Assert.All(diagnoses, diagnosis => Assert.Equal("warning", diagnosis.Severity));
        Assert.Contains(diagnoses, diagnosis => diagnosis.Message.Contains("typedevents.lock.json(5,5): warning TEP101: trial_ended was removed;", StringComparison.Ordinal));
        Assert.Contains(diagnoses, diagnosis => diagnosis.Message.Contains("Events.cs(10,13): warning TEP206: trial_started.company was always sent and now may be missing;", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lock_file_that_is_not_a_plan_is_one_warning_at_the_place()
    {
        string folder = await CopyAsync("Broken");
        await File.WriteAllTextAsync(Path.Combine(folder, "typedevents.lock.json"), "{\n  \"plan\": 1,\n  \"events\": { ]\n}\n", TestContext.Current.CancellationToken);

        CommandResult result = await BuildAsync(folder);

        result.AssertSucceeded();
        Diagnosis only = Assert.Single(Diagnosis.Parse(result.Output));
        Assert.Contains("typedevents.lock.json(3,15): warning TEP003: typedevents.lock.json can't be read, so changes of the tracking plan aren't reported: this isn't valid JSON", only.Message, StringComparison.Ordinal);
    }

    /// <summary>An editor evaluates the project, and needs the file then.</summary>
    [Theory]
    [InlineData("", "typedevents.lock.json")]
    [InlineData("-p:TypedEventsLockFile=none")]
    [InlineData("-p:DisableTypedEventsGenerator=true")]
    [InlineData("-p:TypedEventsLockFile=elsewhere/typedevents.lock.json")]
    public async Task The_file_is_an_additional_file_as_soon_as_the_project_is_evaluated(string option, params string[] expected)
    {
        Consumers consumers = await Consumers.BuiltAsync();

        CommandResult result = await Command.DotNetAsync(
            consumers.Folder,
            ["msbuild", $"{Project}/{Project}.csproj", "-getItem:AdditionalFiles", .. option.Length == 0 ? Array.Empty<string>() : [option]],
            consumers.Environment);

        result.AssertSucceeded();
        using JsonDocument items = JsonDocument.Parse(result.Output);
        Assert.Equal(
            expected,
            items.RootElement.GetProperty("Items").GetProperty("AdditionalFiles").EnumerateArray()
                .Select(item => item.GetProperty("Filename").GetString() + item.GetProperty("Extension").GetString()));
    }

    [Theory]
    [InlineData("elsewhere/typedevents.lock.json", "which doesn't exist")]
    [InlineData("plan.json", "must be named typedevents.lock.json")]
    public async Task A_lock_file_that_has_no_effect_is_a_warning(string path, string problem)
    {
        Consumers consumers = await Consumers.BuiltAsync();

        CommandResult result = await BuildAsync(Path.Combine(consumers.Folder, Project), $"-p:TypedEventsLockFile={path}", "-p:OutputPath=bin/NoLock/");

        result.AssertSucceeded();
        Diagnosis only = Assert.Single(Diagnosis.Parse(result.Output));
        Assert.Equal(("warning", "TE9003"), (only.Severity, only.Id));
        Assert.Contains(problem, only.Message, StringComparison.Ordinal);
    }

    /// <summary>Copies the project beside the others.</summary>
    private static async Task<string> CopyAsync(string name)
    {
        Consumers consumers = await Consumers.BuiltAsync();
        string folder = Directory.CreateDirectory(Path.Combine(consumers.Folder, $"{Project}.{name}")).FullName;
        foreach (string file in Directory.EnumerateFiles(Path.Combine(consumers.Folder, Project)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        return folder;
    }

    private static async Task<CommandResult> BuildAsync(string folder, params string[] options)
    {
        Consumers consumers = await Consumers.BuiltAsync();
        return await Command.DotNetAsync(folder, ["build", $"{Project}.csproj", "-tl:off", "-v:m", "-clp:NoSummary", "-nodeReuse:false", .. options], consumers.Environment);
    }
}
