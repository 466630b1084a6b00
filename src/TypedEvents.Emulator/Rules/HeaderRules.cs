using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace TypedEvents.Emulator;

/// <summary>Checks what precedes a request's body: method, authentication, media type.</summary>
internal sealed class HeaderRules(EmulatorOptions options)
{
    private volatile string _authorization = Authorization(options.ApiKey, options.ApiSecret);

    public void UseCredentials(string apiKey, string apiSecret) => _authorization = Authorization(apiKey, apiSecret);

    /// <summary>The rule that the headers violate, or <see langword="null"/>.</summary>
    public RejectionException? Find(HttpRequest request)
    {
        if (request.Method != HttpMethods.Post)
        {
            const string message = "The method must be POST.";
            return new RejectionException(Response.Of(405, EmulatorCodes.MethodNotAllowed, message).WithHeader("Allow", "POST"), message);
        }

        if (request.Headers.Authorization is not [{ } authorization] || authorization != _authorization)
        {
            return new RejectionException(401, EmulatorCodes.AuthenticationFailed, "The authentication is missing or invalid.");
        }

        if (!IsJson(request.ContentType))
        {
            return new RejectionException(415, EmulatorCodes.UnsupportedMediaType, "Content-Type must be application/json, in UTF-8.");
        }

        if (!IsPlain(request) && !IsGzip(request))
        {
            return new RejectionException(415, EmulatorCodes.UnsupportedMediaType, "Content-Encoding is not accepted.");
        }

        return null;
    }

    /// <summary>Whether the body is compressed in a way that the options accept.</summary>
    public bool IsGzip(HttpRequest request) =>
        options.AcceptGzip && request.Headers.ContentEncoding is [{ } encoding] && encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase);

    private static bool IsPlain(HttpRequest request) => request.Headers.ContentEncoding.Count == 0;

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type)
        && type.MediaType.Equals(Response.Json, StringComparison.OrdinalIgnoreCase)
        && (type.Parameters.Count == 0
            || (type.Parameters.Count == 1 && HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)));

    private static string Authorization(string apiKey, string apiSecret) =>
        $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{apiKey}:{apiSecret}"))}";
}
