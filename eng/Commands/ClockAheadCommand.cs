using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>
/// Runs the test suites that depend on time with the system clock ahead, so that a test that passes only on some days fails now, and in
/// Swedish, which has another minus sign and another decimal separator than the invariant culture. It uses the output of
/// <c>dotnet build</c>; the last lines count the tests.
/// </summary>
internal static class ClockAheadCommand
{
    public const int DefaultDays = 400;

    private const string Culture = "sv-SE";

    private static readonly string[] Timed = ["TypedEvents.Tests", "TypedEvents.Outbox.Sqlite.Tests", "TypedEvents.Emulator.Tests"];

    public static Command Create()
    {
        var days = new Option<int>("--days") { Description = "How far the clock is ahead, in days; below 0 it is behind.", DefaultValueFactory = _ => DefaultDays };
        var command = new Command("clock-ahead", "Runs the suites that depend on time with the system clock 400 days ahead and the culture sv-SE (Linux).") { days };
        command.SetAction(result => RunAsync(result.GetValue(days), Console.WriteLine));
        return command;
    }

    public static async Task<int> RunAsync(int days, Action<string> onLine)
    {
        SuiteResult result = await Suites.RunAsync(Timed, new Surroundings(days, Culture), onLine);
        return result is { Failed: 0, IsComplete: true } ? 0 : 1;
    }
}
