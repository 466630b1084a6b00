namespace TypedEvents.Cli.Tests;

/// <summary>The plan of compiled assemblies, which are read and not loaded.</summary>
public sealed class ApplicationPlanTests : IDisposable
{
    private const string SignUp = """{"plan":1,"event":"sign_up","type":"Shop.SignUp","description":"Ein „Konto“ 🎈","properties":{"plan":{"member":"Plan","type":"string","required":true},"seats":{"member":"Seats","type":"integer"}}}""";
    private const string Closed = """{"plan":1,"event":"cart_closed","type":"Shop.Cart+Closed","properties":{}}""";

    private readonly TestApplication _application = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _application.Dispose();

    [Fact]
    public void Events_are_read_from_the_constants_of_an_assembly()
    {
        string path = _application.Compile("Shop", TestApplication.Contract("SignUp", SignUp) + TestApplication.Contract("Closed", Closed));

        using var application = ApplicationPlan.Read([path], Cancellation);

        Assert.Equal(["cart_closed", "sign_up"], application.Plan.Events.Keys);
        PlanEvent signUp = application.Plan.Events["sign_up"];
        Assert.Equal("Ein „Konto“ 🎈", signUp.Description);
        Assert.Equal("Shop", signUp.Assembly);
        Assert.Equal("Shop.SignUp", signUp.Type);
        Assert.Equal("""{ "type": "string", "required": true }""", PlanWriter.Write(signUp.Properties["plan"]));
    }

    [Fact]
    public void Constants_of_the_same_name_elsewhere_are_no_contracts()
    {
        string path = _application.Compile("Shop", TestApplication.Contract("SignUp", SignUp) + """
            namespace Shop { class C { const string Contract = "{}"; } }
            namespace TypedEvents.Generated.Plan { class D { const string Other = "{}"; const int Contract = 1; static readonly string Text = "{}"; } }
            """);

        using var application = ApplicationPlan.Read([path], Cancellation);

        Assert.Equal(["sign_up"], application.Plan.Events.Keys);
    }

    [Fact]
    public void Referenced_assemblies_beside_the_first_belong_to_the_application()
    {
        _application.Compile("Events", TestApplication.Contract("SignUp", SignUp) + "namespace Events { public class A; }");
        _application.Compile("Unrelated", TestApplication.Contract("Closed", Closed));
        string path = _application.Compile("Shop", "namespace Shop { public class B : Events.A; }");

        using var application = ApplicationPlan.Read([path], Cancellation);

        Assert.Equal(["Shop", "Events"], application.Assemblies.Select(assembly => assembly.Name));
        Assert.Equal("Events", Assert.Single(application.Plan.Events).Value.Assembly);
    }

    [Fact]
    public void An_event_that_two_assemblies_declare_is_there_once_and_a_duplicate()
    {
        string first = _application.Compile("A", TestApplication.Contract("SignUp", SignUp));
        string second = _application.Compile("B", TestApplication.Contract("SignUp", SignUp));

        using var application = ApplicationPlan.Read([second, first], Cancellation);

        Assert.Equal("A", Assert.Single(application.Plan.Events).Value.Assembly);
        Assert.Equal("B", Assert.Single(application.Plan.Duplicates).Value.Assembly);
    }

    [Fact]
    public void Lines_come_from_the_PDB()
    {
        string path = _application.Compile("Shop", $$"""
            namespace Shop
            {
                [EngageEvent("sign_up")]
                public partial record SignUp(
                    string Plan)
                {
                    public int Seats =>
                        1;
                }

                public partial class Cart
                {
                    [EngageEvent("cart_closed")]
                    public partial record Closed { public int Items { get; init; } }
                }
            }
            {{TestApplication.Contract("SignUp", SignUp)}}
            {{TestApplication.Contract("Closed", Closed)}}
            """);

        using var application = ApplicationPlan.Read([path], Cancellation);

        Assert.Equal(4, application.Plan.Locations.Find("sign_up")?.Line);
        Assert.Equal("/src/Shop.cs", application.Plan.Locations.Find("sign_up")?.File);
        Assert.Equal(5, application.Plan.Locations.Find("sign_up", "plan")?.Line);
        Assert.Equal(8, application.Plan.Locations.Find("sign_up", "seats")?.Line);
        Assert.Equal(14, application.Plan.Locations.Find("cart_closed")?.Line);
    }

    [Fact]
    public void Without_a_PDB_there_are_no_lines()
    {
        string path = _application.Compile("Shop", TestApplication.Contract("SignUp", SignUp), hasPdb: false);
        File.WriteAllText(Path.ChangeExtension(path, ".pdb"), "no PDB");

        using var application = ApplicationPlan.Read([path], Cancellation);

        Assert.Null(application.Plan.Locations.Find("sign_up"));
    }

    [Fact]
    public void A_contract_of_a_newer_version_asks_for_a_newer_tool()
    {
        string path = _application.Compile("Shop", TestApplication.Contract("SignUp", """{"plan":2,"event":"sign_up","shape":{}}"""));

        Assert.Equal(
            $"'{path}' was made by a newer TypedEvents (plan 2, and this tool knows 1). Update the tool: dotnet tool update TypedEvents.Cli",
            Assert.Throws<ToolException>(() => ApplicationPlan.Read([path], Cancellation)).Message);
    }

    [Theory]
    [InlineData("missing.dll", null, "There is no file '{0}'.")]
    [InlineData("text.dll", "This is text.", "'{0}' isn't a .NET assembly.")]
    [InlineData("empty.dll", "", "'{0}' isn't a .NET assembly.")]
    public void A_file_that_is_no_assembly_is_named(string name, string? content, string message)
    {
        string path = Path.Combine(_application.Folder, name);
        if (content is not null)
        {
            File.WriteAllText(path, content);
        }

        Assert.Equal(string.Format(null, message, path), Assert.Throws<ToolException>(() => ApplicationPlan.Read([path], Cancellation)).Message);
    }

    [Fact]
    public void A_truncated_assembly_is_no_assembly()
    {
        string path = _application.Compile("Shop", TestApplication.Contract("SignUp", SignUp));
        byte[] content = File.ReadAllBytes(path);
        File.WriteAllBytes(path, content[..(content.Length / 2)]);

        Assert.Equal($"'{path}' isn't a .NET assembly.", Assert.Throws<ToolException>(() => ApplicationPlan.Read([path], Cancellation)).Message);
    }

    [Fact]
    public void An_assembly_without_TypedEvents_and_one_without_events_are_told_apart()
    {
        string other = _application.Compile("Other", "class A;");
        string none = _application.Compile("None", "class A { IEventTracker? tracker = null; }");

        Assert.Equal($"'{other}' doesn't use TypedEvents.", Assert.Throws<ToolException>(() => ApplicationPlan.Read([other], Cancellation)).Message);
        Assert.StartsWith($"'{none}' declares no events that this tool can read.", Assert.Throws<ToolException>(() => ApplicationPlan.Read([none], Cancellation)).Message, StringComparison.Ordinal);
    }
}
