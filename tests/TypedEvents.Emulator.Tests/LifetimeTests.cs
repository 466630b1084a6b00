using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TypedEvents.Emulator.Tests;

public sealed class LifetimeTests
{
    /// <summary>Far less than the 30 s that a host gives running requests to end.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>One attempt may fail because the host stalls for some seconds, or another program takes a port that has just become free.</summary>
    private const int Attempts = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_listens_on_loopback_only()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);

        Assert.Equal(("http", "127.0.0.1"), (emulator.BaseAddress.Scheme, emulator.BaseAddress.Host));
        Assert.NotEqual(0, emulator.BaseAddress.Port);
    }

    [Fact]
    public async Task A_port_can_be_chosen_and_is_released_on_disposal()
    {
        Exception? taken = null;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            EngageLabEmulator first = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
            var options = new EmulatorOptions { Port = first.BaseAddress.Port };
            await Assert.ThrowsAsync<IOException>(() => EngageLabEmulator.StartAsync(options, Cancellation));
            await first.DisposeAsync();

            taken = await Record.ExceptionAsync(async () =>
            {
                await using EngageLabEmulator second = await EngageLabEmulator.StartAsync(options, Cancellation);
                Assert.Equal(first.BaseAddress, second.BaseAddress);
            });
            if (taken is not IOException)
            {
                break;
            }
        }

        Assert.Null(taken);
    }

    [Fact]
    public async Task It_stops_while_requests_hang()
    {
        await AssertStopsSoonAsync(async stop =>
        {
            EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
            using var client = new EmulatorClient(emulator);
            emulator.Next(EmulatorBehavior.Hang);
            emulator.Next(EmulatorBehavior.Normal.After(TimeSpan.FromDays(1)));
            emulator.Next(EmulatorBehavior.Normal.Drip(TimeSpan.FromDays(1)));
            Task<EmulatorClient.Reply>[] asking = [.. Enumerable.Range(0, 3).Select(_ => client.ReportAsync(EmulatorClient.Event()))];
            await emulator.WaitForRequestsAsync(3, Cancellation);

            await stop(emulator);

            foreach (Task<EmulatorClient.Reply> request in asking)
            {
                await Assert.ThrowsAsync<HttpRequestException>(() => request);
            }
        });
    }

    [Fact]
    public async Task It_stops_while_connections_are_kept_alive()
    {
        await AssertStopsSoonAsync(async stop =>
        {
            EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
            using var client = new HttpClient { BaseAddress = emulator.BaseAddress };
            using HttpResponseMessage response = await client.GetAsync(new Uri("/", UriKind.Relative), Cancellation);

            await stop(emulator);

            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        });
    }

    [Fact]
    public async Task Waiting_ends_with_an_exception_when_the_emulator_is_disposed()
    {
        EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        Task<IReadOnlyList<ReceivedEvent>> events = emulator.WaitForEventsAsync(1, Cancellation);
        Task<IReadOnlyList<ReceivedRequest>> requests = emulator.WaitForRequestsAsync(1, Cancellation);

        await emulator.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => events);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => requests);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => emulator.WaitForEventsAsync(1, Cancellation));
    }

    [Fact]
    public async Task Waiting_can_be_canceled()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<IReadOnlyList<ReceivedEvent>> waiting = emulator.WaitForEventsAsync(1, giveUp.Token);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Empty(await emulator.WaitForEventsAsync(0, Cancellation));
    }

    [Fact]
    public async Task Options_out_of_range_are_rejected()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => EngageLabEmulator.StartAsync(new() { ApiKey = "" }, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => EngageLabEmulator.StartAsync(new() { ApiSecret = "" }, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => EngageLabEmulator.StartAsync(new() { Port = 65536 }, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => EngageLabEmulator.StartAsync(new() { MaxEventsPerRequest = 0 }, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => EngageLabEmulator.StartAsync(new() { MaxRequestBytes = 0 }, Cancellation));
    }

    [Fact]
    public async Task It_uses_https_with_a_configured_certificate()
    {
        using X509Certificate2 certificate = MakeCertificate();
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { Certificate = certificate }, Cancellation);
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, seen, _, _) => seen?.Thumbprint == certificate.Thumbprint,
        };
        using var trusting = new HttpClient(handler);
        using var distrusting = new HttpClient();
        var address = new Uri(emulator.BaseAddress, EmulatorClient.Report);

        using HttpRequestMessage request = EmulatorClient.Post(address.AbsoluteUri, EmulatorClient.Data(EmulatorClient.Event()));
        using HttpResponseMessage response = await trusting.SendAsync(request, Cancellation);

        Assert.Equal("https", address.Scheme);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        HttpRequestException rejected = await Assert.ThrowsAsync<HttpRequestException>(() => distrusting.GetAsync(address, Cancellation));
        Assert.Equal(HttpRequestError.SecureConnectionError, rejected.HttpRequestError);
        Assert.Single(emulator.Requests);
    }

    private static async Task AssertStopsSoonAsync(Func<Func<EngageLabEmulator, Task>, Task> run)
    {
        TimeSpan least = TimeSpan.MaxValue;
        for (int attempt = 0; attempt < Attempts && least > Soon; attempt++)
        {
            await run(async emulator =>
            {
                long start = Stopwatch.GetTimestamp();
                await emulator.DisposeAsync().AsTask().WaitAsync(Patience, Cancellation);
                TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
                least = elapsed < least ? elapsed : least;
            });
        }

        Assert.InRange(least, TimeSpan.Zero, Soon);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
