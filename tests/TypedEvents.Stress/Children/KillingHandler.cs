using System.Globalization;
using System.Text.Json;

namespace TypedEvents.Stress;

/// <summary>
/// The way to the server, on which the process may be killed before a report goes and when it is answered. It numbers the reports: a
/// server that is busy may come to them in another order, or not come to one any more that was given up.
/// </summary>
/// <param name="killSwitch">Kills the process.</param>
/// <param name="process">Its number.</param>
/// <param name="tellsAlone">Whether it says which events are sent alone: those may be quarantined.</param>
internal sealed class KillingHandler(KillSwitch killSwitch, string process, bool tellsAlone)
    : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    /// <summary>The header by which the server's side tells the processes.</summary>
    public const string ProcessHeader = "X-Process";

    /// <summary>The header with the number of the report among those of its process.</summary>
    public const string NumberHeader = "X-Number";

    public const string ReportPath = "/v1/event/report";

    private int _reports;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Add(ProcessHeader, process);
        bool isReport = request.RequestUri!.AbsolutePath == ReportPath;
        if (isReport)
        {
            int number = Interlocked.Increment(ref _reports);
            request.Headers.Add(NumberHeader, number.ToString(CultureInfo.InvariantCulture));
            if (tellsAlone)
            {
                await TellAloneAsync(request.Content!, number, cancellationToken);
            }

            killSwitch.Pass(KillStep.BeforePost);
        }

        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        if (isReport)
        {
            killSwitch.Pass(KillStep.AfterPost);
        }

        return response;
    }

    private async Task TellAloneAsync(HttpContent content, int number, CancellationToken cancellationToken)
    {
        using var body = JsonDocument.Parse(await content.ReadAsStringAsync(cancellationToken));
        JsonElement events = body.RootElement.GetProperty("data");
        if (events.GetArrayLength() == 1)
        {
            ChildOutput.WriteLine(ChildLine.Alone(TickId.Of(events[0].GetProperty("properties")), process, number));
        }
    }
}
