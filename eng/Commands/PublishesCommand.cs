using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>
/// Publishes the samples and consumers in all supported ways, including Native AOT, and runs them; packs in another folder and compares.
/// It takes minutes, so it isn't part of <c>dotnet test</c>.
/// </summary>
internal static class PublishesCommand
{
    public static Command Create()
    {
        var more = new Argument<string[]>("arguments") { Description = "More arguments for dotnet test, such as --no-build.", Arity = ArgumentArity.ZeroOrMore };
        var isShort = new Option<bool>("--short") { Description = "Leaves out what another publish covers for the most part, as .ci/run does." };
        var command = new Command("publishes", "Publishes samples and consumers in all supported ways and runs them; writes sizes and counts to artifacts/figures.txt.")
        {
            more, isShort,
        };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(result => RunAsync(result.GetValue(isShort), [.. result.GetValue(more) ?? [], .. result.UnmatchedTokens]));
        return command;
    }

    public static async Task<int> RunAsync(bool isShort, IReadOnlyList<string> more, Action<string>? onLine = null)
    {
        await NativeToolchainCommand.RunAsync();
        string figures = Path.Combine(Repository.Artifacts, "figures.txt");
        File.Delete(figures);
        string[] arguments =
        [
            "test", "--project", "tests/TypedEvents.Package.Tests", "--explicit", "only",
            "--filter-class", "*.PublishTests", "--filter-class", "*.ReproducibilityTests",
            .. isShort ? (string[])["--filter-not-trait", "Extent=whole only"] : [], "--no-progress", .. more,
        ];
        int code = await Shell.TryRunAsync("dotnet", arguments, onLine);
        foreach (string line in File.Exists(figures) ? await File.ReadAllLinesAsync(figures) : [])
        {
            (onLine ?? Console.WriteLine)(line);
        }

        return code;
    }
}
