// Runs the tests that are compiled into this program. Argument: [a part of their names]. Prints the failed tests and the counts.

using System.Runtime.CompilerServices;
using TypedEvents.Native.Tests;

// The number of tests that passed when this was last changed: otherwise tests that the trimmer removes would go unnoticed.
const int FewestPassed = 263;

if (RuntimeFeature.IsDynamicCodeSupported)
{
    Console.Error.WriteLine("This isn't a Native AOT executable: run it with dotnet publish.");
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
    Console.Error.WriteLine($"TestRun skips the test {name}, which doesn't exist. Remove the name there.");
}

if (run.Passed < FewestPassed)
{
    Console.Error.WriteLine($"Only {run.Passed} tests passed, but there were {FewestPassed} before: some tests are no longer found.");
}

return run.Passed >= FewestPassed && run.Failures.Count == 0 && !run.UnusedSkips.Any() ? 0 : 1;
