using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using TypedEvents.Generators.Tests.Infrastructure;

namespace TypedEvents.Generators.Tests;

/// <summary>
/// What a thousand events of ten properties cost: allocations, which are the same on every machine. Times are in
/// <c>benchmarks/TypedEvents.Benchmarks</c>.
/// </summary>
public class ManyEventsTests
{
    private const double MaxColdMegabytes = 50;
    private const double MaxKeystrokeMegabytes = 8;

    private static readonly Project Positional = Shop(ManyEvents.Positional);

    public static TheoryData<string> Kinds => [.. ManyEvents.Kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_first_run_and_an_unrelated_keystroke_allocate_little(string kind)
    {
        CSharpCompilation compilation = Shop(ManyEvents.Kinds[kind]).Compile();

        (double Cold, double Keystroke) bare = Measure(compilation, new BareGenerator());
        (double Cold, double Keystroke) ours = Measure(compilation, new EngageEventGenerator());

        Assert.True(ours.Cold <= bare.Cold + MaxColdMegabytes, $"The first run allocates {ours.Cold:F1} MB, bare {bare.Cold:F1}.");
        double limit = MaxKeystrokeMegabytesOf(kind);
        Assert.True(ours.Keystroke - bare.Keystroke <= limit, $"A keystroke allocates {ours.Keystroke:F1} MB, bare {bare.Keystroke:F1}.");
    }

    /// <summary>Each attribute costs its reading and its part of the model: 1 to 1.5 KB.</summary>
    private static double MaxKeystrokeMegabytesOf(string kind) => kind switch
    {
        "with validation attributes" => 16,
        "with names and formats" => 11,
        "with flattened records" => 10,
        _ => MaxKeystrokeMegabytes,
    };

    [Fact]
    public void An_unrelated_keystroke_emits_nothing_and_an_edit_of_one_record_emits_one_file()
    {
        var session = new EditingSession(Positional);
        Assert.Equal(ManyEvents.Count, session.Emitted.Count);

        session.Edit(ManyEvents.Unrelated, ManyEvents.Unrelated.Replace("42", "43", StringComparison.Ordinal));
        Assert.Empty(session.Emitted);
        Assert.Equal(ManyEvents.Count, session.EventReasons.Count);
        Assert.All(session.EventReasons, reason => Assert.Equal(IncrementalStepRunReason.Unchanged, reason));

        string one = Positional.Files[7];
        session.Edit(one, one.Replace("OrderId", "BasketId", StringComparison.Ordinal));
        Assert.Equal(["Shop." + ManyEvents.NameOf(7)], session.Emitted);
        Assert.Single(session.EventReasons, IncrementalStepRunReason.Modified);
    }

    private static Project Shop(Func<int, string, string> declare) =>
        new([.. Enumerable.Range(0, ManyEvents.Count).Select(number => declare(number, ManyEvents.EngageEvent(number))), ManyEvents.Types, ManyEvents.Unrelated]);

    private static (double Cold, double Keystroke) Measure(CSharpCompilation compilation, IIncrementalGenerator generator)
    {
        // The first round makes what is made once for a process.
        (double Cold, double Keystroke) best = (double.MaxValue, double.MaxValue);
        for (int round = 0; round < 2; round++)
        {
            GeneratorDriver driver = CSharpGeneratorDriver.Create([generator.AsSourceGenerator()], parseOptions: Positional.ParseOptions);

            // A compilation keeps what it was asked before: each round needs one of its own.
            CSharpCompilation first = CSharpCompilation.Create(compilation.AssemblyName, compilation.SyntaxTrees, compilation.References, compilation.Options);
            double cold = Run(ref driver, first);

            SyntaxTree tree = first.SyntaxTrees[^1];
            SourceText edited = SourceText.From(ManyEvents.Unrelated.Replace("42", "43", StringComparison.Ordinal), System.Text.Encoding.UTF8);
            double keystroke = Run(ref driver, first.ReplaceSyntaxTree(tree, tree.WithChangedText(edited)));

            Assert.Null(driver.GetRunResult().Results[0].Exception);
            best = (Math.Min(best.Cold, cold), Math.Min(best.Keystroke, keystroke));
        }

        return best;
    }

    private static double Run(ref GeneratorDriver driver, CSharpCompilation compilation)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        driver = driver.RunGenerators(compilation, TestContext.Current.CancellationToken);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 1e6;
    }
}
