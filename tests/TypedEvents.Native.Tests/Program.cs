// Runs the tests that are compiled into this program: [a part of their names]. Prints those that fail, and the counts.

using System.Runtime.CompilerServices;
using TypedEvents.Native.Tests;

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
return run is { Passed: > 0, Failures.Count: 0 } ? 0 : 1;
