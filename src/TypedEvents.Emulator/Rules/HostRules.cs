using System.Net;
using Microsoft.AspNetCore.Http;

namespace TypedEvents.Emulator;

/// <summary>
/// Checks the <c>Host</c> header: loopback names and addresses with the port of the connection, and the configured hosts. A web page whose
/// host name resolves to 127.0.0.1 (DNS rebinding) sends its own name.
/// </summary>
internal sealed class HostRules(IReadOnlyList<string> allowed)
{
    /// <summary>Why the host is rejected, or <see langword="null"/> if it is accepted.</summary>
    public RejectionException? Find(HttpContext context)
    {
        HostString host = context.Request.Host;
        return IsLoopback(host.Host) && (host.Port ?? (context.Request.IsHttps ? 443 : 80)) == context.Connection.LocalPort || IsAllowed(host)
            ? null
            : new RejectionException(
                421,
                EmulatorCodes.UnknownHost,
                $"The Host header must be a loopback name with port {context.Connection.LocalPort}, such as 127.0.0.1:{context.Connection.LocalPort}. Add other hosts to EmulatorOptions.AllowedHosts.");
    }

    public static bool IsLoopback(string name) =>
        name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(address));

    private bool IsAllowed(HostString host) =>
        allowed.Any(entry => entry.Equals(host.Value, StringComparison.OrdinalIgnoreCase) || entry.Equals(host.Host, StringComparison.OrdinalIgnoreCase));
}
