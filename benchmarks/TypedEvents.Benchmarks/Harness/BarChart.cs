using System.Globalization;
using System.Security;
using System.Text;

namespace TypedEvents.Benchmarks;

/// <summary>A chart of horizontal bars in groups; the longest bar has the full width. It is readable on light and dark backgrounds.</summary>
internal sealed class BarChart(string title, string unit)
{
    private const int Width = 760;
    private const int Labels = 250;
    private const int BarHeight = 18;
    private const int RowHeight = 24;

    private const string Style =
        "text{font:13px system-ui,sans-serif;fill:#57606a}.t{font-size:15px;font-weight:600}.g{font-weight:600}"
        + ".ours{fill:#1a7f64}.theirs{fill:#8c959f}"
        + "@media(prefers-color-scheme:dark){text{fill:#c9d1d9}.ours{fill:#3fb68b}.theirs{fill:#6e7681}}";

    private readonly List<(string Group, string Label, double Value, bool IsOurs)> _bars = [];

    public void Add(string group, string label, double value, bool isOurs = false) => _bars.Add((group, label, value, isOurs));

    public string ToSvg()
    {
        var body = new StringBuilder();
        double most = _bars.Max(bar => bar.Value);
        int y = 40;
        string? group = null;
        foreach ((string barGroup, string label, double value, bool isOurs) in _bars)
        {
            if (barGroup != group)
            {
                y += group is null ? 0 : 10;
                group = barGroup;
                body.Append(CultureInfo.InvariantCulture, $"<text class=\"g\" x=\"0\" y=\"{y + 13}\">{SecurityElement.Escape(group)}</text>\n");
                y += RowHeight;
            }

            double width = Math.Max(2, value / most * (Width - Labels - 90));
            body.Append(CultureInfo.InvariantCulture, $"<text x=\"{Labels - 8}\" y=\"{y + 13}\" text-anchor=\"end\">{SecurityElement.Escape(label)}</text>\n");
            body.Append(CultureInfo.InvariantCulture, $"<rect class=\"{(isOurs ? "ours" : "theirs")}\" x=\"{Labels}\" y=\"{y}\" width=\"{width:F1}\" height=\"{BarHeight}\" rx=\"2\"/>\n");
            body.Append(CultureInfo.InvariantCulture, $"<text x=\"{Labels + width + 6:F1}\" y=\"{y + 13}\">{Shown(value)} {SecurityElement.Escape(unit)}</text>\n");
            y += RowHeight;
        }

        return string.Create(CultureInfo.InvariantCulture, $$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{Width}} {{y + 6}}" role="img" aria-label="{{SecurityElement.Escape(title)}}">
            <style>{{Style}}</style>
            <text class="t" x="0" y="18">{{SecurityElement.Escape(title)}}</text>
            {{body}}</svg>

            """);
    }

    private static string Shown(double value) => value.ToString(value < 10 ? "0.0#" : "N0", CultureInfo.InvariantCulture);
}
