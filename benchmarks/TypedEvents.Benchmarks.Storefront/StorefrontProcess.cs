using System.Diagnostics;
using System.Globalization;

namespace TypedEvents.Benchmarks.Storefront;

/// <summary>The sample as a child process, with its events in a file of a given folder.</summary>
internal sealed class StorefrontProcess : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;

    private StorefrontProcess(Process process, Uri address, TimeSpan startTime)
    {
        _process = process;
        StartTime = startTime;
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public HttpClient Client { get; }

    /// <summary>The time from the start of the process until the response to the first request.</summary>
    public TimeSpan StartTime { get; }

    /// <summary>The most memory that the process has used, in bytes (<c>VmHWM</c>).</summary>
    public long PeakMemory => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").Single(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) * 1024;

    /// <param name="program">The Native AOT executable, or the assembly for <c>dotnet</c>.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="settings">Its configuration, beside the one that makes it quiet.</param>
    public static async Task<StorefrontProcess> StartAsync(string program, string folder, params (string Key, string Value)[] settings)
    {
        program = Path.GetFullPath(program);
        var start = program.EndsWith(".dll", StringComparison.Ordinal) ? new ProcessStartInfo("dotnet", [program]) : new ProcessStartInfo(program);
        start.WorkingDirectory = folder;
        start.RedirectStandardOutput = true;
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        foreach ((string key, string value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        long began = Stopwatch.GetTimestamp();
        Process process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and int at)
            {
                var address = new Uri(line[(at + Listening.Length)..]);
                using var first = new HttpClient { BaseAddress = address };
                (await first.GetAsync(new Uri("/products/first", UriKind.Relative))).EnsureSuccessStatusCode();
                TimeSpan startTime = Stopwatch.GetElapsedTime(began);
                _ = process.StandardOutput.ReadToEndAsync();
                return new StorefrontProcess(process, address, startTime);
            }
        }

        throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode} before it listened.");
    }

    /// <summary>The settings of a tracker that reports to an emulator.</summary>
    public static (string Key, string Value)[] Settings(Emulator.EngageLabEmulator emulator) =>
    [
        ("TypedEvents:BaseAddress", emulator.BaseAddress.ToString()),
        ("TypedEvents:AllowInsecureLoopback", "true"),
        ("TypedEvents:ApiKey", "local"),
        ("TypedEvents:ApiSecret", "local"),
    ];

    /// <summary>Signs a customer in.</summary>
    /// <returns>The cookie that the customer's requests have.</returns>
    public async Task<string> SignInAsync()
    {
        using HttpResponseMessage response = await Client.PostAsync(new Uri("/sign-in/customer-1", UriKind.Relative), null);
        return response.EnsureSuccessStatusCode().Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    /// <summary>Tells it to end, as a service manager does.</summary>
    public void Terminate()
    {
        using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
