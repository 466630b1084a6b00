using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>
/// Runs the suites in all surroundings that are known to break programs: cultures with another "i", another minus sign, another calendar
/// and other digits; none at all; the clock years behind and ahead. It takes many minutes, so it isn't part of <c>.ci/run</c>.
/// </summary>
internal static class SurroundingsCommand
{
    private static readonly string[] Tested =
    [
        "TypedEvents.Tests", "TypedEvents.Serialization.Tests", "TypedEvents.Generators.Tests", "TypedEvents.Outbox.Sqlite.Tests",
        "TypedEvents.Emulator.Tests", "TypedEvents.Extensions.Hosting.Tests", "TypedEvents.AspNetCore.Tests", "TypedEvents.Testing.Tests",
    ];

    public static Command Create()
    {
        var only = new Option<string?>("--only") { Description = "Only the surroundings whose description contains this, such as tr-TR." };
        var command = new Command("surroundings", "Runs the suites with other cultures and at other dates, and prints a table for docs/proof.md.") { only };
        command.SetAction(result => RunAsync(result.GetValue(only) ?? "", Console.WriteLine));
        return command;
    }

    public static async Task<int> RunAsync(string only, Action<string> onLine)
    {
        Surroundings[] all =
        [
            new(Culture: "tr-TR"),
            new(Culture: "sv-SE"),
            new(Culture: "ar-SA"),
            new(IsInvariant: true),
            .. OperatingSystem.IsLinux() ? (Surroundings[])[new(Days: -1095), new(Days: ClockAheadCommand.DefaultDays)] : [],
        ];
        var results = new List<(Surroundings Surroundings, SuiteResult Result)>();
        foreach (Surroundings surroundings in all.Where(surroundings => surroundings.ToString().Contains(only, StringComparison.Ordinal)))
        {
            results.Add((surroundings, await Suites.RunAsync(Tested, surroundings, onLine)));
        }

        if (results.Count == 0)
        {
            throw new EngException($"No surroundings contain '{only}': {string.Join("; ", all.Select(surroundings => surroundings.ToString()))}.");
        }

        Console.WriteLine("| with | passed | failed |");
        Console.WriteLine("| --- | ---: | ---: |");
        foreach ((Surroundings surroundings, SuiteResult result) in results)
        {
            Console.WriteLine($"| {surroundings} | {result.Passed} | {result.Failed}{(result.IsComplete ? "" : ", not complete")} |");
        }

        return results.All(one => one.Result is { Failed: 0, IsComplete: true }) ? 0 : 1;
    }
}
