namespace TypedEvents.Torture;

/// <summary>The way to the server, on which the process may be killed before a report goes and when it is answered.</summary>
internal sealed class KillingHandler(KillSwitch killSwitch) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    /// <summary>The header by which the server's side tells the processes.</summary>
    public const string ProcessHeader = "X-Process";

    public const string ReportPath = "/v1/event/report";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        bool isReport = request.RequestUri!.AbsolutePath == ReportPath;
        if (isReport)
        {
            killSwitch.Pass(KillStep.BeforePost);
        }

        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        if (isReport)
        {
            killSwitch.Pass(KillStep.AfterPost);
        }

        return response;
    }
}
