using System.Net;
using System.Net.Sockets;

namespace TypedEvents.PostgreSql.TestServer;

/// <summary>Finds a port of loopback that nobody uses.</summary>
internal static class FreePort
{
    /// <summary>The number of ports to try: another process may take one between the search and the server's start.</summary>
    public const int Attempts = 5;

    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
