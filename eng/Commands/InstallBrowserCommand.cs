using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>Installs Debian's Chromium for the tests of the emulator's page, if there is no browser.</summary>
internal static class InstallBrowserCommand
{
    private static readonly string[] Programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    public static Command Create()
    {
        var command = new Command("install-browser", "Installs Chromium for the tests of the emulator's page on Debian, or names it.");
        command.SetAction(_ => RunAsync());
        return command;
    }

    public static async Task RunAsync()
    {
        if (!Programs.Any(Shell.Has) && !await DebianPackages.TryInstallAsync("chromium", "fonts-liberation"))
        {
            throw new EngException(
                "chromium could not be installed: Ubuntu has it as a snap only. Install Google's package google-chrome-stable, or set TYPEDEVENTS_BROWSER to the path "
                + "of Chromium or Chrome.");
        }
    }
}
