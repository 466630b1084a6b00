using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace TypedEvents.Benchmarks.Delivery;

/// <summary>Accepts each request at once, without a network, after it has read the body.</summary>
internal sealed class AcceptingHandler : HttpMessageHandler
{
    private static readonly byte[] Body = Encoding.ASCII.GetBytes(LoopbackServer.Body);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private long _requests;

    public long Requests => Volatile.Read(ref _requests);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        await request.Content!.CopyToAsync(Stream.Null, cancellationToken);
        var content = new ByteArrayContent(Body);
        content.Headers.ContentType = Json;
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request };
    }
}
