using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>The contract of an event: what it costs an editing developer, and that nobody else sees it.</summary>
public class ContractTests
{
    private const string SignUp = """
        #pragma warning disable CS1573, CS1591
        using TypedEvents;
        namespace Shop;

        /// <summary>A customer signed up.</summary>
        /// <param name="Name">Their name.</param>
        [EngageEvent("sign_up", Owner = "@acme/growth", ReplacedBy = "registered")]
        public partial record SignUp(string Name, [EventProperty(Description = "What they pay for.", Example = "pro")] string? Plan = null)
        {
            /// <summary>How they came.</summary>
            public string? Campaign { get; init; }
        }
        """;

    private const string Login = """
        #pragma warning disable CS1591
        using TypedEvents;
        namespace Shop;
        [EngageEvent("login")] public partial record Login;
        """;

    private static readonly Project Shop = new(SignUp, Login);

    [Fact]
    public void Each_event_has_one()
    {
        Generated generated = Shop.Generate().AssertSilent();

        Assert.All(generated.Contracts, file => Assert.Matches(@"^TypedEvents\.Generated\.Plan\.\d\d\.g\.cs$", file.HintName));
        Assert.Equal(
            ["""{"plan":1,"event":"login","type":"Shop.Login","properties":{}}""",
             """{"plan":1,"event":"sign_up","type":"Shop.SignUp","description":"A customer signed up.","owner":"@acme/growth","replacedBy":"registered","properties":{"name":{"member":"Name","type":"string","required":true,"description":"Their name."},"plan":{"member":"Plan","type":"string","description":"What they pay for.","examples":["pro"]},"campaign":{"member":"Campaign","type":"string","description":"How they came."}}}"""],
            new EditingSession(Shop).EmittedContracts);
    }

    [Theory]
    [InlineData("Owner = \"@acme/growth\"", "Owner = \"@acme/sales\"")]
    [InlineData("What they pay for.", "What they bought.")]
    [InlineData("Example = \"pro\"", "Example = \"free\"")]
    [InlineData("How they came.", "By which campaign.")]
    [InlineData("string? Campaign", "[EventSensitivity(Sensitivity.Personal)] public string? Campaign")]
    public void An_edited_text_emits_the_contract_and_no_serializer(string before, string after)
    {
        var session = new EditingSession(Shop);
        session.Edit(SignUp, SignUp.Replace(before, after, StringComparison.Ordinal).Replace("public [EventSensitivity(Sensitivity.Personal)]", "[EventSensitivity(Sensitivity.Personal)]", StringComparison.Ordinal));

        Assert.Single(session.EmittedContracts);
        Assert.Empty(session.Emitted);
    }

    /// <summary>The typed calls show these texts to who writes a call.</summary>
    [Theory]
    [InlineData("A customer signed up.", "Somebody signed up.")]
    [InlineData("Their name.", "The user's name.")]
    [InlineData("Owner = ", "Description = \"Somebody signed up.\", Owner = ")]
    public void An_edited_description_of_an_event_emits_its_calls_and_no_serializer(string before, string after)
    {
        var session = new EditingSession(Shop);
        session.Edit(SignUp, SignUp.Replace(before, after, StringComparison.Ordinal));

        Assert.Single(session.EmittedContracts);
        Assert.Equal(["Shop.SignUp"], session.EmittedCalls);
        Assert.Empty(session.Emitted);
    }

    [Fact]
    public void An_edit_that_changes_nothing_of_the_event_emits_no_contract()
    {
        var session = new EditingSession(Shop);
        session.Edit(SignUp, SignUp.Replace("namespace Shop;", "namespace Shop; // a comment", StringComparison.Ordinal));

        Assert.Empty(session.EmittedContracts);
        Assert.Empty(session.Emitted);
    }

