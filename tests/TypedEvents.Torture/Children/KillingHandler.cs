namespace TypedEvents.Torture;

/// <summary>The way to the server, on which the process may be killed before a request goes and when it is answered.</summary>
internal sealed class KillingHandler(KillSwitch killSwitch) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
{
    /// <summary>The header by which the server's side tells the processes.</summary>
    public const string ProcessHeader = "X-Process";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        killSwitch.Pass(KillStep.BeforePost);
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        killSwitch.Pass(KillStep.AfterPost);
        return response;
    }
}
