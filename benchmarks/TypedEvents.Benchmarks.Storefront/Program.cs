// Measures samples/Storefront as a process of its own, against an emulator in this one. docs/benchmarks.md says how to run it.

using TypedEvents.Benchmarks.Storefront;

switch (args)
{
    case ["load", string program, .. string[] counts]:
        await LoadBenchmark.RunAsync(program, counts is [string count] ? int.Parse(count, System.Globalization.CultureInfo.InvariantCulture) : 20_000);
        return 0;
    case ["health", string program]:
        await HealthStates.PrintAsync(program);
        return 0;
    case ["metrics"]:
        await TwoTrackers.PrintAsync();
        return 0;
    default:
        Console.Error.WriteLine("Usage: load <Storefront or Storefront.dll> [requests] | health <Storefront or Storefront.dll> | metrics");
        return 1;
}
