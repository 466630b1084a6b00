using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace TypedEvents.Cli;

/// <summary>Runs another program and reads what it prints.</summary>
internal static class ChildProcess
{
    /// <param name="program">The program, by its name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Its current folder.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <param name="encoding">What it prints in; <see langword="null"/>: that of the console, as .NET's programs do.</param>
    /// <returns>Its exit code, standard output and standard error.</returns>
    /// <exception cref="ToolException">The program isn't installed.</exception>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string program, IEnumerable<string> arguments, string folder, CancellationToken cancellationToken, Encoding? encoding = null)
    {
        var start = new ProcessStartInfo(Find(program))
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = encoding,
            StandardErrorEncoding = encoding,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // A tool that MSBuild starts would hand its own SDK's variables on.
        start.Environment.Remove("MSBuildSDKsPath");
        start.Environment.Remove("MSBuildExtensionsPath");
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new ToolException($"'{program}' can't be started: {exception.Message}", exception);
        }

        using (process)
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = process.StandardError.ReadToEndAsync(cancellationToken);
            try
            {
                await process.WaitForExitAsync(cancellationToken);
                return (process.ExitCode, await output, await error);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
                throw;
            }
        }
    }

    private static string Find(string program) =>
        program == "dotnet" && Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host && File.Exists(host)
            ? host
            : ProgramPath.Find(program, Directory.GetCurrentDirectory(), Environment.GetEnvironmentVariable)
                ?? throw new ToolException($"'{program}' isn't installed, or isn't in PATH.");
}
