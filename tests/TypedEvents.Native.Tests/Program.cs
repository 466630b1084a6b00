// Runs the tests that are compiled into this program: [a part of their names]. Prints those that fail, and the counts.

using System.Runtime.CompilerServices;
using TypedEvents.Native.Tests;

// How many passed when this was last changed; tests that the trimmer takes away would be missed by nobody.
const int FewestPassed = 263;

if (RuntimeFeature.IsDynamicCodeSupported)
{
    Console.Error.WriteLine("This isn't a native program: publish it.");
    return 2;
}

Instantiations.Keep();
TestRun run = await TestRun.OfAsync(typeof(TestRun).Assembly, args is [var part, ..] ? part : "");
foreach (string failure in run.Failures)
{
    Console.Error.WriteLine(failure);
}

Console.WriteLine($"{run.Passed} passed, {run.Failures.Count} failed, {run.Skipped} skipped");
if (args.Length > 0)
{
    return run is { Passed: > 0, Failures.Count: 0 } ? 0 : 1;
}

foreach (string name in run.UnusedSkips)
{
    Console.Error.WriteLine($"No test has the name {name}, which TestRun skips: take it out there.");
}

if (run.Passed < FewestPassed)
{
    Console.Error.WriteLine($"Only {run.Passed} tests passed, and {FewestPassed} did before: some aren't found any more.");
}

return run.Passed >= FewestPassed && run.Failures.Count == 0 && !run.UnusedSkips.Any() ? 0 : 1;
