using System.Net.Sockets;

namespace TypedEvents.Collector.Tests;

public sealed class CutTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_cut_keeps_nothing_and_resets_the_connection()
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(cancellationToken: Cancellation);
        using var client = new CollectorClient(collector);

        await AssertCutAsync(collector, client, CollectorBehavior.CutBeforeReading);
        await AssertCutAsync(collector, client, CollectorBehavior.Cut);

        Assert.Empty(collector.Events);
        Assert.Equal([0, 1], collector.Requests.Select(request => request.Events.Count));
        Assert.Equal([null, null], collector.Requests.Select(request => request.Status));
    }

    [Fact]
    public async Task A_cut_on_a_reused_connection_is_seen_too()
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(cancellationToken: Cancellation);
        using var client = new CollectorClient(collector);

        foreach (CollectorBehavior cut in new[] { CollectorBehavior.CutBeforeReading, CollectorBehavior.Cut, CollectorBehavior.LoseAnswer })
        {
            (await client.ReportAsync(CollectorClient.Event())).IsSuccess();
            await AssertCutAsync(collector, client, cut);
        }
    }

    [Fact]
    public async Task A_cut_can_be_chosen_by_content()
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(cancellationToken: Cancellation);
        using var client = new CollectorClient(collector);
        collector.Behave(request => request.Events.Any(received => received.EventName == "poison") ? CollectorBehavior.Cut : null);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.ReportAsync(CollectorClient.Event("poison")));
        (await client.ReportAsync(CollectorClient.Event())).IsSuccess();
    }

    [Fact]
    public async Task A_lost_answer_keeps_the_events()
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(cancellationToken: Cancellation);
        using var client = new CollectorClient(collector);

        await AssertCutAsync(collector, client, CollectorBehavior.LoseAnswer);

        Assert.Single(collector.Events);
        Assert.Null(Assert.Single(collector.Requests).Status);
    }

    [Fact]
    public async Task An_answer_can_be_cut_half_way()
    {
        await using EngageLabCollector collector = await EngageLabCollector.StartAsync(cancellationToken: Cancellation);
        using var client = new CollectorClient(collector);
        collector.Next(CollectorBehavior.AnswerRaw(200, "text/plain", new string('a', 1000)).CutHalfway());
        collector.Next(CollectorBehavior.Normal.CutHalfway());

        using HttpRequestMessage request = CollectorClient.Post(CollectorClient.Report, "");
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(1000, response.Content.Headers.ContentLength);
        await using Stream body = await response.Content.ReadAsStreamAsync(Cancellation);
        await body.ReadExactlyAsync(new byte[500], Cancellation);
        await Assert.ThrowsAnyAsync<IOException>(() => body.ReadExactlyAsync(new byte[1], Cancellation).AsTask());

        await Assert.ThrowsAsync<HttpRequestException>(() => client.ReportAsync(CollectorClient.Event()));
        Assert.Single(collector.Events);
        Assert.Equal([200, 200], collector.Requests.Select(kept => kept.Status));
    }

    private static async Task AssertCutAsync(EngageLabCollector collector, CollectorClient client, CollectorBehavior cut)
    {
        int requests = collector.RequestCount;
        collector.Next(cut);
        HttpRequestException exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.ReportAsync(CollectorClient.Event()));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(exception.GetBaseException()).SocketErrorCode);
        Assert.Equal(requests + 1, collector.RequestCount);
    }
}
