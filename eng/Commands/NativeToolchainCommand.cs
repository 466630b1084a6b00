using System.CommandLine;
using TypedEvents.Eng.Support;

namespace TypedEvents.Eng.Commands;

/// <summary>What Native AOT links with: clang or gcc and zlib's headers on Linux, Xcode's tools on macOS, Visual Studio's on Windows.</summary>
internal static class NativeToolchainCommand
{
    public static Command Create()
    {
        var command = new Command("native-toolchain", "Installs what Native AOT links with on Debian and Ubuntu, or names it.");
        command.SetAction(_ => RunAsync());
        return command;
    }

    public static async Task RunAsync()
    {
        if (OperatingSystem.IsMacOS())
        {
            Shell.Demand("clang", "Install Xcode's command line tools: xcode-select --install.");
        }
        else if (OperatingSystem.IsLinux() && !IsComplete() && !(await DebianPackages.TryInstallAsync("clang", "zlib1g-dev") && IsComplete()))
        {
            throw new EngException(
                "Native AOT needs clang or gcc, and zlib with its headers, and they could not be installed. Install the packages clang and zlib1g-dev "
                + "(Debian, Ubuntu), clang and zlib-devel (Fedora), or clang, build-base and zlib-dev (Alpine).");
        }

        // On Windows the SDK looks for Visual Studio's C++ tools itself, and its message names them.
    }

    private static bool IsComplete() => (Shell.Has("clang") || Shell.Has("gcc")) && File.Exists("/usr/include/zlib.h");
}
