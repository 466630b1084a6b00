using System.CommandLine;
using System.Text.RegularExpressions;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>Rewrites each package's <c>PublicAPI.Unshipped.txt</c> from its code. The diff is a contract: review it.</summary>
internal static partial class PublicApiCommand
{
    public const string Header = "#nullable enable";

    public static Command Create()
    {
        var command = new Command("public-api", "Rewrites each package's PublicAPI.Unshipped.txt from its code. Review the diff before you commit it.");
        command.SetAction(_ => RunAsync());
        return command;
    }

    private static async Task RunAsync()
    {
        foreach (string project in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string file = Path.Combine(Path.GetDirectoryName(project)!, "PublicAPI.Unshipped.txt");
            if (!File.Exists(file))
            {
                continue;
            }

            await WriteAsync(file, []);
            var symbols = new SortedSet<string>(StringComparer.Ordinal);
            // The exit code isn't looked at: with an empty list, each symbol is a warning, and an error where warnings are errors.
            await Shell.TryRunAsync(
                "dotnet",
                ["build", project, "-f", "net10.0", "-tl:off", "--no-incremental", "-p:TreatWarningsAsErrors=false"],
                line =>
                {
                    if (Undeclared().Match(line) is { Success: true } match)
                    {
                        lock (symbols)
                        {
                            symbols.Add(match.Groups[1].Value);
                        }
                    }
                });
            await WriteAsync(file, symbols);
            Console.WriteLine($"{Path.GetFileNameWithoutExtension(project)}: {symbols.Count} symbols");
        }
    }

    private static Task WriteAsync(string file, IEnumerable<string> symbols) =>
        File.WriteAllTextAsync(file, string.Concat(symbols.Prepend(Header).Select(line => line + "\n")));

    [GeneratedRegex(@" RS0016: Symbol '(.*)' is not part of the declared public API")]
    private static partial Regex Undeclared();
}
