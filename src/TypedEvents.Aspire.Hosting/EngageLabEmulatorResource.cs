namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// A local emulator of EngageLab's event API, with a live page of the events that arrive. It runs as a process on the AppHost's machine, without containers.
/// Its credentials are <c>local</c> and <c>local</c>.
/// </summary>
/// <param name="name">The name of the resource.</param>
/// <param name="command">The program that runs it.</param>
/// <param name="workingDirectory">The folder in which it runs.</param>
public sealed class EngageLabEmulatorResource(string name, string command, string workingDirectory)
    : ExecutableResource(name, command, workingDirectory), IResourceWithConnectionString
{
    internal const string EndpointName = "http";
    internal const string PagePath = "/_typedevents/";
    internal const string HealthPath = "/health";

    private const string Credential = "local";

    private EndpointReference? _primaryEndpoint;

    /// <summary>The endpoint of the API and of the page.</summary>
    public EndpointReference PrimaryEndpoint => _primaryEndpoint ??= new(this, EndpointName);

    /// <summary>The connection string, which <c>UseConnectionString</c> of TypedEvents.Extensions.Hosting reads. It allows http, to loopback only.</summary>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"Endpoint={PrimaryEndpoint.Property(EndpointProperty.Url)};ApiKey={Credential};ApiSecret={Credential};AllowInsecureLoopback=true");

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
    [
        new("Uri", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Url)}")),
        new("ApiKey", ReferenceExpression.Create($"{Credential}")),
        new("ApiSecret", ReferenceExpression.Create($"{Credential}")),
    ];
}
