using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace TypedEvents;

/// <summary>
/// EngageLab's HTTP calls and nothing else: one request for one call, no retry, no queue. For those who want no pipeline;
/// <c>EventTracker</c> is one. Its members can be called from several threads at once.
/// </summary>
public sealed class EngageApi : IDisposable
{
    /// <summary>The ids in one registration request (EngageLab, <c>POST /v1/user/register</c>).</summary>
    private const int MaxIdsPerRequest = 100;

    /// <summary>How much of a response's message is logged.</summary>
    private const int MaxMessageCharacters = 256;

    /// <summary>What a registration's response has for each id beside its characters.</summary>
    private const int AnswerBytesPerId = 256;

    /// <summary>The maximum number of bytes for a character of an id: <c>\uXXXX</c>.</summary>
    private const int MaxBytesPerCharacter = 6;

    private static readonly byte[] PrefixWithoutAppKey = "{\"data\":["u8.ToArray();

    private static readonly string UserAgent = $"TypedEvents/{typeof(EngageApi).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>While the caller ends, a moment is the least that an attempt has.</summary>
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromMilliseconds(50);

    private readonly List<HttpMessageInvoker> _oldClients = [];
    private readonly CancellationTokenSource _halfTimeOver = new();
    private readonly bool _ownsClient;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _timeout;
    private readonly Uri _reportAddress;
    private readonly Uri _registerAddress;
    private readonly string? _appKey;
    private readonly ConcurrentDictionary<string, byte[]> _reportPrefixes = new(StringComparer.Ordinal);
    private readonly OutsideText _outsideText = new();
    private volatile AuthenticationHeaderValue _authorization;
    private volatile HttpMessageInvoker _client;
    private volatile bool _compresses;
    private int _rejectedCertificates;
    private volatile EndOfUse? _end;

    /// <summary>Makes a caller of EngageLab. Options that are changed later have no effect.</summary>
    /// <param name="options">Where EngageLab is and who calls it.</param>
    /// <exception cref="ArgumentException">An option has no legal value: the message names it and what is legal.</exception>
    public EngageApi(EngageApiOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        EngageApiOptionsValidator.Validate(options);
        _outsideText.AddCredentials(options.ApiKey, options.ApiSecret);
        _authorization = MakeHeader(options.ApiKey, options.ApiSecret);
        _clock = options.TimeProvider;
        _timeout = options.Timeout;
        _reportAddress = MakeAddress(options.BaseAddress, EngagePaths.Report);
        _registerAddress = MakeAddress(options.BaseAddress, EngagePaths.Register);
        _appKey = options.AppKey;
        _compresses = options.CompressRequests;
        _ownsClient = options.HttpClient is null;
        _client = options.HttpClient ?? new HttpMessageInvoker(MakeHandler(options.BaseAddress));
    }

    internal Uri ReportAddress => _reportAddress;

    internal Uri RegisterAddress => _registerAddress;

    /// <summary>Reports events (<c>POST /v1/event/report</c>).</summary>
    /// <param name="batch">The events: at least one. The batch is not changed and not disposed.</param>
    /// <param name="cancellationToken">Ends the request; whether EngageLab got it is then unknown.</param>
    /// <returns>A task that ends when EngageLab has accepted all events of the batch.</returns>
    /// <exception cref="ArgumentException">The batch is empty.</exception>
    /// <exception cref="EngageApiException">EngageLab didn't accept the batch. It gives no response for each event.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task ReportAsync(EventBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count == 0)
        {
            throw new ArgumentException("The batch is empty; EngageLab requires at least one event.", nameof(batch));
        }

