namespace TypedEvents.Cli.Tests;

/// <summary>Projects and solutions that the tool builds, as users have them: from a changed record to the words at its line.</summary>
public sealed class ProjectBuildTests : FolderTests
{
    private const string Events = """
        using TypedEvents;

        namespace Shop.Events;

        /// <summary>An account was created.</summary>
        [EngageEvent("sign_up", Owner = "@acme/growth")]
        public partial record SignUp(
            string Plan,
            int Seats);
        """;

    private const string Program = """
        using Shop.Events;
        using TypedEvents;

        public class Accounts(IEventTracker tracker)
        {
            public void Create(EngageUser user) => tracker.TrackSignUp(user, "pro", 3);
        }
        """;

    private readonly TestTool _tool;

    public ProjectBuildTests() => _tool = new TestTool(Folder);

    /// <summary>Where warnings are errors, the rules that compare with the lock file would keep the tool from accepting a change.</summary>
    [Fact]
    public async Task The_tools_build_does_not_compare_with_the_lock_file()
    {
        Write("Directory.Build.props", "<Project />");
        Write("Shop.csproj", Project("TargetFramework", "Shop", """
            </ItemGroup>
            <Target Name="CompareWithTheLockFile" BeforeTargets="CoreCompile" Condition="'$(TypedEventsLockFile)' != 'none'"><Error Text="compared" /></Target>
            <ItemGroup>
            """));
        Write("SignUp.cs", Events);

        Assert.Contains("sign_up", (await _tool.RunAsync("plan", "show")).Done(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_a_record_fails_the_check_at_its_line()
    {
        Write("Directory.Build.props", "<Project />");
        Write("Shop.slnx", """<Solution><Project Path="src/Shop/Shop.csproj" /><Project Path="src/Events/Events.csproj" /></Solution>""");
        Write("src/Events/Events.csproj", Project("TargetFrameworks", "Shop.Events"));
        Write("src/Events/SignUp.cs", Events);
        Write("src/Shop/Shop.csproj", Project("TargetFramework", "Shop", """<ProjectReference Include="../Events/Events.csproj" />"""));
        Write("src/Shop/Accounts.cs", Program);

        Assert.Equal(
            "'src/Shop/Shop.csproj' isn't built: there is no 'src/Shop/bin/Debug/net10.0/Shop.dll'. Build it, or leave out --no-build.",
            (await _tool.RunAsync("plan", "show", "src/Shop", "--no-build")).Failure());

        ToolResult accepted = await _tool.RunAsync("plan", "accept", "src/Shop");
        Assert.Equal((0, "typedevents.lock.json has 1 event now.\n"), (accepted.ExitCode, accepted.Error));
        Assert.True(File.Exists(PathOf(LockFile.Name)), "The lock belongs beside the solution.");

        // The solution has the same plan: that of the library, which the application references, is there once.
        Write("src/Events/SignUp.cs", Events.Replace("string Plan", "string? Plan", StringComparison.Ordinal));
        ToolResult failed = await _tool.RunAsync("plan", "check", "-v", "q");
        Assert.Equal(1, failed.ExitCode);
        Assert.Equal(
            """
            src/Events/SignUp.cs(8,5): breaking TEP206: sign_up.plan was always sent and now may be missing.
                before  string, required      after  string
                sent from  src/Shop/Accounts.cs:6        owner  @acme/growth
                If that is meant: typedevents plan accept --only sign_up --because "…"
            typedevents.lock.json(1): error TEP001: typedevents.lock.json is outdated: run 'typedevents plan accept' and commit it.
            1 breaking, 1 of the lock file

            """,
            failed.Output);

        Write("src/Events/SignUp.cs", Events.Replace("int Seats", "int Seats = x", StringComparison.Ordinal));
        string broken = (await _tool.RunAsync("plan", "check", "src/Events", "--framework", "net10.0")).Failure();
        Assert.StartsWith("The build of 'src/Events/Events.csproj' failed: ", broken, StringComparison.Ordinal);
        Assert.Contains("SignUp.cs(9,17): error CS0103", broken, StringComparison.Ordinal);

        Write("src/Shop/Shop.csproj", "<Project><Import Project=\"missing.props\" /></Project>");
        Assert.StartsWith("MSBuild can't read 'src/Shop/Shop.csproj': ", (await _tool.RunAsync("plan", "show", "src/Shop")).Failure(), StringComparison.Ordinal);
    }

    /// <summary>A project that has what the package gives to users, from the folder of the tests.</summary>
    private static string Project(string property, string name, string more = "") => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <{property}>net10.0</{property}>
            <AssemblyName>{name}</AssemblyName>
            <Nullable>enable</Nullable>
            <LangVersion>latest</LangVersion>
          </PropertyGroup>
          <ItemGroup>
            <Reference Include="{Path.Combine(AppContext.BaseDirectory, "TypedEvents.dll")}" />
            <Analyzer Include="{Path.Combine(AppContext.BaseDirectory, "TypedEvents.Generators.dll")}" />
            {more}
          </ItemGroup>
        </Project>
        """;

    private void Write(string path, string content)
    {
        string full = PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
