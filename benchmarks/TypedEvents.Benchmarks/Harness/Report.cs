using System.Globalization;
using System.Text;

namespace TypedEvents.Benchmarks;

/// <summary>
/// The results of a benchmark. They are printed and, with <c>--write</c>, written to docs/benchmarks.md, between
/// <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c>.
/// </summary>
internal sealed class Report(string name, BenchmarkOptions options)
{
    private readonly StringBuilder _text = new();

    public void Line(FormattableString text) => Line(text.ToString(CultureInfo.InvariantCulture));

    public void Line(string text)
    {
        Console.WriteLine(text);
        _text.Append(text).Append('\n');
    }

    /// <summary>Writes a chart, and adds it to the document.</summary>
    public void Picture(string alternative, BarChart chart)
    {
        if (!options.WritesDocument)
        {
            return;
        }

        string folder = Path.Combine(Root(), "docs", "benchmarks");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name + ".svg"), chart.ToSvg());
        _text.Append(CultureInfo.InvariantCulture, $"\n![{alternative}](benchmarks/{name}.svg)\n");
    }

    /// <summary>Updates the document, if <c>--write</c> is set.</summary>
    public void End()
    {
        if (!options.WritesDocument)
        {
            return;
        }

        string path = Path.Combine(Root(), "docs", "benchmarks.md");
        string document = File.ReadAllText(path);
        string begin = $"<!-- {name} -->";
        int from = document.IndexOf(begin, StringComparison.Ordinal);
        int to = document.IndexOf($"<!-- /{name} -->", StringComparison.Ordinal);
        if (from < 0 || to < from)
        {
            throw new InvalidOperationException($"{path} has no section between '{begin}' and '<!-- /{name} -->'.");
        }

        File.WriteAllText(path, $"{document[..(from + begin.Length)]}\n{_text}{document[to..]}");
    }

    private static string Root()
    {
        string? folder = Environment.CurrentDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "TypedEvents.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("Run it within the repository, because it updates docs/benchmarks.md.");
    }
}