        ThrowUnlessAccepted(await ReportAsync(_appKey, [batch.Events], cancellationToken).ConfigureAwait(false), _reportAddress);
    }

    /// <summary>Turns an application's own user ids into EUIDs (<c>POST /v1/user/register</c>), in requests of up to 100.</summary>
    /// <param name="identityName">What the ids are: <c>user_id</c>, <c>anonymous_id</c> or <c>registration_id</c>.</param>
    /// <param name="values">The ids, each of 1 to 256 characters of well-formed UTF-16. One that is given twice is registered once.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The EUIDs, and the ids that have none: EngageLab's <c>code</c> 0 is partial success, too.</returns>
    /// <exception cref="ArgumentException">A name or an id is not as above: the message says which.</exception>
    /// <exception cref="EngageApiException">
    /// EngageLab didn't take a request. Ids of earlier requests may be registered; to register them again does no harm.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<UserRegistration> RegisterUsersAsync(
        string identityName,
        IReadOnlyList<string> values,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] ids = ValidateIdentities(identityName, values);

        Dictionary<string, Euid> euids = new(StringComparer.Ordinal);
        for (int i = 0; i < ids.Length; i += MaxIdsPerRequest)
        {
            string[] some = ids[i..Math.Min(i + MaxIdsPerRequest, ids.Length)];
            EngageResponse response = await RegisterAsync(identityName, some, cancellationToken).ConfigureAwait(false);
            ThrowUnlessAccepted(response, _registerAddress);
            foreach ((string id, Euid euid) in response.EuidsOf(some))
            {
                euids.Add(id, euid);
            }
        }

        return new UserRegistration(euids, Array.FindAll(ids, id => !euids.ContainsKey(id)));
    }

    /// <summary>Uses other credentials from the next request on: rotation without a restart.</summary>
    /// <param name="apiKey">The API key of the project.</param>
    /// <param name="apiSecret">The API secret of the project.</param>
    /// <exception cref="ArgumentException">One is missing, or the key holds a colon.</exception>
    public void UseCredentials(string apiKey, string apiSecret)
    {
        EngageApiOptionsValidator.ValidateCredentials(apiKey, apiSecret);
        _outsideText.AddCredentials(apiKey, apiSecret);
        _authorization = MakeHeader(apiKey, apiSecret);
    }

    /// <summary>Closes the connections, unless the client was given.</summary>
    public void Dispose()
    {
        _end?.Dispose();
        _halfTimeOver.Dispose();
        if (_ownsClient)
        {
            _client.Dispose();
            _oldClients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>
    /// The caller ends within a time. From now on an attempt, one that is under way included, has at most half of what is left, and after one
    /// without a whole response the next one is made over a fresh connection: a server that hangs, or a connection that went silent, costs
    /// half of the time and not all of it. A given client keeps its connections.
    /// </summary>
    internal void BeginEnd(TimeSpan timeout)
    {
        if (_end is null && timeout > TimeSpan.Zero)
        {
            _end = new EndOfUse(timeout, _clock, _halfTimeOver);
        }
    }

    /// <summary>Reports events of one application and says what came back, without an exception but for cancellation.</summary>
    internal async Task<EngageResponse> ReportAsync(string? appKey, IReadOnlyList<ReadOnlyMemory<byte>> events, CancellationToken cancellationToken)
    {
        bool compresses = _compresses;
        byte[] prefix = appKey is null ? PrefixWithoutAppKey : _reportPrefixes.GetOrAdd(appKey, MakePrefix);
        EngageResponse response = await PostAsync(_reportAddress, new ReportContent(prefix, events, compresses), ResponseReader.MaxResponseBytes, cancellationToken).ConfigureAwait(false);
        if (compresses && response.Status == HttpStatusCode.UnsupportedMediaType)
        {
            _compresses = false;
        }

        return response with { WasCompressed = compresses };
    }

    /// <summary>Registers up to 100 ids of one kind and says what came back, without an exception but for cancellation.</summary>
    internal Task<EngageResponse> RegisterAsync(string identityName, string[] ids, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        body.Write("{\"identity_name\":"u8);
        body.Write(JsonText.ToJson(identityName));
        body.Write(",\"identity_values\":["u8);
        for (int i = 0; i < ids.Length; i++)
        {
            body.Write(i == 0 ? [] : ","u8);
            body.Write(JsonText.ToJson(ids[i]));
        }

        body.Write("]}"u8);
        var content = new ByteArrayContent(body.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        return PostAsync(_registerAddress, content, MaxAnswerBytesFor(ids), cancellationToken);
    }

    /// <summary>The response repeats the ids, with each character escaped at worst.</summary>
    private static int MaxAnswerBytesFor(string[] ids)
    {
        int bytes = ResponseReader.MaxResponseBytes;
        foreach (string id in ids)
        {
            bytes += AnswerBytesPerId + (id.Length * MaxBytesPerCharacter);
        }

        return bytes;
    }

    private async Task<EngageResponse> PostAsync(Uri address, HttpContent content, int maxAnswerBytes, CancellationToken cancellationToken)
    {
        int rejectedBefore = Volatile.Read(ref _rejectedCertificates);
        AuthenticationHeaderValue authorization = _authorization;
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.Authorization = authorization;

        if (_ownsClient)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        }

        // The timeout is ours: it has to run on the tracker's clock and end an attempt, never an event.
        EndOfUse? end = _end;
        HttpMessageInvoker client = _client;
        using var attempt = new CancellationTokenSource(end is null ? _timeout : end.Limit(_timeout), _clock);
        using CancellationTokenRegistration hurrying = end is null
            ? _halfTimeOver.Token.UnsafeRegister(static attempt => ((CancellationTokenSource)attempt!).Cancel(), attempt)
            : default;
        using CancellationTokenRegistration ending = cancellationToken.UnsafeRegister(static attempt => ((CancellationTokenSource)attempt!).Cancel(), attempt);
        EngageResponse response = new();
        bool isAnswering = false;
        try
        {
            using HttpResponseMessage httpResponse = await SendAsync(client, request, attempt.Token).ConfigureAwait(false);
            isAnswering = true;
            response = ResponseReader.ReadHead(httpResponse, _clock);

            // A client that follows redirects changes the request's own address.
            response = request.RequestUri == address
                ? await ResponseReader.ReadBodyAsync(response, httpResponse, maxAnswerBytes, attempt.Token).ConfigureAwait(false)
                : response with { TransportError = TransportError.Redirected };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException exception)
        {
            response = response with { TransportError = TransportError.TimedOut, Exception = exception };
        }
        catch (HttpRequestException exception)
        {
            bool hasRejectedCertificate = Volatile.Read(ref _rejectedCertificates) != rejectedBefore;
            response = response with
            {
                TransportError = IsOfGivenClient(exception, isAnswering) ? TransportError.ClientFailed : ReasonOf(exception, isAnswering, hasRejectedCertificate),
                Exception = exception,
                ExceptionType = exception.GetType().ToString(),
            };
        }
        catch (SocketException exception)
        {
            // The handler lets it through where a connection is gone at the moment at which it is made.
            response = response with { TransportError = TransportError.NotConnected, Exception = exception };
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            // Invalid data: a given client that decompresses got what can't be.
            response = response with { TransportError = TransportError.CutOff, Exception = exception };
        }
#pragma warning disable CA1031 // The handlers of a given client may throw anything, and so may what the system is set to, such as a proxy of an unknown kind.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            response = response with { TransportError = TransportError.ClientFailed, Exception = exception, ExceptionType = exception.GetType().ToString() };
        }

        if (_end is not null && response.TransportError is TransportError.TimedOut or TransportError.CutOff or TransportError.NotConnected)
        {
            RenewConnections(client);
        }

        return Clean(response) with { HasOldCredentials = !ReferenceEquals(authorization, _authorization) };
    }

    /// <summary>Makes what came from outside fit to be shown.</summary>
    private EngageResponse Clean(EngageResponse response) => response.Message is null && response.Exception is null
        ? response
        : response with
        {
            Message = response.Message is { } message ? _outsideText.Clean(message, MaxMessageCharacters) : null,
            Exception = response.Exception is { } exception ? _outsideText.Clean(exception) : null,
        };

    /// <summary>An <see cref="HttpClient"/> would read the whole body; without one there is less on the way.</summary>
    private static Task<HttpResponseMessage> SendAsync(HttpMessageInvoker client, HttpRequestMessage request, CancellationToken cancellationToken) =>
        client is HttpClient given
            ? given.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            : client.SendAsync(request, cancellationToken);

    /// <summary>Connections that are kept alive may have gone silent, all of them at once. Those in use stay until their requests end.</summary>
    private void RenewConnections(HttpMessageInvoker client)
    {
        if (!_ownsClient)
        {
            return;
        }

        lock (_oldClients)
        {
            if (ReferenceEquals(client, _client))
            {
                _oldClients.Add(client);
                _client = new HttpMessageInvoker(MakeHandler(_reportAddress));
            }
        }
    }

    /// <summary>Whether a given client's handler threw it: what comes from the connection says of itself what went wrong.</summary>
    private bool IsOfGivenClient(HttpRequestException exception, bool isAnswering) =>
        !_ownsClient && !isAnswering && exception.HttpRequestError == HttpRequestError.Unknown && exception.InnerException is not (IOException or SocketException);

    private static TransportError ReasonOf(HttpRequestException exception, bool isAnswering, bool hasRejectedCertificate) => exception.HttpRequestError switch
    {
        // A connection that breaks off during the handshake is a SecureConnectionError, too, and passes by itself.
        HttpRequestError.SecureConnectionError when exception.InnerException is AuthenticationException failed =>
            hasRejectedCertificate && failed.InnerException is null ? TransportError.CertificateRejected : TransportError.TlsFailed,
        HttpRequestError.SecureConnectionError => TransportError.NotConnected,
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError when !isAnswering
            => TransportError.NotConnected,
        _ => TransportError.CutOff,
    };

    /// <summary>
    /// The usual check of a certificate. That it failed is noted, because the exception is of the same type for an alert of a load balancer
    /// that is starting, or for a response without TLS, and these pass. (An alert has an inner exception, and a rejection none.)
    /// </summary>
    private bool AcceptsCertificate(SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        Interlocked.Increment(ref _rejectedCertificates);
        return false;
    }

    private static void ThrowUnlessAccepted(EngageResponse response, Uri address)
    {
        if (!response.IsAccepted)
        {
            throw new EngageApiException(response.Describe(address), response);
        }
    }

    /// <returns>The ids, each once.</returns>
    private static string[] ValidateIdentities(string identityName, IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(identityName);
        _ = IdentityNames.KindOf(identityName);
        HashSet<string> seen = new(StringComparer.Ordinal);
        List<string> ids = [];
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not { Length: > 0 and <= EngageUser.MaxIdentityLength })
            {
                throw new ArgumentException(
                    $"The id '{values[i]}' has {values[i]?.Length ?? 0} characters; EngageLab accepts ids of 1 to {EngageUser.MaxIdentityLength} characters.",
                    nameof(values));
            }

            if (!WellFormedText.IsWellFormed(values[i]))
            {
                throw new ArgumentException(
                    $"The id at index {i} holds half of a surrogate pair, which can't be sent: another user would be registered.",
                    nameof(values));
            }

            if (seen.Add(values[i]))
            {
                ids.Add(values[i]);
            }
        }

        return [.. ids];
    }

    private static byte[] MakePrefix(string appKey) =>
        [.. "{\"app_key\":"u8, .. JsonText.ToJson(appKey), .. ",\"data\":["u8];

    private static AuthenticationHeaderValue MakeHeader(string apiKey, string apiSecret) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{apiKey}:{apiSecret}")));

    private static Uri MakeAddress(Uri baseAddress, string path) =>
        new(baseAddress.AbsoluteUri.EndsWith('/') ? baseAddress : new Uri(baseAddress.AbsoluteUri + "/"), path);

    private SocketsHttpHandler MakeHandler(Uri baseAddress) => new()
    {
        // Plain http is allowed because it doesn't leave this machine. To a proxy the credentials would go in clear text.
        UseProxy = baseAddress.Scheme != Uri.UriSchemeHttp,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, errors) => AcceptsCertificate(errors) },
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    /// <summary>How much time is left until the caller has ended.</summary>
    private sealed class EndOfUse : IDisposable
    {
        private readonly TimeSpan _timeout;
        private readonly TimeProvider _clock;
        private readonly long _began;
        private readonly ITimer _halfTime;

        /// <param name="timeout">The time.</param>
        /// <param name="clock">Its clock.</param>
        /// <param name="halfTimeOver">Is cancelled at half the time.</param>
        public EndOfUse(TimeSpan timeout, TimeProvider clock, CancellationTokenSource halfTimeOver)
        {
            _timeout = timeout;
            _clock = clock;
            _began = clock.GetTimestamp();
            _halfTime = clock.CreateTimer(static over => ((CancellationTokenSource)over!).Cancel(), halfTimeOver, timeout / 2, Timeout.InfiniteTimeSpan);
        }

        /// <summary>How long an attempt may take that begins now.</summary>
        public TimeSpan Limit(TimeSpan timeout)
        {
            TimeSpan half = (_timeout - _clock.GetElapsedTime(_began)) / 2;
            return half > timeout ? timeout : half < LeastTimeout ? LeastTimeout : half;
        }

        public void Dispose() => _halfTime.Dispose();
    }
}
