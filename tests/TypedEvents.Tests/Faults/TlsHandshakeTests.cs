using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TypedEvents.Tests;

/// <summary>A load balancer that is starting responds to the handshake with an alert or without TLS. That is transient, and the configuration is right.</summary>
public sealed class TlsHandshakeTests
{
    private static readonly byte[] InternalErrorAlert = [21, 3, 3, 0, 2, 2, 80];

    public static TheoryData<string> Responses => ["an alert", "plain HTTP"];

    [Theory]
    [MemberData(nameof(Responses))]
    public async Task A_handshake_that_fails_for_another_reason_than_the_certificate_is_a_failure_and_not_the_configuration(string response)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Trackers.Cancellation);
        Task serving = ServeAsync(listener, response == "an alert" ? InternalErrorAlert : Encoding.ASCII.GetBytes("HTTP/1.1 503 Service Unavailable\r\n\r\n"), ending.Token);
        using var api = new EngageApi(new EngageApiOptions
        {
            BaseAddress = new Uri($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"),
            ApiKey = Trackers.ApiKey,
            ApiSecret = Trackers.ApiSecret,
            Timeout = TimeSpan.FromMinutes(10),
        });

        EngageResponse engageResponse = await api.ReportAsync(null, [Encoding.UTF8.GetBytes("{}")], Trackers.Cancellation);

        Assert.Equal(TransportError.TlsFailed, engageResponse.TransportError);
        Assert.Equal(ResponseMeaning.Failed, new ResponseClassifier([]).Read(engageResponse));
        await ending.CancelAsync();
        await serving;
    }

    private static async Task ServeAsync(TcpListener listener, byte[] response, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(cancellationToken);
                NetworkStream stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[65_536], cancellationToken);
                await stream.WriteAsync(response, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
