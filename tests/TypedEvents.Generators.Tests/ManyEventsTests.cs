using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>
/// The cost of a thousand events of ten properties, in allocations, which hardly differ from machine to machine. Times are in
/// <c>benchmarks/TypedEvents.Benchmarks</c>.
/// </summary>
public class ManyEventsTests
{
    private const double MaxColdMegabytes = 50;

    /// <summary>The compiler lists all generated files after each keystroke, two of each event, and allocates half a kilobyte for each.</summary>
    private const double MaxKeystrokeMegabytes = 1.5;
    private const double MaxEventMegabytes = 2;
    private const double MaxSharedMegabytes = 7;

    public static TheoryData<string> Kinds => [.. ManyEvents.Kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_first_run_and_a_keystroke_allocate_little(string kind)
    {
        Project project = Shop(ManyEvents.Kinds[kind]);

        Megabytes bare = Measure(project, () => new BareGenerator());
        Megabytes ours = Measure(project, () => new EngageEventGenerator());

        TestContext.Current.TestOutputHelper!.WriteLine($"{kind}, above the bare generator: cold {ours.Cold - bare.Cold:F1} MB, body {ours.InBody - bare.InBody:F1}, declaration {ours.InDeclaration - bare.InDeclaration:F1}, event {ours.InEvent - bare.InEvent:F1}, constant {ours.InConstant - bare.InConstant:F1}");
        AssertAtMost(MaxColdMegabytes, "The first run", ours.Cold, bare.Cold);
        AssertAtMost(MaxKeystrokeMegabytes, "A keystroke in a method body", ours.InBody, bare.InBody);
        AssertAtMost(MaxKeystrokeMegabytes, "A keystroke in a declaration", ours.InDeclaration, bare.InDeclaration);
        AssertAtMost(MaxEventMegabytes, "A keystroke in an event", ours.InEvent, bare.InEvent);
        AssertAtMost(MaxSharedMegabytes, "A keystroke in a constant, on which any event may depend,", ours.InConstant, bare.InConstant);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_unrelated_keystroke_emits_nothing_and_an_edit_of_one_record_emits_one_file(string kind)
    {
        Project project = Shop(ManyEvents.Kinds[kind]);
        var session = new EditingSession(project);
        Assert.Equal(ManyEvents.Count, session.Emitted.Count);

        session.Edit(ManyEvents.Unrelated, ManyEvents.UnrelatedWithOtherBody);
        Assert.Empty(session.Emitted);
        Assert.Equal(ManyEvents.Count, session.EventReasons.Count);
        Assert.All(session.EventReasons, reason => Assert.Equal(IncrementalStepRunReason.Unchanged, reason));
        Assert.Empty(session.EmittedContracts);

        session.Edit(ManyEvents.UnrelatedWithOtherBody, ManyEvents.UnrelatedWithOtherDeclaration);
        Assert.Empty(session.Emitted);

        string one = project.Files[7];
        session.Edit(one, one.Replace("OrderId", "BasketId", StringComparison.Ordinal));
        Assert.Equal(["Shop." + ManyEvents.NameOf(7)], session.Emitted);
        Assert.Single(session.EventReasons, IncrementalStepRunReason.Modified);
    }

    private static void AssertAtMost(double limit, string what, double ours, double bare) =>
        Assert.True(ours - bare <= limit, $"{what} allocates {ours:F1} MB, which is {ours - bare:F1} above the bare generator's {bare:F1}.");

    private static Project Shop(Func<int, string, string> declare) =>
        new([.. Enumerable.Range(0, ManyEvents.Count).Select(number => declare(number, ManyEvents.EngageEvent(number))), ManyEvents.Types, ManyEvents.Unrelated]);

    private static Megabytes Measure(Project project, Func<IIncrementalGenerator> create)
    {
        // The first round makes what is made once for a process. Each has syntax trees of its own: models are remembered by their nodes.
        var least = new Megabytes(double.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue);
        for (int round = 0; round < 2; round++)
        {
            GeneratorDriver driver = CSharpGeneratorDriver.Create([create().AsSourceGenerator()], parseOptions: project.ParseOptions);
            CSharpCompilation compilation = project.Compile();

            double cold = Run(ref driver, compilation);
            double inBody = Run(ref driver, compilation = Edit(compilation, ManyEvents.UnrelatedWithOtherBody));
            double inDeclaration = Run(ref driver, compilation = Edit(compilation, ManyEvents.UnrelatedWithOtherDeclaration));
            SyntaxTree one = compilation.SyntaxTrees[7];
            double inEvent = Run(ref driver, compilation = Edit(compilation, one, one.ToString().Replace("OrderId", "BasketId", StringComparison.Ordinal)));
            double inConstant = Run(ref driver, Edit(compilation, ManyEvents.UnrelatedWithConstant));

            Assert.Null(driver.GetRunResult().Results[0].Exception);
            least = new Megabytes(
                Math.Min(least.Cold, cold),
                Math.Min(least.InBody, inBody),
                Math.Min(least.InDeclaration, inDeclaration),
                Math.Min(least.InEvent, inEvent),
                Math.Min(least.InConstant, inConstant));
        }

        return least;
    }

    private static CSharpCompilation Edit(CSharpCompilation compilation, string unrelated) => Edit(compilation, compilation.SyntaxTrees[^1], unrelated);

    private static CSharpCompilation Edit(CSharpCompilation compilation, SyntaxTree tree, string text) =>
        compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(text, System.Text.Encoding.UTF8)));

    private static double Run(ref GeneratorDriver driver, CSharpCompilation compilation)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        driver = driver.RunGenerators(compilation, TestContext.Current.CancellationToken);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 1e6;
    }

    private sealed record Megabytes(double Cold, double InBody, double InDeclaration, double InEvent, double InConstant);
}
