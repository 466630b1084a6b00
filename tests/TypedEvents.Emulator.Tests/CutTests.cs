using System.Net.Sockets;

namespace TypedEvents.Emulator.Tests;

public sealed class CutTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cut_records_nothing_and_resets_the_connection()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        await AssertCutAsync(emulator, client, EmulatorBehavior.CutBeforeReading);
        await AssertCutAsync(emulator, client, EmulatorBehavior.Cut);

        Assert.Empty(emulator.Events);
        Assert.Equal([0, 1], emulator.Requests.Select(request => request.Events.Count));
        Assert.Equal([null, null], emulator.Requests.Select(request => request.Status));
    }

    [Fact]
    public async Task A_cut_on_a_reused_connection_is_detected_too()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        foreach (EmulatorBehavior cut in new[] { EmulatorBehavior.CutBeforeReading, EmulatorBehavior.Cut, EmulatorBehavior.LoseResponse })
        {
            (await client.ReportAsync(EmulatorClient.Event())).IsSuccess();
            await AssertCutAsync(emulator, client, cut);
        }
    }

    [Fact]
    public async Task A_cut_can_be_chosen_by_content()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.RespondWith(request => request.Events.Any(received => received.EventName == "poison") ? EmulatorBehavior.Cut : null);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.ReportAsync(EmulatorClient.Event("poison")));
        (await client.ReportAsync(EmulatorClient.Event())).IsSuccess();
    }

    [Fact]
    public async Task A_lost_response_still_records_the_events()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);

        await AssertCutAsync(emulator, client, EmulatorBehavior.LoseResponse);

        Assert.Single(emulator.Events);
        Assert.Null(Assert.Single(emulator.Requests).Status);
    }

    [Fact]
    public async Task A_response_can_be_cut_half_way()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new EmulatorClient(emulator);
        emulator.Next(EmulatorBehavior.RespondRaw(200, "text/plain", new string('a', 1000)).CutHalfway());
        emulator.Next(EmulatorBehavior.Normal.CutHalfway());

        using HttpRequestMessage request = EmulatorClient.Post(EmulatorClient.Report, "");
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(1000, response.Content.Headers.ContentLength);
        await using Stream body = await response.Content.ReadAsStreamAsync(Cancellation);
        await body.ReadExactlyAsync(new byte[500], Cancellation);
        await Assert.ThrowsAnyAsync<IOException>(() => body.ReadExactlyAsync(new byte[1], Cancellation).AsTask());

        await Assert.ThrowsAsync<HttpRequestException>(() => client.ReportAsync(EmulatorClient.Event()));
        Assert.Single(emulator.Events);
        Assert.Equal([200, 200], emulator.Requests.Select(kept => kept.Status));
    }

    private static async Task AssertCutAsync(EngageLabEmulator emulator, EmulatorClient client, EmulatorBehavior cut)
    {
        int requests = emulator.RequestCount;
        emulator.Next(cut);
        HttpRequestException exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.ReportAsync(EmulatorClient.Event()));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(exception.GetBaseException()).SocketErrorCode);
        Assert.Equal(requests + 1, emulator.RequestCount);
    }
}