    /// <summary>Projects that reference the assembly are compiled again only if its reference assembly changes.</summary>
    [Fact]
    public void An_edited_comment_changes_the_assembly_and_not_its_reference_assembly()
    {
        Project edited = Shop with { Files = [SignUp.Replace("Their name.", "The user's name.", StringComparison.Ordinal).Replace("How they came.", "By which campaign.", StringComparison.Ordinal).Replace("A customer signed up.", "Somebody signed up.", StringComparison.Ordinal), Login] };

        Assert.Equal(VersionOf(Shop, isReference: true), VersionOf(edited, isReference: true));
        Assert.NotEqual(VersionOf(Shop, isReference: false), VersionOf(edited, isReference: false));
    }

    [Fact]
    public void A_record_that_can_not_be_sent_has_none() =>
        Assert.Empty(new Project("using TypedEvents; [EngageEvent(\"a\")] public partial record A(object Value);").Generate().Contracts);

    [Theory]
    [InlineData("/// <summary>One &lt; two</summary>", "One < two")]
    [InlineData("/** <summary> In\n * a block. </summary> */", "In a block.")]
    [InlineData("/// <summary><para>One.</para><para>Two.</para></summary>", "One. Two.")]
    [InlineData("/// <summary>Not closed", null)]
    [InlineData("// <summary>No documentation.</summary>", null)]
    [InlineData("//// <summary>No documentation.</summary>", null)]
    [InlineData("/// <remarks>Other.</remarks>", null)]
    [InlineData("/// <summary>   </summary>", null)]
    [InlineData("/// <summary>\"Quoted\" \\ é 🎈</summary>", "\"Quoted\" \\ é 🎈")]
    public void A_description_is_the_plain_text_of_the_comment(string comment, string? description)
    {
        string contract = Assert.Single(new EditingSession(new Project($"using TypedEvents;\n{comment}\n[EngageEvent(\"a\")] public partial record A;")).EmittedContracts);

        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(contract);
        Assert.Equal(description, json.RootElement.TryGetProperty("description", out System.Text.Json.JsonElement text) ? text.GetString() : null);
    }

    [Theory]
    [InlineData("/// <summary>One <see cref=\"System.Collections.Generic.List{T}\"/>, <c>two</c> and <see langword=\"null\"/>.</summary>", "One System.Collections.Generic.List<T>, two and null.")]
    [InlineData("/// <summary>Caf&#233; &#x26; bar &quot;B&apos;s&quot;<br/>open</summary>", "Café & bar \"B's\" open")]
    [InlineData("/// <summary>a<![CDATA[ <b> ]]>c<!-- no --></summary>", "a <b> c")]
    [InlineData("/// <summary>Unknown &entity; here</summary>", null)]
    [InlineData("/// <summary>Crossed <b><i></b></i></summary>", null)]
    [InlineData("/// <summary>Two\n/// lines,\n/// one text.</summary>", "Two lines, one text.")]
    [InlineData("/// <summary>First.</summary>\n/// <summary>Second.</summary>", "First.")]
    [InlineData("/// <remarks><summary>Within.</summary></remarks>", null)]
    [InlineData("/*** <summary>No documentation.</summary> */", null)]
    [InlineData("/**/", null)]
    [InlineData("#if NEVER\n/// <summary>Not compiled.</summary>\n#endif", null)]
    public void A_description_has_what_people_read_of_the_xml(string comment, string? description) => A_description_is_the_plain_text_of_the_comment(comment, description);

    [Theory]
    [InlineData("\\u2028 \\u0085 \\u2029")]
    [InlineData("\\\"\\\"\\\"")]
    [InlineData("\\\\")]
    [InlineData("{0} {{}}")]
    [InlineData("\\r\\n\\t\\0")]
    [InlineData("\\ud83c\\udf88 é")]
    public void Any_text_is_in_the_assembly_as_it_is_written(string literal)
    {
        Assembly assembly = new Project($"#pragma warning disable\nusing TypedEvents; [EngageEvent(\"a\", Description = \"{literal}\")] public partial record A {{ public const string Text = \"{literal}\"; }}").Generate().Load();

        Type holder = Assert.Single(assembly.GetTypes(), type => type.Namespace == "TypedEvents.Generated.Plan");
        string contract = (string)holder.GetField("Contract", BindingFlags.NonPublic | BindingFlags.Static)!.GetRawConstantValue()!;
        using var json = System.Text.Json.JsonDocument.Parse(contract);
        Assert.Equal(assembly.GetType("A")!.GetField("Text")!.GetRawConstantValue(), json.RootElement.GetProperty("description").GetString());
    }

