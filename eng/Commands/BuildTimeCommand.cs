using System.CommandLine;
using System.Globalization;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>
/// Measures what the package adds to a user's build: a project with 100 events, compared with the same records and one System.Text.Json
/// context for all, and the same records with neither. It runs clean builds, builds after an edit of an unrelated file, and builds after an
/// edit of one event's file, in turn. It measures CPU seconds, and each build uses a separate compiler process, so that other work on the host
/// matters less.
/// </summary>
internal static class BuildTimeCommand
{
    private const int Events = 100;
    private const string Bare = "Neither";

    private static readonly string[] Projects = [Bare, "WithTypedEvents", "WithSystemTextJson"];

    private static readonly (string Kind, string Title)[] Builds =
        [("clean", "clean"), ("unrelated", "after an edit of another file"), ("event", "after an edit of an event")];

    public static Command Create()
    {
        var rounds = new Argument<int>("rounds") { Description = "How often each build runs.", DefaultValueFactory = _ => 5 };
        var classes = new Option<int>("--classes") { Description = "Classes of ordinary code beside the events, the same in each project. Default: none." };
        var command = new Command("build-time", "Measures what the package adds to a user's build, in CPU seconds.") { rounds, classes };
        command.SetAction(result => RunAsync(result.GetValue(rounds), result.GetValue(classes), Console.WriteLine));
        return command;
    }

    public static async Task RunAsync(int rounds, int classes, Action<string> onLine)
    {
        if (rounds < 1)
        {
            throw new EngException("Measure at least one round.");
        }

        if (classes is < 0 or > Events)
        {
            throw new EngException($"Each class uses one of the {Events} events: ask for 0 to {Events} of them.");
        }

        using var work = new TemporaryFolder();
        string packages = work["packed"];
        await PackCommand.RunAsync(packages);
        string version = Path.GetFileNameWithoutExtension(Directory.EnumerateFiles(packages, "TypedEvents.*.nupkg").Single(IsCore))["TypedEvents.".Length..];
        await File.WriteAllTextAsync(
            work["nuget.config"],
            $"""<configuration><packageSources><add key="packed" value="{packages}" /></packageSources></configuration>""");
        var environment = new Dictionary<string, string?> { ["NUGET_PACKAGES"] = work["packages"] };
        foreach (string project in Projects)
        {
            await WriteProjectAsync(work[project], project, version);
            for (int number = 1; number <= classes; number++)
            {
                await File.WriteAllTextAsync(work[project, $"Report{number}.cs"], OrdinaryClass(number));
            }

            await BuildAsync(["restore", work[project], "-v:q"]);
        }

        var times = new Dictionary<(string Kind, string Project), List<double>>();
        for (int round = 1; round <= rounds; round++)
        {
            foreach (string project in Projects)
            {
                foreach (string output in (string[])[work[project, "bin"], work[project, "obj", "Debug"]])
                {
                    if (Directory.Exists(output))
                    {
                        Directory.Delete(output, recursive: true);
                    }
                }

                await MeasureAsync("clean", project);
                await File.WriteAllTextAsync(work[project, "Edit.cs"], $"public static class Edit {{ public static int Number => {round}; }}\n");
                await MeasureAsync("unrelated", project);
                await WriteEventAsync(work[project], project, 50, $", int Edit{round}");
                await MeasureAsync("event", project);
            }
        }

        onLine("| build | project | CPU s, median (least to most) | against Neither, median (least to most) |");
        onLine("| --- | --- | --- | --- |");
        foreach ((string kind, string title) in Builds)
        {
            foreach (string project in Projects)
            {
                List<double> ratios = [.. times[(kind, project)].Zip(times[(kind, Bare)], (time, bare) => time / bare)];
                onLine($"| {title} | {project} | {Show(times[(kind, project)])} | {(project == Bare ? "1" : Show(ratios))} |");
            }
        }

        async Task MeasureAsync(string kind, string project)
        {
            TimeSpan before = ChildrenTime.Now();
            await BuildAsync(["build", work[project], "--no-restore", "-v:q", "-tl:off", "-nodeReuse:false", "-p:UseSharedCompilation=false"]);
            TimeSpan after = ChildrenTime.Now();
            if (!times.TryGetValue((kind, project), out List<double>? list))
            {
                times[(kind, project)] = list = [];
            }

            list.Add((after - before).TotalSeconds);
        }

        async Task BuildAsync(IReadOnlyList<string> arguments)
        {
            var log = new List<string>();
            if (await Shell.TryRunAsync("dotnet", arguments, line => { lock (log) { log.Add(line); } }, environment) != 0)
            {
                throw new EngException(string.Join('\n', log));
            }
        }
    }

