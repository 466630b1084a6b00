using System.Text;
using Spectre.Console;

namespace TypedEvents.Cli.Tests;

public sealed class TerminalTests
{
    [Theory]
    [InlineData(0, 0, 80, 24)]
    [InlineData(-1, -1, 80, 24)]
    [InlineData(120, 50, 120, 50)]
    public void A_terminal_of_unknown_size_has_the_usual_one(int width, int height, int expectedWidth, int expectedHeight)
    {
        using var output = new Output(width, height);
        IAnsiConsole console = Terminal.Create(new AnsiConsoleSettings { Out = output });

        Assert.Equal((expectedWidth, expectedHeight), (console.Profile.Width, console.Profile.Height));
    }

    private sealed class Output(int width, int height) : IAnsiConsoleOutput, IDisposable
    {
        private readonly StringWriter _writer = new();

        public TextWriter Writer => _writer;

        public bool IsTerminal => true;

        public int Width => width;

        public int Height => height;

        public void SetEncoding(Encoding encoding)
        {
        }

        public void Dispose() => _writer.Dispose();
    }
}
