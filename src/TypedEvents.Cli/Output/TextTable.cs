using Spectre.Console;

namespace TypedEvents.Cli;

/// <summary>A table for people; in a pipe as wide as its content, so that no line is broken.</summary>
internal sealed class TextTable(params string[] columns)
{
    private const int WidthOfPipe = 4000;

    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(ToolContext context)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column, context.HasColors ? new Style(decoration: Decoration.Bold) : Style.Plain)) { Padding = new Padding(0, 0, 2, 0), NoWrap = !context.HasColors });
        }

        foreach (string[] row in _rows)
        {
            table.AddRow(row.Select(cell => new Text(Printable.Of(cell.ReplaceLineEndings(" ")))));
        }

        using var buffer = new StringWriter();
        IAnsiConsole console = Terminal.Create(new AnsiConsoleSettings
        {
            Ansi = context.HasColors ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = context.HasColors ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = context.HasColors ? new AnsiConsoleOutput(context.Out) : new AnsiConsoleOutput(buffer),
        });
        if (!context.HasColors)
        {
            console.Profile.Width = WidthOfPipe;
        }

        console.Write(table);
        foreach (string line in buffer.ToString().Split('\n').SkipLast(1))
        {
            context.Out.Write(line.TrimEnd() + "\n");
        }
    }
}
