using System.Net;
using System.Net.Sockets;
using System.Text;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>Everything between the library and EngageLab: proxies, gateways that repeat a request's headers, an <see cref="HttpClient"/> with handlers of the application.</summary>
public sealed class SurroundingsTests
{
    [Fact]
    public async Task Plain_http_to_this_machine_goes_past_the_systems_proxy()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        await using EngageLabEmulator proxy = await Trackers.StartEmulatorAsync();
        IWebProxy former = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new ProxyFor(emulator.BaseAddress, proxy.BaseAddress, former);
        try
        {
            using EngageApi api = Trackers.CreateApi(emulator);
            using var batch = new EventBatch();
            Assert.True(batch.TryAdd(Trackers.Alice, new PageViewed("/")));
            await api.ReportAsync(batch, Trackers.Cancellation);

            // The proxy is one: a client that isn't ours goes through it.
            using var client = new HttpClient();
            await client.GetAsync(emulator.BaseAddress, Trackers.Cancellation);
        }
        finally
        {
            HttpClient.DefaultProxy = former;
        }

        Assert.Equal(1, emulator.RequestCount);
        Assert.Equal(1, proxy.RequestCount);
    }

    [Fact]
    public async Task A_gateway_that_repeats_the_authorization_header_puts_it_into_no_exception_log_or_problem()
    {
        await using TrackerScenario scenario = await TrackerScenario.StartAsync(clock: new PacedClock());
        string header = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Trackers.ApiKey}:{Trackers.ApiSecret}"));
        scenario.Emulator.RespondWith(EmulatorBehavior.Respond(401, 40050, $"{new string('x', 200)} Authorization: Basic {header}\u001b[2J\u2028{Trackers.ApiSecret}"));
        using EngageApi api = Trackers.CreateApi(scenario.Emulator);
        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.RegisterUsersAsync("user_id", ["ada"], Trackers.Cancellation));
        scenario.Track(new PageViewed("/"));
        FlushResult result = await scenario.FlushAsync();

        Assert.Contains("Basic [redacted]\\u001B[2J", exception.ServerMessage, StringComparison.Ordinal);
        Assert.True(exception.ServerMessage!.Length <= 256);
        foreach (string text in new[] { exception.ToString(), result.Problem!, scenario.Log.Text })
        {
            Assert.Contains("[redacted]", text, StringComparison.Ordinal);
            Assert.DoesNotContain(header, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Trackers.ApiSecret, text, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', text);
            Assert.DoesNotContain('\u2028', text);
        }
    }

    [Fact]
    public async Task Control_sequences_of_a_status_line_reach_no_exception()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task answering = AnswerAsync(listener, $"HTTP/x {Trackers.ApiSecret} \u001b[2J\r\n\r\n");
        using var api = new EngageApi(new EngageApiOptions
        {
            BaseAddress = new Uri($"http://{listener.LocalEndpoint}/"),
            AllowInsecureLoopback = true,
            ApiKey = Trackers.ApiKey,
            ApiSecret = Trackers.ApiSecret,
        });
        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.RegisterUsersAsync("user_id", ["ada"], Trackers.Cancellation));
        await answering;

        Assert.IsType<HttpRequestException>(exception.InnerException);
        Assert.Contains("[redacted] \\u001B[2J", exception.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', exception.ToString());
        Assert.DoesNotContain(Trackers.ApiSecret, exception.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A policy throws what the connection throws, too: only that says of itself what went wrong with it.</summary>
    [Fact]
    public async Task A_request_exception_that_a_handler_throws_is_not_taken_for_a_broken_connection()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var client = new HttpClient(new ThrowingHandler(new HttpRequestException("blocked by policy"))) { Timeout = Timeout.InfiniteTimeSpan };
        using EngageApi api = Trackers.CreateApi(emulator, options => options.HttpClient = client);

        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.RegisterUsersAsync("user_id", ["ada"], Trackers.Cancellation));

        Assert.Contains("System.Net.Http.HttpRequestException (blocked by policy)", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("The connection", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_of_a_given_client_is_named_by_its_type()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var client = new HttpClient(new ThrowingHandler(new CircuitOpenException())) { Timeout = Timeout.InfiniteTimeSpan };
        using EngageApi api = Trackers.CreateApi(emulator, options => options.HttpClient = client);
        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.RegisterUsersAsync("user_id", ["ada"], Trackers.Cancellation));

        Assert.Contains(typeof(CircuitOpenException).ToString(), exception.Message, StringComparison.Ordinal);
        Assert.Contains("The circuit is open.", exception.Message, StringComparison.Ordinal);
        Assert.Contains("handlers", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("The connection", exception.Message, StringComparison.Ordinal);
        Assert.IsType<CircuitOpenException>(exception.InnerException);
    }

    private static async Task AnswerAsync(TcpListener listener, string response)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(Trackers.Cancellation);
        NetworkStream stream = client.GetStream();
        Assert.NotEqual(0, await stream.ReadAsync(new byte[4096], Trackers.Cancellation));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(response), Trackers.Cancellation);
        client.Client.Shutdown(SocketShutdown.Send);
        while (await stream.ReadAsync(new byte[4096], Trackers.Cancellation) != 0)
        {
        }
    }

    /// <summary>A proxy for one address alone: other tests go on meanwhile.</summary>
    private sealed class ProxyFor(Uri address, Uri proxy, IWebProxy others) : IWebProxy
    {
        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => destination.Port == address.Port ? proxy : others.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.Port != address.Port && others.IsBypassed(host);
    }

    private sealed class ThrowingHandler(Exception exception) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromException<HttpResponseMessage>(exception);
    }

    private sealed class CircuitOpenException() : Exception("The circuit is open.");
}