    [Theory]
    [InlineData("\\u0085")]
    [InlineData("\\u2028")]
    [InlineData("\\u2029")]
    public void A_value_that_ends_a_line_is_in_the_assembly_as_it_is_written(string character)
    {
        Assembly assembly = new Project($$"""
            #pragma warning disable
            using System.ComponentModel.DataAnnotations;
            using TypedEvents;
            [EngageEvent("a")] public partial record A([property: EventProperty(Example = "a{{character}}b"), AllowedValues("a{{character}}b", "c")] string X, [property: DeniedValues('{{character}}')] char Y)
            {
                public const string Text = "a{{character}}b";
            }
            """).Generate().Load();

        Type holder = Assert.Single(assembly.GetTypes(), type => type.Namespace == "TypedEvents.Generated.Plan");
        using var json = System.Text.Json.JsonDocument.Parse((string)holder.GetField("Contract", BindingFlags.NonPublic | BindingFlags.Static)!.GetRawConstantValue()!);
        Assert.Contains((string)assembly.GetType("A")!.GetField("Text")!.GetRawConstantValue()!, Strings(json.RootElement));
    }

    [Theory]
    [InlineData("string[] X", true)]
    [InlineData("System.Collections.Immutable.ImmutableArray<string> X", false)]
    [InlineData("System.ArraySegment<string> X", false)]
    public void A_list_whose_default_is_not_sent_is_not_always_sent(string property, bool isRequired)
    {
        string contract = Assert.Single(new EditingSession(new Project($"#nullable enable\nusing TypedEvents; [EngageEvent(\"a\")] public partial record A({property});")).EmittedContracts);

        using var json = System.Text.Json.JsonDocument.Parse(contract);
        System.Text.Json.JsonElement x = Assert.Single(json.RootElement.GetProperty("properties").EnumerateObject()).Value;
        Assert.Equal(isRequired, x.TryGetProperty("required", out System.Text.Json.JsonElement required) && required.GetBoolean());
    }

