using System.Diagnostics;
using System.Globalization;

namespace TypedEvents.PostgreSql.TestServer;

/// <summary>
/// A shell that runs the commands of a server as its user, and removes the server and its folder when its input ends: that happens however the
/// test process ends, SIGKILL included.
/// </summary>
internal sealed class Supervisor : IAsyncDisposable
{
    private const string ExitLine = "exit code ";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly SemaphoreSlim _oneCommand = new(1);

    private Supervisor(Process process, string folder)
    {
        _process = process;
        Folder = folder;
    }

    /// <summary>The server's folder, owned by its user.</summary>
    public string Folder { get; }

    /// <param name="commands">
    /// The shell's functions: <c>run</c> gets the words of each line as its arguments, <c>remove</c> ends the server. The folder is the current one.
    /// </param>
    /// <param name="user">The user.</param>
    /// <param name="files">The files that the folder has at first: names and contents.</param>
    public static async Task<Supervisor> StartAsync(string commands, UnprivilegedUser user, params (string Name, string Content)[] files)
    {
        string folder = Directory.CreateTempSubdirectory("typedevents-server-").FullName;
        foreach ((string name, string content) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), content);
        }

        if (user.Owner is { } owner)
        {
            using var chown = Process.Start("chown", ["-R", owner, folder]);
            await chown.WaitForExitAsync().WaitAsync(Patience);
        }

        string script = $$"""
            cd '{{folder}}' || exit 1
            {{commands}}
            while IFS= read -r line; do
              run $line 2>&1
              printf '{{ExitLine}}%s\n' $?
            done
            remove >/dev/null 2>&1
            cd / && rm -rf '{{folder}}'
            """;

        // In a session of its own: a signal to the tests' process group doesn't end it before it has removed the server.
        string[] session = Programs.Find("setsid") is { } setsid ? [setsid] : [];
        string[] command = [.. session, .. user.Prefix, "/bin/sh", "-c", script];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = "/" };

        // The messages are read, so they are in one language.
        start.Environment["LC_ALL"] = "C";
        return new Supervisor(Process.Start(start)!, folder);
    }

    /// <summary>Runs a command.</summary>
    /// <returns>Its exit code, and all that it printed.</returns>
    public async Task<(int ExitCode, string Output)> TryRunAsync(string command)
    {
        await _oneCommand.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(command);
            await _process.StandardInput.FlushAsync();
            List<string> output = [];
            while (await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
            {
                if (line.StartsWith(ExitLine, StringComparison.Ordinal))
                {
                    return (int.Parse(line.AsSpan(ExitLine.Length), CultureInfo.InvariantCulture), string.Join('\n', output));
                }

                output.Add(line);
            }

            throw new InvalidOperationException($"The shell of the server in {Folder} has ended: {string.Join('\n', output)}");
        }
        finally
        {
            _oneCommand.Release();
        }
    }

    /// <summary>Runs a command that must succeed.</summary>
    /// <inheritdoc cref="TryRunAsync"/>
    public async Task<string> RunAsync(string command)
    {
        (int exitCode, string output) = await TryRunAsync(command);
        return exitCode == 0 ? output : throw new InvalidOperationException($"{command} ended with exit code {exitCode}: {output}\n{ReadLog()}");
    }

    /// <summary>Removes the server and its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
        _oneCommand.Dispose();
    }

    private string ReadLog()
    {
        string path = Path.Combine(Folder, "log");
        return File.Exists(path) ? string.Join('\n', File.ReadLines(path).TakeLast(20)) : "";
    }
}
