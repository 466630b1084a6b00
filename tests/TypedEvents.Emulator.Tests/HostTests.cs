using System.Globalization;
using System.Net;

namespace TypedEvents.Emulator.Tests;

/// <summary>Which hosts the emulator answers to, and its health.</summary>
public sealed class HostTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1:{port}")]
    [InlineData("127.1.2.3:{port}")]
    [InlineData("localhost:{port}")]
    [InlineData("LOCALHOST:{port}")]
    [InlineData("emulator.localhost:{port}")]
    [InlineData("[::1]:{port}")]
    [InlineData("host.docker.internal:{port}")]
    [InlineData("host.docker.internal:1")]
    [InlineData("forwarded.example:81")]
    public async Task Loopback_names_with_its_port_and_configured_hosts_are_accepted(string host)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(
            new() { AllowedHosts = ["host.docker.internal", "forwarded.example:81"] }, Cancellation);
        using var client = new EmulatorClient(emulator);

        (await client.AskAsync(ForHost(host, emulator))).IsSuccess();
        Assert.Equal(HttpStatusCode.OK, await HealthAsync(client, host, emulator));
    }

    [Theory]
    [InlineData("rebound.example:{port}")]
    [InlineData("rebound.example")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost:1")]
    [InlineData("127.0.0.1.rebound.example:{port}")]
    [InlineData("localhost.rebound.example:{port}")]
    [InlineData("xlocalhost:{port}")]
    [InlineData("10.0.0.1:{port}")]
    [InlineData("0.0.0.0:{port}")]
    [InlineData("forwarded.example:82")]
    public async Task Other_hosts_are_rejected_and_nothing_of_their_body_is_stored(string host)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(new() { AllowedHosts = ["forwarded.example:81"] }, Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.Next(EmulatorBehavior.Respond(503));

        EmulatorClient.Reply reply = await client.AskAsync(ForHost(host, emulator));

        reply.IsRejection(HttpStatusCode.MisdirectedRequest, EmulatorCodes.UnknownHost);
        Assert.Contains($"127.0.0.1:{emulator.BaseAddress.Port}", reply.Message, StringComparison.Ordinal);
        Assert.Contains("AllowedHosts", reply.Message, StringComparison.Ordinal);
        Assert.Empty(emulator.Events);
        ReceivedRequest request = Assert.Single(emulator.Requests);
        Assert.Equal((421, 0), (request.Status, request.Body.Length));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await HealthAsync(client, host, emulator));

        // It hasn't used up the behavior that a test has prepared.
        using HttpResponseMessage next = await client.SendAsync(EmulatorClient.Post(EmulatorClient.Report, EmulatorClient.Data(EmulatorClient.Event())));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, next.StatusCode);
    }

    [Fact]
    public async Task Its_health_is_no_recorded_request_and_is_not_affected_by_behaviors()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.RespondWith(EmulatorBehavior.Hang);

        using HttpResponseMessage response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "health"));

        Assert.Equal((HttpStatusCode.OK, "Healthy"), (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal(0, emulator.RequestCount);
    }

    [Fact]
    public async Task An_empty_allowed_host_is_rejected() =>
        await Assert.ThrowsAsync<ArgumentException>(() => EngageLabEmulator.StartAsync(new() { AllowedHosts = [""] }, Cancellation));

    private static HttpRequestMessage ForHost(string host, EngageLabEmulator emulator)
    {
        HttpRequestMessage request = EmulatorClient.Post(EmulatorClient.Report, EmulatorClient.Data(EmulatorClient.Event()));
        request.Headers.Host = WithPort(host, emulator);
        return request;
    }

    private static async Task<HttpStatusCode> HealthAsync(EmulatorClient client, string host, EngageLabEmulator emulator)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "health") { Headers = { Host = WithPort(host, emulator) } };
        using HttpResponseMessage response = await client.SendAsync(request);
        return response.StatusCode;
    }

    private static string WithPort(string host, EngageLabEmulator emulator) =>
        host.Replace("{port}", emulator.BaseAddress.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
