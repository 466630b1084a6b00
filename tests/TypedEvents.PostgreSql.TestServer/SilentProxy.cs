using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace TypedEvents.PostgreSql.TestServer;

/// <summary>
/// A TCP proxy before a server that can go silent: its connections stay open, no byte passes, and neither side gets a FIN or RST. So a network
/// behaves that has lost its route, and a host whose power is gone.
/// </summary>
public sealed class SilentProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _lock = new();
    private readonly List<Socket> _sockets = [];
    private readonly Task _accepting;
    private (string Host, int Port) _target;

    /// <summary>Is completed while bytes pass.</summary>
    private TaskCompletionSource _passing = NewSignal();

    private SilentProxy(PostgreSqlServer server)
    {
        _target = (server.Host, server.Port);
        _passing.SetResult();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static SilentProxy Start(PostgreSqlServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return new(server);
    }

    /// <summary>The connection string that reaches a database through this proxy.</summary>
    public string ConnectionString(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Host = "127.0.0.1", Port = Port }.ConnectionString;

    /// <summary>Lets nothing pass any more, in either direction. New connections are accepted and get no response.</summary>
    public void Silence()
    {
        lock (_lock)
        {
            if (_passing.Task.IsCompleted)
            {
                _passing = NewSignal();
            }
        }
    }

    /// <summary>Lets everything pass, what was sent meanwhile included.</summary>
    public void Resume()
    {
        lock (_lock)
        {
            _passing.TrySetResult();
        }
    }

    /// <summary>Leads to another server from now on, as after a failover, and resets all connections.</summary>
    public void LeadTo(PostgreSqlServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        lock (_lock)
        {
            _target = (server.Host, server.Port);
        }

        Reset();
    }

    /// <summary>Resets all connections.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            foreach (Socket socket in _sockets)
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                socket.Dispose();
            }

            _sockets.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Dispose();
        Reset();
        await _accepting;
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> relays = [];
        try
        {
            while (true)
            {
                relays.Add(RelayAsync(await _listener.AcceptSocketAsync(_ended.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            lock (_lock)
            {
                _sockets.AddRange([client, server]);
            }

            try
            {
                await PassAsync();
                (string host, int port) = Target();
                await server.ConnectAsync(host, port, _ended.Token);
                await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The connection has ended.
            }

            // Before they are disposed: Reset uses those of the list.
            lock (_lock)
            {
                _sockets.Remove(client);
                _sockets.Remove(server);
            }
        }
    }

    private async Task CopyAsync(Socket source, Socket destination)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await source.ReceiveAsync(buffer, _ended.Token) is > 0 and var count)
            {
                await PassAsync();
                await destination.SendAsync(buffer.AsMemory(0, count), _ended.Token);
            }

            // Neither does the end of a connection pass.
            await PassAsync();
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The connection has ended.
        }
    }

    private (string Host, int Port) Target()
    {
        lock (_lock)
        {
            return _target;
        }
    }

    private Task PassAsync()
    {
        lock (_lock)
        {
            return _passing.Task.WaitAsync(_ended.Token);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
