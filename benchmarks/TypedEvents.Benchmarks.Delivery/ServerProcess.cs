using System.Diagnostics;
using System.Globalization;

namespace TypedEvents.Benchmarks.Delivery;

/// <summary>The loopback server in a process of its own, so that its CPU time is not the client's.</summary>
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

    /// <summary>How many requests came in the end.</summary>
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