    private static IEnumerable<string> Strings(System.Text.Json.JsonElement element) => element.ValueKind switch
    {
        System.Text.Json.JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Strings(member.Value)),
        System.Text.Json.JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        System.Text.Json.JsonValueKind.String => [element.GetString()!],
        _ => [],
    };

    [Theory]
    [InlineData("[Private] public string? X { get; init; }", "Microsoft.Extensions.Compliance.Classification.Taxonomy:Private", null)]
    [InlineData("[Public] public string? X { get; init; }", "Shop:Public", null)]
    [InlineData("[Public(Notes = nameof(X)), Private] public string? X { get; init; }", "Shop:Public,Microsoft.Extensions.Compliance.Classification.Taxonomy:Private", null)]
    [InlineData("[NoDataClassification] public string? X { get; init; }", null, null)]
    [InlineData("[Public, EventSensitivity(Sensitivity.Sensitive)] public string? X { get; init; }", "Shop:Public", "sensitive")]
    [InlineData("[Flatten, Public, EventSensitivity(Sensitivity.Personal)] public Inner? X { get; init; }", "Shop:Public", "personal")]
    public void A_property_has_the_classes_of_its_attributes(string property, string? classifications, string? sensitivity)
    {
        string contract = Assert.Single(new EditingSession(new Project(DataClassifications.Source, $$"""
            using Microsoft.Extensions.Compliance.Classification;
            using TypedEvents;
            public record Inner(string Y);
            [EngageEvent("a")] public partial record A { {{property}} }
            """)).EmittedContracts);

        using var json = System.Text.Json.JsonDocument.Parse(contract);
        System.Text.Json.JsonElement x = Assert.Single(json.RootElement.GetProperty("properties").EnumerateObject()).Value;
        Assert.Equal(classifications, x.TryGetProperty("classifications", out System.Text.Json.JsonElement list) ? string.Join(',', list.EnumerateArray().Select(one => one.GetString())) : null);
        Assert.Equal(sensitivity, x.TryGetProperty("sensitivity", out System.Text.Json.JsonElement value) ? value.GetString() : null);
    }

    /// <summary>The source of a compiled attribute isn't there to say which classification it stands for.</summary>
    [Fact]
    public void A_classification_of_another_assembly_is_shown_by_its_attributes_name()
    {
        MetadataReference compiled = new Project(DataClassifications.Source) { AssemblyName = "Compliance" }.Generate().ToReference();
        string contract = Assert.Single(new EditingSession(new Project("using TypedEvents; [EngageEvent(\"a\")] public partial record A([Microsoft.Extensions.Compliance.Classification.Private] string X);") { ExtraReferences = [compiled] }).EmittedContracts);

        Assert.Contains("\"classifications\":[\"Private\"]", contract, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[EventProperty(Example = 3)] int X", "[3]")]
    [InlineData("[EventProperty(Example = \"a\")] string X", "[\"a\"]")]
    [InlineData("[EventProperty(Example = new[] { \"a\", \"b\" })] string X", "[\"a\",\"b\"]")]
    [InlineData("[EventProperty(Example = true)] bool X", "[\"true\"]")]
    [InlineData("[EventProperty(Example = true, Boolean = BooleanFormat.Literal)] bool X", "[true]")]
    [InlineData("[EventProperty(Example = System.DayOfWeek.Friday)] System.DayOfWeek X", "[\"friday\"]")]
    [InlineData("[EventProperty(Example = \"friday\")] System.DayOfWeek X", "[\"friday\"]")]
    [InlineData("[EventProperty(Example = (System.DayOfWeek)9)] System.DayOfWeek X", "[\"9\"]")]
    [InlineData("[EventProperty(Example = null)] string X", null)]
    [InlineData("[EventProperty(Example = double.NaN)] double X", null)]
    public void An_example_is_as_it_would_be_sent(string parameter, string? examples)
    {
        string contract = Assert.Single(new EditingSession(new Project($"using TypedEvents; [EngageEvent(\"a\")] public partial record A({parameter});")).EmittedContracts);

        using var json = System.Text.Json.JsonDocument.Parse(contract);
        System.Text.Json.JsonElement x = json.RootElement.GetProperty("properties").GetProperty("x");
        Assert.Equal(examples, x.TryGetProperty("examples", out System.Text.Json.JsonElement list) ? list.GetRawText() : null);
    }

    [Theory]
    [InlineData("[Obsolete(\"Use Y.\")] public int X { get; init; }", "Use Y.")]
    [InlineData("[Obsolete] public int X { get; init; }", "")]
    [InlineData("public int X { [Obsolete(\"Use Y.\")] get; init; }", "")]
    [InlineData("[Obsolete(\"Use Y.\"), Flatten] public Inner X { get; init; }", "Use Y.")]
    [InlineData("public int X { get; init; }", null)]
    public void The_message_of_Obsolete_is_the_deprecation(string property, string? deprecated)
    {
        string contract = Assert.Single(new EditingSession(new Project($"#pragma warning disable\nusing System; using TypedEvents; public record struct Inner(int Y); [EngageEvent(\"a\")] public partial record A {{ {property} }}")).EmittedContracts);

        using var json = System.Text.Json.JsonDocument.Parse(contract);
        System.Text.Json.JsonElement x = Assert.Single(json.RootElement.GetProperty("properties").EnumerateObject()).Value;
        Assert.Equal(deprecated, x.TryGetProperty("deprecated", out System.Text.Json.JsonElement text) ? text.GetString() : null);
    }

    private static Guid VersionOf(Project project, bool isReference)
    {
        CSharpCompilation compilation = project.Generate().Compilation;
        using var stream = new MemoryStream();
        EmitOptions options = isReference ? new EmitOptions(metadataOnly: true, includePrivateMembers: false) : new EmitOptions();
        Assert.True(compilation.WithOptions(compilation.Options.WithDeterministic(true)).Emit(stream, options: options).Success);
        stream.Position = 0;
        using var assembly = new PEReader(stream);
        MetadataReader metadata = assembly.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }
}
