using System.Diagnostics;
using System.Globalization;

namespace TypedEvents.Benchmarks.Delivery;

/// <summary>The loopback server in a separate process, so that its CPU time doesn't count as the client's.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    public ServerProcess()
    {
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["--serve"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Port = int.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public int Port { get; }

    /// <summary>The number of requests that the server received.</summary>
    public long Requests
    {
        get
        {
            _process.StandardInput.WriteLine("?");
            return long.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
