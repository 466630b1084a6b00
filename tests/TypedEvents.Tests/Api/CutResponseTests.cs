using System.Net.Sockets;
using TypedEvents.Emulator;

namespace TypedEvents.Tests;

/// <summary>A response whose body breaks off still has a head.</summary>
public sealed class CutResponseTests
{
    [Fact]
    public async Task How_long_to_wait_is_known_although_the_body_is_cut()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using EngageApi api = Trackers.CreateApi(emulator);
        emulator.Next(EmulatorBehavior.Respond(429, 1).WithHeader("Retry-After", "7").CutHalfway());
        using var batch = new EventBatch();
        Assert.True(batch.TryAdd(Trackers.Alice, new PageViewed("/")));

        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation));

        Assert.Equal(TimeSpan.FromSeconds(7), exception.RetryAfter);
        Assert.Contains("before the response was complete", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>As SocketsHttpHandler lets one through where the other side is gone at the moment at which the connection is made.</summary>
    [Fact]
    public async Task An_exception_of_the_socket_itself_is_no_connection()
    {
        await using EngageLabEmulator emulator = await Trackers.StartEmulatorAsync();
        using var client = new HttpClient(new BrokenSocket());
        using EngageApi api = Trackers.CreateApi(emulator, options => options.HttpClient = client);
        using var batch = new EventBatch();
        Assert.True(batch.TryAdd(Trackers.Alice, new PageViewed("/")));

        EngageApiException exception = await Assert.ThrowsAsync<EngageApiException>(() => api.ReportAsync(batch, Trackers.Cancellation));

        Assert.Contains("No connection", exception.Message, StringComparison.Ordinal);
    }

    private sealed class BrokenSocket : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromException<HttpResponseMessage>(new SocketException((int)SocketError.NotConnected));
    }
}
