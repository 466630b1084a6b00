using Spectre.Console;

namespace TypedEvents.Cli;

/// <summary>Creates consoles that know their size: not every terminal does, such as one of a container, and Spectre.Console fails without.</summary>
internal static class Terminal
{
    private const int DefaultWidth = 80;
    private const int DefaultHeight = 24;

    /// <summary>Lets the console of Windows obey escape sequences, which it shows as text otherwise.</summary>
    /// <returns>Whether it does: consoles of old versions can't.</returns>
    public static bool EnableEscapes() => AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Detect }).Profile.Capabilities.Ansi;

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
