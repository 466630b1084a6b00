using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedEvents.Benchmarks;

/// <summary>The cost of a generator for a developer.</summary>
/// <param name="Cold">The first run.</param>
/// <param name="Output">Parsing the emitted code, which the compiler would do for hand-written code as well.</param>
/// <param name="Keystroke">The run after a keystroke in a method body of an unrelated file.</param>
/// <param name="Declaration">The run after a keystroke in a declaration of an unrelated file.</param>
/// <param name="Edit">The run after an edit of one record.</param>
/// <param name="OutputLength">The number of emitted characters.</param>
internal readonly record struct EditingCosts(RunCost Cold, RunCost Output, RunCost Keystroke, RunCost Declaration, RunCost Edit, long OutputLength)
{
    public static EditingCosts Measure(MeasuredGenerator generator, Workspace workspace, int round)
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create([generator.Create().AsSourceGenerator()], parseOptions: Workspace.ParseOptions);
        CSharpCompilation first = workspace.Compile();
        CSharpCompilation second = Workspace.EditUnrelated(first, round + 1);
        CSharpCompilation third = Workspace.EditDeclaration(second, round);
        CSharpCompilation fourth = Workspace.EditRecord(third, round);

        RunCost cold = RunCost.Of(() => driver = driver.RunGenerators(first));
        GeneratorRunResult result = driver.GetRunResult().Results[0];
        if (result.Exception is { } failure)
        {
            throw new InvalidOperationException($"{generator.Name} failed.", failure);
        }

        RunCost output = RunCost.Of(() =>
        {
            foreach (GeneratedSourceResult source in result.GeneratedSources)
            {
                CSharpSyntaxTree.ParseText(source.SourceText, Workspace.ParseOptions);
            }
        });
        RunCost keystroke = RunCost.Of(() => driver = driver.RunGenerators(second));
        RunCost declaration = RunCost.Of(() => driver = driver.RunGenerators(third));
        RunCost edit = RunCost.Of(() => driver = driver.RunGenerators(fourth));
        return new EditingCosts(cold, output, keystroke, declaration, edit, result.GeneratedSources.Sum(source => (long)source.SourceText.Length));
    }
}
