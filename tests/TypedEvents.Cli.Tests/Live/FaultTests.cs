using System.Net.Http.Headers;
using System.Text;
using TypedEvents.Emulator;

namespace TypedEvents.Cli.Tests;

/// <summary><c>--fail</c>: which requests fail, and how.</summary>
public sealed class FaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("503 every 3", "200 200 503 200 200 503")]
    [InlineData("429 retry-after 7 first 2", "429+7 429+7 200 200 200 200")]
    [InlineData("500", "500 500 500 500 500 500")]
    [InlineData("cut every 4", "200 200 200 cut 200 200")]
    [InlineData("lose-response first 1", "cut 200 200 200 200 200")]
    [InlineData("cut-halfway first 1", "cut 200 200 200 200 200")]
    [InlineData("slow 1ms every 2", "200 200 200 200 200 200")]
    [InlineData("drip 0ms", "200 200 200 200 200 200")]
    [InlineData("503 every 2|500 every 3", "200 503 500 503 200 503")]
    [InlineData("reject sign_up", "400 400 400 400 400 400")]
    [InlineData("reject order_placed", "200 200 200 200 200 200")]
    public async Task Requests_fail_as_they_are_told(string faults, string responses)
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        Fault.Apply([.. faults.Split('|').Select(Fault.Parse)], emulator);
        using var client = new HttpClient { BaseAddress = emulator.BaseAddress };
        List<string> got = [];
        for (int i = 0; i < 6; i++)
        {
            got.Add(await ReportAsync(client));
        }

        Assert.Equal(responses, string.Join(' ', got));
    }

    [Fact]
    public async Task A_lost_response_has_recorded_the_event_and_a_cut_has_not()
    {
        await using EngageLabEmulator emulator = await EngageLabEmulator.StartAsync(cancellationToken: Cancellation);
        using var client = new HttpClient { BaseAddress = emulator.BaseAddress };
        Fault.Apply([Fault.Parse("lose-response first 1"), Fault.Parse("cut every 2")], emulator);

        Assert.Equal(("cut", 1), (await ReportAsync(client), emulator.EventCount));
        Assert.Equal(("cut", 1), (await ReportAsync(client), emulator.EventCount));
    }

    [Theory]
    [InlineData("", "lacks a fault.")]
    [InlineData("503 evry 10", "has 'evry' where 'every' or 'first' is expected.")]
    [InlineData("503 every", "lacks a number.")]
    [InlineData("503 every 0", "has '0' where a number from 1 is expected.")]
    [InlineData("503 every 2 times", "has 'times' where nothing more is expected.")]
    [InlineData("204", "has '204' where a status from 200 to 599")]
    [InlineData("600 every 2", "has '600' where a status from 200 to 599")]
    [InlineData("429 retry-after soon", "has 'soon' where a number from 0 is expected.")]
    [InlineData("slow", "lacks a duration, such as 2s or 500ms.")]
    [InlineData("slow 2", "has '2' where a duration up to 600s")]
    [InlineData("slow 601s", "has '601s' where a duration up to 600s")]
    [InlineData("reject", "lacks an event's name.")]
    [InlineData("reject sign_up every 2", "has 'every' where nothing more is expected.")]
    [InlineData("explode", "has 'explode' where a status from 200 to 599 that allows a body, slow, drip, cut, cut-halfway, lose-response, hang or reject is expected.")]
    public void A_fault_that_is_not_understood_is_named_with_the_place_and_examples(string fault, string message)
    {
        string said = Assert.Throws<ToolException>(() => Fault.Parse(fault)).Message;

        Assert.StartsWith($"--fail \"{fault}\" {message}", said, StringComparison.Ordinal);
        Assert.Contains("Write \"503 every 10\"", said, StringComparison.Ordinal);
    }

    private static async Task<string> ReportAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/event/report")
        {
            Content = new StringContent("""{"data":[{"euid":1,"event_name":"sign_up","itime":1}]}""", Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("local:local"u8)) },
        };
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
            return $"{(int)response.StatusCode}{(response.Headers.RetryAfter is { } after ? $"+{after}" : "")}";
        }
        catch (HttpRequestException)
        {
            return "cut";
        }
    }
}
