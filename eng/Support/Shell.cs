using System.Text;
using CliWrap;

namespace TypedEvents.Eng.Support;

/// <summary>Starts programs in the root of the repository.</summary>
internal static class Shell
{
    /// <summary>npm is a script, which Windows finds by its whole name only.</summary>
    public static readonly string Npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    private static readonly Dictionary<string, string?> Environment = new()
    {
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",
        ["TERM"] = "dumb",
        // What started this program may have set them, and they must not affect the builds that it starts.
        ["MSBUILD_EXE_PATH"] = null,
        ["MSBuildSDKsPath"] = null,
        ["MSBuildExtensionsPath"] = null,
        ["MSBuildLoadMicrosoftTargetsReadOnly"] = null,
    };

    /// <summary>Runs a program whose output goes to this one's, and fails if its exit code isn't 0.</summary>
    public static async Task RunAsync(string program, params IEnumerable<string> arguments)
    {
        int code = await TryRunAsync(program, arguments);
        if (code != 0)
        {
            throw new EngException($"{program} {string.Join(' ', arguments)} ended with exit code {code}.", code);
        }
    }

    /// <summary>Runs a program whose output goes to this one's standard error, so that standard output holds the result of the command only.</summary>
    public static async Task RunAsideAsync(string program, params IEnumerable<string> arguments)
    {
        int code = await TryRunAsync(program, arguments, line => Console.Error.WriteLine(line));
        if (code != 0)
        {
            throw new EngException($"{program} {string.Join(' ', arguments)} ended with exit code {code}.", code);
        }
    }

    /// <summary>Runs a program and returns its exit code.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="onLine">Gets each line of its output; <see langword="null"/>: both outputs go to this program's.</param>
    /// <param name="environment">Environment variables, beside those of this process.</param>
    public static async Task<int> TryRunAsync(
        string program,
        IEnumerable<string> arguments,
        Action<string>? onLine = null,
        IReadOnlyDictionary<string, string?>? environment = null)
    {
        CommandResult result = await Cli.Wrap(program)
            .WithArguments(arguments)
            .WithWorkingDirectory(Repository.Root)
            .WithEnvironmentVariables(Merge(environment))
            .WithValidation(CommandResultValidation.None)
            .WithStandardInputPipe(PipeSource.Null)
            .WithStandardOutputPipe(PipeTarget.ToDelegate(onLine ?? Console.Out.WriteLine))
            .WithStandardErrorPipe(PipeTarget.ToDelegate(onLine ?? Console.Error.WriteLine))
            .ExecuteAsync();
        return result.ExitCode;
    }

    /// <summary>Runs a program and returns its standard output; fails with both outputs if its exit code isn't 0.</summary>
    public static async Task<string> OutputOfAsync(string program, params IEnumerable<string> arguments)
    {
        var output = new StringBuilder();
        var errors = new StringBuilder();
        CommandResult result = await Cli.Wrap(program)
            .WithArguments(arguments)
            .WithWorkingDirectory(Repository.Root)
            .WithEnvironmentVariables(Environment)
            .WithValidation(CommandResultValidation.None)
            .WithStandardOutputPipe(PipeTarget.ToStringBuilder(output))
            .WithStandardErrorPipe(PipeTarget.ToStringBuilder(errors))
            .ExecuteAsync();
        return result.ExitCode == 0
            ? output.ToString()
            : throw new EngException($"{program} {string.Join(' ', arguments)} ended with exit code {result.ExitCode}:\n{output}{errors}", result.ExitCode);
    }

    /// <summary>Whether a program is in one of the folders of <c>PATH</c>.</summary>
    public static bool Has(string program)
    {
        string file = FileOf(program, OperatingSystem.IsWindows());
        return (System.Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, file)));
    }

    /// <summary>The path of a program that was built here, as <see cref="TryRunAsync"/> takes it.</summary>
    public static string PathOf(string program) => FileOf(program, OperatingSystem.IsWindows());

    /// <summary>
    /// The file of a program. On Windows it ends with .exe, also that of TypedEvents.Benchmarks: what follows the point is no ending that Windows
    /// knows. Scripts, such as npm.cmd, are named with their ending.
    /// </summary>
    internal static string FileOf(string program, bool isWindows) =>
        isWindows && Path.GetExtension(program) is not (".exe" or ".cmd") ? program + ".exe" : program;

    /// <summary>Fails if a program that the command can't do without is missing.</summary>
    public static void Demand(string program, string remedy)
    {
        if (!Has(program))
        {
            throw new EngException($"{program} is missing. {remedy}");
        }
    }

    private static Dictionary<string, string?> Merge(IReadOnlyDictionary<string, string?>? more)
    {
        var all = new Dictionary<string, string?>(Environment);
        foreach ((string name, string? value) in more ?? new Dictionary<string, string?>())
        {
            all[name] = value;
        }

        return all;
    }
}
