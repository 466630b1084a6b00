using System.Text.RegularExpressions;

namespace TypedEvents.Tests;

/// <summary>Code and documentation use the field's terms: what the standard word replaced stays out, so that a search finds everything.</summary>
public sealed partial class RetiredTermsTests
{
    /// <summary>A pattern for each retired term, and what is said instead. Letter case doesn't matter; "_" separates words as a blank does.</summary>
    private static readonly (string Pattern, string Instead)[] Terms =
    [
        (@"\bgates?\b|\bgated\b", "circuit breaker; a closed gate is an open circuit"),
        (@"\bsuspects?\b", "quarantined event"),
        (@"\bovertak\w*|\bovertook\b", "head-of-line bypass, or \"is sent before\""),
        (@"\bstrikes?\b", "consecutive failures"),
        (@"\bbury\b|\bburied\b|\bburies\b", "dead-letter"),
        (@"\bculprits?\b", "the thing itself: event, symbol"),
        (@"\bverdicts?\b", "disposition"),
        (@"\blight bulbs?\b", "code fix"),
        (@"\bmend(s|ed|ing)?\b", "fix"),
        (@"\bown ids?\b", "external id"),
        (@"(?<![a-z])time[-_]outs?(?![a-z])", "timeout"),
        (@"(?<![a-z])back[-_]offs?(?![a-z])", "backoff"),
        (@"(?<![a-z])look[-_]ups?(?![a-z])", "lookup"),
        (@"\bon the wire\b", "in the JSON payload, or \"wire name\""),
        (@"\bnative binar(y|ies)\b", "Native AOT executable"),
        (@"\bprocessor time\b", "CPU time"),
        (@"\btortur\w*", "stress test"),
        (@"\bcollectors?\b", "emulator"),
        (@"\b(steps?|stepped|stands?|stood) aside\b", "is quarantined"),
        (@"\brefus(e|es|ed|al|als|ing)\b", "reject, rejected, rejection"),
        (@"\bin a row\b", "consecutive"),
        (@"\blest\b", "so that it doesn't"),
        (@"\bthus\b", "so"),
        (@"\banew\b", "again, or a verb: rewrite, rebuild"),
        (@"\bfor good\b|\bfor ever\b", "permanently"),
        (@"\bso many\b", "N, a number of"),
        (@"\bwithout a word\b", "silently, without warnings"),
        (@"\bbehaviours?\b", "behavior"),
        (@"\bEngage ?answers?\b|\banswer (table|meaning|reader)\b", "response"),
    ];

    /// <summary>
    /// Where a retired term is right: the file's path contains the first, and the line the second.
    /// </summary>
    private static readonly (string File, string Line)[] Allowed =
    [
        ("", "garbage collector"),
        ("", "GarbageCollect"),
        ("", "OpenTelemetry collector"),
        ("", "OpenTelemetry Collector"),
        ("", "connection refused"),
        ("", "Connection refused"),
        ("", "ConnectionRefused"),
        ("", "TotalProcessorTime"),
        ("Architecture/RetiredTermsTests.cs", ""),

        // The outbox file keeps the words of its first version: a process of that version may have the file open.
        ("TypedEvents.Outbox.Sqlite", "own_id"),
        ("Storage/DeadLetterKinds.cs", "\"refused\""),
        ("EarlierVersionTests.cs", "'refused'"),
    ];

    private static readonly string[] Extensions =
        [".cs", ".csproj", ".fsproj", ".fs", ".razor", ".props", ".targets", ".proj", ".md", ".txt", ".json", ".svg", ".editorconfig", ".sln", ".html", ".js", ".css", ""];

    private static readonly string[] NotOurs = ["bin", "obj", "artifacts", ".git", "node_modules", "TestResults"];

    [Fact]
    public void No_retired_term_is_left_in_code_and_documentation()
    {
        (Regex Pattern, string Instead)[] terms = [.. Terms.Select(term => (new Regex(term.Pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant), term.Instead))];
        List<string> found = [];
        foreach (string file in Files(Root))
        {
            string path = Path.GetRelativePath(Root, file).Replace('\\', '/');
            Find(path, path, terms, found);
            int number = 0;
            foreach (string line in File.ReadLines(file))
            {
                number++;
                if (!Array.Exists(Allowed, place => path.Contains(place.File, StringComparison.Ordinal) && line.Contains(place.Line, StringComparison.Ordinal)))
                {
                    Find($"{path}:{number}", line, terms, found);
                }
            }
        }

        Assert.True(found.Count == 0, $"Retired terms (a place where one is right belongs into {nameof(Allowed)}):\n{string.Join('\n', found)}");
    }

    [Theory]
    [InlineData("public sealed class SuspectKind", true)]
    [InlineData("_gate.Close(now)", true)]
    [InlineData("A_flush_ends_after_its_time_out_and_says_so", true)]
    [InlineData("public void Refused_it_ends()", true)]
    [InlineData("char.IsSurrogate(c) delegate gateway aggregate", false)]
    [InlineData("private readonly CircuitBreaker _circuitBreaker;", false)]
    [InlineData("HTTPGate", true)]
    [InlineData("A_project_builds_without_a_word", true)]
    [InlineData("Written anew, for good", true)]
    public void A_term_is_found_in_identifiers_too(string line, bool isFound)
    {
        List<string> found = [];
        Find("here", line, [.. Terms.Select(term => (new Regex(term.Pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant), term.Instead))], found);

        Assert.Equal(isFound, found.Count > 0);
    }

    /// <summary>The words of identifiers are words: GateReason is "Gate Reason", and Gate_is_closed "Gate is closed".</summary>
    private static void Find(string place, string line, (Regex Pattern, string Instead)[] terms, List<string> found)
    {
        string words = Boundary().Replace(line, " ").Replace('_', ' ');
        foreach ((Regex pattern, string instead) in terms)
        {
            Match match = pattern.Match(words) is { Success: true } inWords ? inWords : pattern.Match(line);
            if (match.Success)
            {
                found.Add($"{place}: \"{match.Value}\"; say: {instead}");
            }
        }
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Array.IndexOf(Extensions, Path.GetExtension(file)) >= 0 && Path.GetFileName(file) is not ("LICENSE" or ".gitignore"))
            .Concat(Directory.EnumerateDirectories(folder).Where(inner => Array.IndexOf(NotOurs, Path.GetFileName(inner)) < 0).SelectMany(Files));

    private static string Root
    {
        get
        {
            string? folder = AppContext.BaseDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "TypedEvents.sln")))
            {
                folder = Path.GetDirectoryName(folder);
            }

            return folder ?? throw new DirectoryNotFoundException("TypedEvents.sln is in no folder above the tests.");
        }
    }

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")]
    private static partial Regex Boundary();
}