    private static bool IsCore(string file) => char.IsAsciiDigit(Path.GetFileName(file)["TypedEvents.".Length]);

    private static async Task WriteProjectAsync(string folder, string project, string version)
    {
        Directory.CreateDirectory(folder);
        string reference = project == "WithTypedEvents" ? $"""<PackageReference Include="TypedEvents" Version="{version}" />""" : "";
        await File.WriteAllTextAsync(
            Path.Combine(folder, project + ".csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>{reference}</ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Channel.cs"), "public enum Channel { WebShop, App, Phone }\n");
        for (int number = 1; number <= Events; number++)
        {
            await WriteEventAsync(folder, project, number);
        }

        if (project == "WithSystemTextJson")
        {
            IEnumerable<string> attributes = Enumerable.Range(1, Events).Select(number => $"[System.Text.Json.Serialization.JsonSerializable(typeof(Event{number}))]");
            await File.WriteAllLinesAsync(
                Path.Combine(folder, "Context.cs"),
                [.. attributes, "internal sealed partial class Context : System.Text.Json.Serialization.JsonSerializerContext;"]);
        }
    }

    private static Task WriteEventAsync(string folder, string project, int number, string more = "") =>
        File.WriteAllTextAsync(
            Path.Combine(folder, $"Event{number}.cs"),
            $"""
            {(project == "WithTypedEvents" ? $"[TypedEvents.EngageEvent(\"event_{number}\")]" : "")}
            public partial record Event{number}(string Page, int Count, double Ratio, bool First, DateTimeOffset At, Guid Session, Channel Channel, List<string> Tags{more});

            """);

    /// <summary>Code as applications have it: a collection, a query, an asynchronous loop, a switch.</summary>
    private static string OrdinaryClass(int number) =>
        $$"""
        public sealed class Report{{number}}
        {
            private readonly Dictionary<string, List<int>> _counts = new(StringComparer.Ordinal);

            public void Add(string page, int count)
            {
                if (!_counts.TryGetValue(page, out List<int>? list))
                {
                    list = new List<int>();
                    _counts.Add(page, list);
                }

                list.Add(count);
            }

            public double Average(string page) => _counts.TryGetValue(page, out List<int>? list) && list.Count > 0 ? list.Average() : 0;

            public IReadOnlyList<string> Top(int number) =>
                _counts.OrderByDescending(pair => pair.Value.Sum())
                    .ThenBy(pair => pair.Key, StringComparer.Ordinal)
                    .Take(number)
                    .Select(pair => $"{pair.Key}: {pair.Value.Count}")
                    .ToList();

            public async Task<int> ReadAsync(TextReader reader, CancellationToken cancellationToken)
            {
                int read = 0;
                while (await reader.ReadLineAsync(cancellationToken) is { } line)
                {
                    string[] parts = line.Split(';');
                    if (parts.Length == 2 && int.TryParse(parts[1], out int count))
                    {
                        Add(parts[0], count);
                        read++;
                    }
                }

                return read;
            }

            public static string Describe(Event{{number}} viewed) => viewed switch
            {
                { Channel: Channel.Phone } => $"{viewed.Count} by phone",
                { First: true, Ratio: > 0.5 } => $"{viewed.Page} first, at {viewed.At:O}",
                { Tags.Count: 0 } => viewed.Page,
                _ => string.Join(", ", viewed.Tags),
            };
        }

        """;

    private static string Show(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        double median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return string.Create(CultureInfo.InvariantCulture, $"{median:F2} ({sorted[0]:F2} to {sorted[^1]:F2})");
    }
}
