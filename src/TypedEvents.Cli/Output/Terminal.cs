using Spectre.Console;

namespace TypedEvents.Cli;

/// <summary>Creates consoles that know their size: not every terminal does, such as one of a container, and Spectre.Console fails without.</summary>
internal static class Terminal
{
    private const int DefaultWidth = 80;
    private const int DefaultHeight = 24;

    public static IAnsiConsole Create(AnsiConsoleSettings settings)
    {
        IAnsiConsole console = AnsiConsole.Create(settings);
        if (console.Profile.Width < 1)
        {
            console.Profile.Width = DefaultWidth;
        }

        if (console.Profile.Height < 1)
        {
            console.Profile.Height = DefaultHeight;
        }

        return console;
    }
}
