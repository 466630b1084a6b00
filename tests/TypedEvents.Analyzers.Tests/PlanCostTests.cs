using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using TypedEvents.Analyzers.Tests.Infrastructure;
using TypedEvents.Generators.Analyzers;

namespace TypedEvents.Analyzers.Tests;

/// <summary>What the comparison with the lock file costs a project with 1,000 events.</summary>
public class PlanCostTests
{
    private const int EventCount = 1_000;

    private static readonly Lazy<CSharpCompilation> Compiled = new(Compile);

    /// <summary>An editor analyzes the open file after each keystroke. The other events must not be read for that.</summary>
    [Fact]
    public void An_event_is_compared_without_reading_the_others()
    {
        (CompiledPlan plan, InspectedEvent[] events) = Compare();
        Allocated(() => Assert.Single(plan.ChangesOf(events[0])));

        double one = Allocated(() => Assert.Equal("TEP206", Assert.Single(plan.ChangesOf(events[1])).Id));
        double all = Allocated(() => Assert.Equal(EventCount, events.Sum(inspected => plan.ChangesOf(inspected).Count())));

        Assert.True(one * 200 < all, $"One event allocated {one:N0} bytes, and {EventCount} events {all:N0}.");
    }

    /// <summary>A build compares all events. Measured: 29 KB for an event, of which the JSON of its contract is 7 KB and the comparison 9 KB.</summary>
    [Fact]
    public void All_events_are_compared_with_few_allocations()
    {
        CSharpCompilation compilation = Compiled.Value.Clone();
        compilation.GetDiagnostics(TestContext.Current.CancellationToken);
        Assert.Equal(EventCount, CompiledEvents.TryFind(compilation)!.All.Count());
        CompiledPlan plan = PlanOf(compilation);

        double comparison = Allocated(() => Assert.Empty(plan.Removals()));

        Assert.True(comparison < EventCount * 45_000.0, $"The comparison of {EventCount} events allocated {comparison:N0} bytes.");
    }

    private static (CompiledPlan Plan, InspectedEvent[] Events) Compare()
    {
        CSharpCompilation compilation = Compiled.Value.Clone();
        return (PlanOf(compilation), [.. CompiledEvents.TryFind(compilation)!.All]);
    }

    private static CompiledPlan PlanOf(CSharpCompilation compilation)
    {
        var locked = new LockedPlan(SourceText.From(Lock()));
        Assert.Null(locked.Error);
        return new CompiledPlan(compilation, CompiledEvents.TryFind(compilation)!, locked.Plan!, new ConfiguredLevels(NoOptions.Instance));
    }

    private static CSharpCompilation Compile()
    {
        var options = new CSharpParseOptions(LanguageVersion.CSharp12);
        IEnumerable<SyntaxTree> trees = Enumerable.Range(0, EventCount).Select(number => CSharpSyntaxTree.ParseText(
            $"using TypedEvents; namespace Shop; /// <summary>Event {number}.</summary>\n[EngageEvent(\"event_{number}\")] public partial record Event{number}(string? Plan, int Seats, int Price, string? Referrer);",
            options,
            $"Event{number}.cs",
            cancellationToken: TestContext.Current.CancellationToken));
        return CSharpCompilation.Create(
            "Shop",
            trees,
            Framework.References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>A lock file in which the plan of each event is always sent.</summary>
    private static string Lock()
    {
        IEnumerable<string> events = Enumerable.Range(0, EventCount).Select(number =>
            $$"""
            "event_{{number}}": { "description": "Event {{number}}.", "type": "Shop.Event{{number}}", "assembly": "Shop", "properties": {
              "plan": { "type": "string", "required": true }, "price": { "type": "integer", "required": true }, "referrer": { "type": "string" }, "seats": { "type": "integer", "required": true } } }
            """);
        return $$"""{ "plan": 1, "events": { {{string.Join(",\n", events)}} } }""";
    }

    private static double Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class NoOptions : AnalyzerConfigOptions
    {
        public static readonly NoOptions Instance = new();

        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value)
        {
            value = null;
            return false;
        }
    }
}
