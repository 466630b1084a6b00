using System.Diagnostics;
using System.Globalization;

namespace TypedEvents.Package.Tests.Support;

/// <summary>Runs a program and captures its output.</summary>
internal static class Command
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <summary>Runs the .NET SDK that runs these tests.</summary>
    public static Task<CommandResult> DotNetAsync(string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        RunAsync(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", folder, arguments, environment);

    /// <param name="program">The program.</param>
    /// <param name="folder">The current folder of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Environment variables, beside those of this process.</param>
    /// <param name="terminateAfter">After this it gets a SIGTERM; <see langword="null"/>: it ends on its own.</param>
    public static async Task<CommandResult> RunAsync(
        string program,
        string folder,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        Task? terminateAfter = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        ForgetTheCaller(start.Environment);
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started.");
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(patience.Token);
            if (terminateAfter is not null)
            {
                await Task.WhenAny(terminateAfter, process.WaitForExitAsync(patience.Token));
                using Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
                await kill.WaitForExitAsync(patience.Token);
            }

            await process.WaitForExitAsync(patience.Token);
            return new CommandResult($"{Path.GetFileName(program)} {string.Join(' ', start.ArgumentList)}", process.ExitCode, await output + await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', start.ArgumentList)} took more than {Patience}.");
        }
    }

    /// <summary>Removes the environment variables that <c>dotnet test</c> sets, which must not affect builds that are started here.</summary>
    private static void ForgetTheCaller(IDictionary<string, string?> environment)
    {
        foreach (string name in environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            environment.Remove(name);
        }

        environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        environment["DOTNET_NOLOGO"] = "1";
        environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
    }
}

/// <summary>A program's exit code and output.</summary>
internal sealed record CommandResult(string Line, int ExitCode, string Output)
{
    public CommandResult AssertSucceeded()
    {
        Assert.True(ExitCode == 0, $"{Line} ended with exit code {ExitCode}:\n{Output}");
        return this;
    }
}
