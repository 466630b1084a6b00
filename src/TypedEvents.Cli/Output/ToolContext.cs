using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace TypedEvents.Cli;

/// <summary>How much a command says beside its result.</summary>
internal enum Verbosity
{
    /// <summary>Results and errors only.</summary>
    Quiet,

    Normal,

    /// <summary>Also what was read and run, and changes that nobody outside of the code sees.</summary>
    Detailed,
}

/// <summary>What a command gets of the process that it runs in: results go to <see cref="Out"/>, and everything else to <see cref="Error"/>.</summary>
internal sealed record ToolContext
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>
    /// Opens <see cref="Out"/> so that writing fails with an <see cref="IOException"/> when its reader has gone, which <see cref="Console"/> ignores;
    /// gives <see langword="null"/> if it isn't a pipe. A command that writes until it is interrupted needs to know.
    /// </summary>
    public Func<TextWriter?>? Pipe { get; init; }

    /// <summary>Answers to questions, or <see langword="null"/> where nobody is there to give any.</summary>
    public TextReader? Answers { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal that shows colours. <c>--no-color</c> turns it off.</summary>
    public bool HasColors { get; set; }

    /// <summary>Whether <see cref="Error"/> is a terminal that can show what the command is working on.</summary>
    public bool HasProgress { get; init; }

    /// <summary>What <c>--verbosity</c> says.</summary>
    public Verbosity Verbosity { get; set; } = Verbosity.Normal;

    /// <summary>The folder to which relative paths belong.</summary>
    public required string Folder { get; init; }

    /// <summary>The environment's variables.</summary>
    public required Func<string, string?> Environment { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The signals that the process gets; <see langword="null"/> if it handles none.</summary>
    public Interruption? Interruption { get; init; }

    private static bool IsDumbTerminal => System.Environment.GetEnvironmentVariable("TERM") == "dumb";

    /// <summary>The process itself.</summary>
    public static ToolContext OfProcess(Interruption? interruption = null) => new()
    {
        Out = Console.IsOutputRedirected ? OpenUtf8(Console.OpenStandardOutput()) : Console.Out,
        Error = Console.IsErrorRedirected ? OpenUtf8(Console.OpenStandardError()) : Console.Error,
        Pipe = Console.IsOutputRedirected && !OperatingSystem.IsWindows() ? OpenPipe : null,
        Answers = Console.IsInputRedirected || Console.IsErrorRedirected ? null : Console.In,
        HasColors = !Console.IsOutputRedirected
            && string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("NO_COLOR"))
            && !IsDumbTerminal
            && (!OperatingSystem.IsWindows() || Terminal.EnableEscapes()),
        HasProgress = !Console.IsErrorRedirected && !IsDumbTerminal,
        Folder = Directory.GetCurrentDirectory(),
        Environment = System.Environment.GetEnvironmentVariable,
        Interruption = interruption,
    };

    /// <summary>
    /// What other programs read is UTF-8, as JSON demands. The console has the encoding of the terminal, such as a code page of Windows, which lacks most
    /// characters.
    /// </summary>
    private static TextWriter OpenUtf8(Stream output) => TextWriter.Synchronized(new StreamWriter(output) { AutoFlush = true });

    private static StreamWriter? OpenPipe()
    {
        const int StandardOutput = 1;
        var output = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);

        // A file's position is the one of other outputs as well.
        return output.CanSeek ? null : new StreamWriter(output);
    }

    /// <summary>Says something that is not a result.</summary>
    public async Task NoteAsync(string text)
    {
        if (Verbosity != Verbosity.Quiet)
        {
            await Error.WriteAsync(Printable.Of(text) + "\n");
        }
    }

    /// <summary>Says what the command does, for users who look for the cause of something.</summary>
    public async Task DetailAsync(string text)
    {
        if (Verbosity == Verbosity.Detailed)
        {
            await Error.WriteAsync(Printable.Of(text) + "\n");
        }
    }

    /// <summary>Shows on a terminal that the command is busy, until the work is done.</summary>
    /// <param name="what">What it does, in a few words.</param>
    /// <param name="work">The work.</param>
    public async Task<T> WorkAsync<T>(string what, Func<Task<T>> work)
    {
        await DetailAsync(what);
        if (!HasProgress || Verbosity == Verbosity.Quiet)
        {
            return await work();
        }

        IAnsiConsole console = Terminal.Create(new AnsiConsoleSettings
        {
            // On Windows the console must be told to obey escape sequences. Elsewhere every terminal does that isn't called dumb.
            Ansi = OperatingSystem.IsWindows() ? AnsiSupport.Detect : AnsiSupport.Yes,
            ColorSystem = HasColors ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(Error),
        });
        return await console.Status().StartAsync(Markup.Escape(Printable.Of(what)), _ => work());
    }

    /// <summary>A path that was given, as a full path.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, Folder);

    /// <summary>A path as it is best shown: relative where it is below the folder, with slashes.</summary>
    public string Show(string path)
    {
        path = FromDeterministicBuild(path);
        string relative = Path.GetRelativePath(Folder, path);
        return (relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? path : relative).Replace('\\', '/');
    }

    /// <summary>A deterministic build, as CI makes it, has <c>/_/</c> in its PDB where the repository was.</summary>
    private string FromDeterministicBuild(string path)
    {
        if (path.StartsWith("/_/", StringComparison.Ordinal))
        {
            for (DirectoryInfo? root = new(Folder); root is not null; root = root.Parent)
            {
                string candidate = Path.Combine(root.FullName, path["/_/".Length..]);
                if (File.Exists(candidate))
                {
                    return candidate;
                }
            }
        }

        return path;
    }
}
