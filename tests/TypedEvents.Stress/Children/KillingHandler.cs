using System.Globalization;
using System.Text.Json;

namespace TypedEvents.Stress;

/// <summary>
/// A message handler that may kill the process before a report is sent and after its response is received. It numbers the reports, because a
/// busy server may process them in another order, or not process a canceled one at all.
/// </summary>
/// <param name="killSwitch">The switch that kills the process.</param>
/// <param name="process">The number of the process.</param>
/// <param name="tellsAlone">Whether to print the events that are sent alone, which may be quarantined.</param>
internal sealed class KillingHandler(KillSwitch killSwitch, string process, bool tellsAlone)
    : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    /// <summary>The header that identifies the process to the server.</summary>
    public const string ProcessHeader = "X-Process";

    /// <summary>The header with the number of the report within its process.</summary>
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
