using Microsoft.CodeAnalysis;

namespace TypedEvents.Cli.Tests;

/// <summary>From a record to its plan: the contract that the generator writes is the one that the tool reads.</summary>
public sealed class GeneratedContractTests : IDisposable
{
    private const string Everything = """
        using System.ComponentModel.DataAnnotations;

        namespace Acme.Billing;

        public enum Tier { Free, [EventValue("pro!")] Pro, Enterprise }

        [Flags]
        public enum Features { None = 0, Reports = 1, Alerts = 2, All = 3 }

        /// <summary>Where it is.</summary>
        /// <param name="City">The city.</param>
        public record Address(string City, [Length(2, 2)] string? Country = null);

        public abstract record Visit
        {
            /// <summary>Where they came from.</summary>
            public required string Campaign { get; init; }
        }

        /// <summary>
        /// A customer began a trial of   <see cref="Tier"/>, with
        /// <c>code</c> &amp; more.
        /// </summary>
        /// <param name="Company">Who tries it.</param>
        [EngageEvent("trial_started", Owner = "@acme/growth", Tags = new[] { "trial", "billing" }, ReplacedBy = "trial_begun")]
        [Obsolete("Use TrialBegun.")]
        public partial record TrialStarted(
            [EventSensitivity(Sensitivity.Personal), StringLength(50, MinimumLength = 2)] string Company,
            Tier Tier,
            [Range(1, 100)] int Seats,
            DateTimeOffset StartedAt,
            [EventProperty(Date = DateFormat.UnixMilliseconds)] DateTime? EndsAt,
            [EventProperty(Description = "A code.", Example = "AB12"), RegularExpression("[A-Z]{2}[0-9]+")] string? Voucher = null,
            [EventProperty(Example = 3), AllowedValues(1, 3)] int? Rounds = null,
            [MaxLength(10)] IReadOnlyList<string>? Interests = null,
            [Flatten] Address? Home = null) : Visit
        {
            /// <summary>Computed.</summary>
            public bool IsLarge => Seats > 10;

            [EventProperty(Boolean = BooleanFormat.Literal)]
            public bool IsFirst { get; init; }

            public Features Features { get; init; }

            [EventSensitivity(Sensitivity.Sensitive), Obsolete, EventProperty(ReplacedBy = "tier")]
            public string? OldTier { get; init; }

            public TimeSpan Lasted { get; init; }

            [Range(0.5, double.MaxValue, MinimumIsExclusive = true)]
            public decimal Price { get; init; }

            public List<Guid> Ids { get; init; } = [];

            public Uri? Site { get; init; }

            [DeniedValues("x")]
            public string Kind { get; init; } = "";

            [AllowedValues(Tier.Free)]
            public Tier? Wanted { get; init; }

            [Flatten("at_")]
            public Address Office { get; init; } = new("");

            [EventIgnore]
            public string? Ignored { get; init; }
        }

        public partial class Cart
        {
            #nullable disable
            [EngageEvent("cart_closed")]
            public readonly partial record struct Closed(string Reason, int Items);
            #nullable restore
        }
        """;

    private readonly TestApplication _application = new();

    public void Dispose() => _application.Dispose();

    [Fact]
    public void The_plan_of_records_with_everything()
    {
        TrackingPlan plan = PlanOf(_application.Compile("Acme.Billing", Everything, hasContracts: true));

        Expected.Equal("contracts.json", PlanWriter.Write(plan));
        Assert.Equal(["company", "tier"], plan.Events["trial_started"].Properties.Keys.Where(name => name is "company" or "tier"));
        Assert.Equal("Home.City", plan.Events["trial_started"].Properties["home_city"].Member);
    }

    [Theory]
    [InlineData(DocumentationMode.None)]
    [InlineData(DocumentationMode.Parse)]
    [InlineData(DocumentationMode.Diagnose)]
    public void Descriptions_do_not_depend_on_whether_the_compiler_parses_comments(DocumentationMode documentation)
    {
        TrackingPlan plan = PlanOf(_application.Compile("Acme.Billing", Everything, hasContracts: true, documentation: documentation));

        PlanEvent trial = plan.Events["trial_started"];
        Assert.Equal("A customer began a trial of Tier, with code & more.", trial.Description);
        Assert.Equal(
            ("Who tries it.", "Where they came from.", "Computed.", "The city."),
            (trial.Properties["company"].Description, trial.Properties["campaign"].Description, trial.Properties["is_large"].Description, trial.Properties["home_city"].Description));
    }

    [Fact]
    public void Every_contract_is_a_valid_plan() =>
        Assert.NotEmpty(Plans.Parse(PlanWriter.Write(PlanOf(_application.Compile("Acme.Billing", Everything, hasContracts: true)))).Events);

    private static TrackingPlan PlanOf(string path)
    {
        using var application = ApplicationPlan.Read([path], TestContext.Current.CancellationToken);
        return application.Plan;
    }
}
