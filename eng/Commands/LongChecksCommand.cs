using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>
/// Runs the checks that take too long for <c>.ci/run</c>, after a build: every way to publish, other cultures and dates, another
/// architecture, a user's build time, kills and soaks. If a step fails, the later ones still run. Their tables are for the documentation.
/// </summary>
internal static class LongChecksCommand
{
    public static Command Create()
    {
        var minutes = new Option<int>("--minutes") { Description = "Minutes of each soak run.", DefaultValueFactory = _ => 10 };
        var kills = new Option<int>("--kills") { Description = "Kills, under the JIT and of the Native AOT executable.", DefaultValueFactory = _ => 200 };
        var command = new Command("long-checks", "Runs the checks that take too long for .ci/run: an hour and more.") { minutes, kills };
        command.SetAction(result => RunAsync(result.GetValue(minutes), result.GetValue(kills)));
        return command;
    }

    private static async Task<int> RunAsync(int minutes, int kills)
    {
        var steps = new Steps();
        if (await steps.RunAsync("Build", () => Shell.TryRunAsync("dotnet", ["build", "-tl:off", "-v:m"])))
        {
            await steps.RunAsync("Vendored files", VendoredCommand.RunIfPossibleAsync);
            await steps.RunAsync("Publish in every way", () => PublishesCommand.RunAsync(isShort: false, ["--no-build"], steps.Count));
            await steps.RunAsync("Other cultures and dates", () => SurroundingsCommand.RunAsync("", steps.Count));
            if (Arm64Emulation.IsPossible)
            {
                await steps.RunAsync("arm64", () => Arm64Command.RunAsync("", steps.Count));
            }
            else
            {
                Console.WriteLine("Skipped on this host: arm64 by emulation. The workflow CI runs all checks on an arm64 processor.");
            }

            await steps.RunAsync("Build time of a user's project", () => BuildTimeCommand.RunAsync(3, 0, Console.WriteLine));
            await steps.RunAsync("Build time of a user's project with 100 classes more", () => BuildTimeCommand.RunAsync(3, 100, Console.WriteLine));
            await steps.RunAsync("Kills, floods, hangs and a soak on SQLite", () => StressCommand.RunAsync(kills, kills, minutes));
            await steps.RunAsync("A soak on PostgreSQL", () => StressCommand.RunPostgreSqlAsync(minutes));
        }

        return steps.Finish();
    }
}
