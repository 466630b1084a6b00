using System.Net;
using System.Text;
using System.Text.Json;

namespace TypedEvents.Benchmarks;

/// <summary>Assigns an EUID to each external id, and accepts all reports.</summary>
internal sealed class RegisteringHandler : HttpMessageHandler
{
    private long _lastEuid = 10_000_191_198;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[] body = await request.Content!.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var answer = new StringBuilder("""{"code":0,"message":"success","data":[""");
        if (request.RequestUri!.AbsolutePath == "/v1/user/register")
        {
            using JsonDocument document = JsonDocument.Parse(body);
            answer.AppendJoin(',', document.RootElement.GetProperty("identity_values").EnumerateArray()
                .Select(id => FormattableString.Invariant($"{{\"identity_value\":{id.GetRawText()},\"euid\":{++_lastEuid}}}")));
        }

        answer.Append("]}");
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer.ToString(), Encoding.UTF8, "application/json") };
    }
}
