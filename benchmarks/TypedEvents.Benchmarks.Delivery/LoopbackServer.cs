using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TypedEvents.Benchmarks.Delivery;

/// <summary>
/// A minimal HTTP/1.1 server that accepts each request, with the responses that clients of EngageLab and Application Insights need.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    /// <summary>What EngageLab and Application Insights respond with, as far as clients read it.</summary>
    public const string Body = """{"code":0,"message":"success","itemsReceived":100,"itemsAccepted":100,"errors":[]}""";

    private static readonly byte[] Answer = MakeResponse();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <summary>Called with the number of bytes of each request's body.</summary>
    private readonly Action<long> _onRequest;

    public LoopbackServer(Action<long> onRequest)
    {
        _onRequest = onRequest;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The child process: prints its port, and then, for each line of input, how many bytes it has received.</summary>
    public static async Task RunUntilInputEndsAsync()
    {
        long requests = 0;
        using var server = new LoopbackServer(_ => Interlocked.Increment(ref requests));
        Console.WriteLine(server.Port);
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.WriteLine(Interlocked.Read(ref requests));
        }
    }

    public void Dispose() => _listener.Dispose();

    private static byte[] MakeResponse() => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"));

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SocketException)
        {
            // The server stops.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            NetworkStream stream = client.GetStream();
            byte[] buffer = new byte[256 * 1024];
            int length = 0;
            try
            {
                while (true)
                {
                    int head;
                    while ((head = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
                    {
                        int read = await stream.ReadAsync(buffer.AsMemory(length));
                        if (read == 0)
                        {
                            return;
                        }

                        length += read;
                    }

                    string headers = Encoding.ASCII.GetString(buffer, 0, head);
                    length -= head + 4;
                    buffer.AsSpan(head + 4, length).CopyTo(buffer);
                    long body;
                    (body, length) = headers.Contains("chunked", StringComparison.OrdinalIgnoreCase)
                        ? await ReadChunksAsync(stream, buffer, length)
                        : await ReadBodyAsync(stream, buffer, length, LengthOf(headers));
                    _onRequest(body); // Before the response: a client may end as soon as it has it.
                    await stream.WriteAsync(Answer);
                }
            }
            catch (IOException)
            {
                // The client has disconnected.
            }
        }
    }

    private static long LengthOf(string headers)
    {
        int at = headers.IndexOf("content-length:", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? 0 : long.Parse(headers.AsSpan(at + 15).TrimStart().ToString().Split('\r')[0], CultureInfo.InvariantCulture);
    }

    private static async Task<(long Body, int Left)> ReadBodyAsync(NetworkStream stream, byte[] buffer, int length, long expected)
    {
        long missing = expected - length;
        while (missing > 0)
        {
            int read = await stream.ReadAsync(buffer);
            if (read == 0)
            {
                throw new IOException("The request ended early.");
            }

            missing -= read;
        }

        return (expected, 0);
    }

    private static async Task<(long Body, int Left)> ReadChunksAsync(NetworkStream stream, byte[] buffer, int length)
    {
        long total = 0;
        while (!buffer.AsSpan(0, length).EndsWith("0\r\n\r\n"u8))
        {
            // Only the end of the body matters: its last chunk is empty.
            if (length > 1024)
            {
                total += length - 16;
                buffer.AsSpan(length - 16, 16).CopyTo(buffer);
                length = 16;
            }

            int read = await stream.ReadAsync(buffer.AsMemory(length));
            if (read == 0)
            {
                throw new IOException("The request ended early.");
            }

            length += read;
        }

        return (total + length, 0);
    }
}
