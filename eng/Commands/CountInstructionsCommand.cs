using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>
/// Counts the instructions for one event's JSON in a Native AOT executable, by function. It runs the program twice, with 20,000 more events
/// the second time, to subtract everything else.
/// </summary>
internal static partial class CountInstructionsCommand
{
    private const int Few = 1000;
    private const int Many = 21000;

    public static Command Create()
    {
        var name = new Argument<string>("event") { Description = "The event.", DefaultValueFactory = _ => "8 properties" };
        var way = new Argument<string>("way") { Description = "Who writes it.", DefaultValueFactory = _ => "TypedEvents" };
        var command = new Command("count-instructions", "Counts the instructions for one event's JSON in a Native AOT executable, by function (Linux, with valgrind).")
        {
            name, way,
        };
        command.SetAction(result => RunAsync(result.GetValue(name)!, result.GetValue(way)!));
        return command;
    }

    private static async Task RunAsync(string name, string way)
    {
        const string Remedy = "Install the packages valgrind and binutils; valgrind runs on Linux.";
        Shell.Demand("valgrind", Remedy);
        Shell.Demand("callgrind_annotate", Remedy);
        Shell.Demand("objcopy", Remedy);
        await NativeToolchainCommand.RunAsync();
        using var output = new TemporaryFolder();
        await Shell.RunAsideAsync(
            "dotnet",
            "publish", "benchmarks/TypedEvents.Benchmarks", "-c", "Release", "-p:DynamicCodeSupport=false", "-v:q", "-tl:off", "-o", output.FullPath,
            "-p:IlcInstructionSet=x86-64-v3", "-p:StripSymbols=false");

        // Valgrind can't read the debug information, and doesn't need it.
        string program = output["TypedEvents.Benchmarks"];
        await Shell.RunAsync("objcopy", "--strip-debug", program);
        foreach (string debug in Directory.EnumerateFiles(output.FullPath, "*.dbg"))
        {
            File.Delete(debug);
        }

        Dictionary<string, long> before = await CountAsync(Few);
        Dictionary<string, long> after = await CountAsync(Many);
        foreach ((string function, double each) in after
            .Select(count => (count.Key, Each: (count.Value - before.GetValueOrDefault(count.Key)) / (double)(Many - Few)))
            .Where(count => count.Each >= 1)
            .OrderByDescending(count => count.Each))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{each,9:F1}  {function}"));
        }

        async Task<Dictionary<string, long>> CountAsync(int events)
        {
            string counts = output[$"{events}"];
            await Shell.OutputOfAsync(
                "valgrind", "--tool=callgrind", $"--callgrind-out-file={counts}", program, "--only", name, way, events.ToString(CultureInfo.InvariantCulture));
            var functions = new Dictionary<string, long>();
            foreach (Match line in Function().Matches(await Shell.OutputOfAsync("callgrind_annotate", "--threshold=100", counts)))
            {
                string function = line.Groups[2].Value;
                functions[function] = functions.GetValueOrDefault(function) + long.Parse(line.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
            }

            return functions;
        }
    }

    /// <summary>"1,234 (56.7%)  file:function [object]".</summary>
    [GeneratedRegex(@"^ *([0-9,]+) \([^)]*\) *(?:[^:\n]*:)?(.*?)(?: \[.*)?$", RegexOptions.Multiline)]
    private static partial Regex Function();
}
