using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace TypedEvents;

/// <summary>
/// EngageLab's HTTP API without a pipeline: one request per call, no retries, no queue (<c>EventTracker</c> has both). All members are
/// thread-safe.
/// </summary>
public sealed class EngageApi : IDisposable
{
    /// <summary>The ids in one registration request (EngageLab, <c>POST /v1/user/register</c>).</summary>
    private const int MaxIdsPerRequest = 100;

    /// <summary>The most characters of a response's message that are logged.</summary>
    private const int MaxMessageCharacters = 256;

    /// <summary>The room that a registration's response needs for each id, in bytes, in addition to the id's characters.</summary>
    private const int ResponseBytesPerId = 256;

    /// <summary>The maximum number of bytes for a character of an id: <c>\uXXXX</c>.</summary>
    private const int MaxBytesPerCharacter = 6;

    private static readonly byte[] PrefixWithoutAppKey = "{\"data\":["u8.ToArray();

    private static readonly string UserAgent = $"TypedEvents/{typeof(EngageApi).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>The shortest timeout of an attempt while the tracker stops.</summary>
    private static readonly TimeSpan LeastTimeout = TimeSpan.FromMilliseconds(50);

    private readonly List<HttpMessageInvoker> _oldClients = [];
    private readonly object _endLock = new();

    // Never disposed: a timer of the end may fire while this is being disposed, and an exception on its thread would end the process.
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
    private volatile RequestCompressor? _compressor;
    private int _rejectedCertificates;
    private volatile EndOfUse? _end;

    /// <summary>Creates a client. Later changes to the options have no effect.</summary>
    /// <param name="options">The address, the credentials and the limits.</param>
    /// <exception cref="ArgumentException">An option is invalid; the message names it and its valid values.</exception>
    public EngageApi(EngageApiOptions options)
        : this(Validated(options), hasCredentials: true)
    {
    }

    /// <param name="options">Valid options.</param>
    /// <param name="hasCredentials">Whether the options have credentials; without them nothing may be sent.</param>
    internal EngageApi(EngageApiOptions options, bool hasCredentials)
    {
        if (hasCredentials)
        {
            _outsideText.AddCredentials(options.ApiKey, options.ApiSecret);
        }

        _authorization = MakeHeader(options.ApiKey, options.ApiSecret);
        _clock = options.TimeProvider;
        _timeout = options.Timeout;
        _reportAddress = MakeAddress(options.BaseAddress, EngagePaths.Report);
        _registerAddress = MakeAddress(options.BaseAddress, EngagePaths.Register);
        _appKey = options.AppKey;
        _compressor = options.Compressor;
        _ownsClient = options.HttpClient is null;
        _client = options.HttpClient ?? new HttpMessageInvoker(MakeHandler(options.BaseAddress));
    }

    internal Uri ReportAddress => _reportAddress;

    internal Uri RegisterAddress => _registerAddress;

    /// <summary>Reports events (<c>POST /v1/event/report</c>).</summary>
    /// <param name="batch">The events: at least one. The batch is not changed and not disposed.</param>
    /// <param name="cancellationToken">Cancels the request. Whether EngageLab has processed it is unknown then.</param>
    /// <returns>A task that completes when EngageLab has accepted all events of the batch.</returns>
    /// <exception cref="ArgumentException">The batch is empty.</exception>
    /// <exception cref="EngageApiException">EngageLab didn't accept the batch. It doesn't say which event was at fault.</exception>
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

    /// <summary>Registers external user ids and returns their EUIDs (<c>POST /v1/user/register</c>), in requests of up to 100 ids.</summary>
    /// <param name="identityName">The kind of the ids: <c>user_id</c>, <c>anonymous_id</c> or <c>registration_id</c>.</param>
    /// <param name="values">The ids, each of 1 to 256 characters of well-formed UTF-16. Duplicates are registered once.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The EUIDs, and the ids without one: EngageLab reports partial success as <c>code</c> 0, too.</returns>
    /// <exception cref="ArgumentException"><paramref name="identityName"/> or an id is invalid; the message says which.</exception>
    /// <exception cref="EngageApiException">
    /// EngageLab didn't accept a request. Ids of earlier requests may have been registered; registering them again is harmless.
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

        return new UserRegistration { Euids = euids, Failed = Array.FindAll(ids, id => !euids.ContainsKey(id)) };
    }

    /// <summary>Uses other credentials from the next request on: rotation without a restart.</summary>
    /// <param name="apiKey">The API key of the project.</param>
    /// <param name="apiSecret">The API secret of the project.</param>
    /// <exception cref="ArgumentException">One is missing, or the key contains a colon.</exception>
    public void UseCredentials(string apiKey, string apiSecret)
    {
        EngageApiOptionsValidator.ValidateCredentials(apiKey, apiSecret);
        _outsideText.AddCredentials(apiKey, apiSecret);
        _authorization = MakeHeader(apiKey, apiSecret);
    }

    /// <summary>Closes the connections, unless the options had an <c>HttpClient</c>.</summary>
    public void Dispose()
    {
        _end?.Dispose();
        if (_ownsClient)
        {
            _client.Dispose();
            _oldClients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>
    /// Prepares for the end of the tracker; a later call sets the time again. From now on each attempt, including those in progress, gets at most half
    /// of the remaining time, and after an attempt without a complete response the next one uses a new connection. So a server that hangs, or a dead connection, costs half of
    /// the time, not all of it. An <c>HttpClient</c> of the options keeps its connections.
    /// </summary>
    internal void BeginEnd(TimeSpan timeout)
    {
        if (timeout > TimeSpan.Zero)
        {
            lock (_endLock)
            {
                _end?.Dispose();
                _end = new EndOfUse(timeout, _clock, _halfTimeOver);
            }
        }
    }

    /// <summary>Reports events of one application and returns the response. Throws for cancellation only.</summary>
    internal Task<EngageResponse> ReportAsync(string? appKey, IReadOnlyList<ReadOnlyMemory<byte>> events, CancellationToken cancellationToken)
    {
        byte[] prefix = appKey is null ? PrefixWithoutAppKey : _reportPrefixes.GetOrAdd(appKey, MakePrefix);
        return PostAsync(_reportAddress, new ReportContent(prefix, events as ReadOnlyMemory<byte>[] ?? new List<ReadOnlyMemory<byte>>(events).ToArray(), _compressor), ResponseReader.MaxResponseBytes, cancellationToken);
    }

    /// <summary>Registers up to 100 ids of one kind and returns the response. Throws for cancellation only.</summary>
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
        return PostAsync(_registerAddress, content, MaxResponseBytesFor(ids), cancellationToken);
    }

    /// <summary>The response repeats the ids; in the worst case each character is escaped.</summary>
    private static int MaxResponseBytesFor(string[] ids)
    {
        int bytes = ResponseReader.MaxResponseBytes;
        foreach (string id in ids)
        {
            bytes += ResponseBytesPerId + (id.Length * MaxBytesPerCharacter);
        }

        return bytes;
    }

    private async Task<EngageResponse> PostAsync(Uri address, HttpContent content, int maxResponseBytes, CancellationToken cancellationToken)
    {
        int rejectedBefore = Volatile.Read(ref _rejectedCertificates);
        AuthenticationHeaderValue authorization = _authorization;
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.Authorization = authorization;

        if (_ownsClient)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        }

        // Not the client's timeout: this one must follow the tracker's clock and end an attempt, never an event.
        EndOfUse? end = _end;
        HttpMessageInvoker client = _client;
        using var attempt = new CancellationTokenSource(end is null ? _timeout : end.Limit(_timeout), _clock);
        using CancellationTokenRegistration hurrying = end is null
            ? _halfTimeOver.Token.UnsafeRegister(static attempt => ((CancellationTokenSource)attempt!).Cancel(), attempt)
            : default;
        using CancellationTokenRegistration ending = cancellationToken.UnsafeRegister(static attempt => ((CancellationTokenSource)attempt!).Cancel(), attempt);
        EngageResponse response = new();
        bool hasResponded = false;
        try
        {
            using HttpResponseMessage httpResponse = await SendAsync(client, request, attempt.Token).ConfigureAwait(false);
            hasResponded = true;
            response = ResponseReader.ReadHead(httpResponse, _clock);

            // An HttpClient that follows redirects changes the request's address.
            response = request.RequestUri == address
                ? await ResponseReader.ReadBodyAsync(response, httpResponse, maxResponseBytes, attempt.Token).ConfigureAwait(false)
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
                TransportError = IsOfGivenClient(exception, hasResponded) ? TransportError.ClientFailed : ReasonOf(exception, hasResponded, hasRejectedCertificate),
                Exception = exception,
                ExceptionType = exception.GetType().ToString(),
            };
        }
        catch (SocketException exception)
        {
            // The handler doesn't wrap it if the connection is lost while it is being established.
            response = response with { TransportError = TransportError.NotConnected, Exception = exception };
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            // InvalidDataException: an HttpClient of the options failed to decompress the response.
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

        bool wasCompressed = content is ReportContent { IsCompressed: true };
        if (wasCompressed && response.Status == HttpStatusCode.UnsupportedMediaType)
        {
            _compressor = null;
        }

        return Clean(response) with { HasOldCredentials = !ReferenceEquals(authorization, _authorization), WasCompressed = wasCompressed };
    }

    /// <summary>Makes text from outside safe to log and to show.</summary>
    private EngageResponse Clean(EngageResponse response) => response.Message is null && response.Exception is null
        ? response
        : response with
        {
            Message = response.Message is { } message ? _outsideText.Clean(message, MaxMessageCharacters) : null,
            Exception = response.Exception is { } exception ? _outsideText.Clean(exception) : null,
        };

    /// <summary>Sends without buffering the body, which an <see cref="HttpClient"/> does by default.</summary>
    private static Task<HttpResponseMessage> SendAsync(HttpMessageInvoker client, HttpRequestMessage request, CancellationToken cancellationToken) =>
        client is HttpClient given
            ? given.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            : client.SendAsync(request, cancellationToken);

    /// <summary>Replaces all connections: idle ones may all be dead at once. Those in use stay until their requests end.</summary>
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
    private bool IsOfGivenClient(HttpRequestException exception, bool hasResponded) =>
        !_ownsClient && !hasResponded && exception.HttpRequestError == HttpRequestError.Unknown && exception.InnerException is not (IOException or SocketException);

    private static TransportError ReasonOf(HttpRequestException exception, bool hasResponded, bool hasRejectedCertificate) => exception.HttpRequestError switch
    {
        // A connection that is closed during the handshake is a SecureConnectionError, too; that is transient.
        HttpRequestError.SecureConnectionError when exception.InnerException is AuthenticationException failed =>
            hasRejectedCertificate && failed.InnerException is null ? TransportError.CertificateRejected : TransportError.TlsFailed,
        HttpRequestError.SecureConnectionError => TransportError.NotConnected,
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError when !hasResponded
            => TransportError.NotConnected,
        _ => TransportError.CutOff,
    };

    /// <summary>
    /// The default check of a certificate. It counts rejections, because an alert from a load balancer that is starting, or a response without
    /// TLS, causes an exception of the same type; those are transient. (An alert has an inner exception, and a rejection none.)
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

    /// <returns>The ids, without duplicates.</returns>
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
                    $"The id at index {i} contains half of a surrogate pair, which UTF-8 can't represent: another user would be registered.",
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

    private static EngageApiOptions Validated(EngageApiOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        EngageApiOptionsValidator.Validate(options);
        return options;
    }

    private static Uri MakeAddress(Uri baseAddress, string path) =>
        new(baseAddress.AbsoluteUri.EndsWith('/') ? baseAddress : new Uri(baseAddress.AbsoluteUri + "/"), path);

    private SocketsHttpHandler MakeHandler(Uri baseAddress) => new()
    {
        // Plain http is allowed because it doesn't leave this host; a proxy would receive the credentials in clear text.
        UseProxy = baseAddress.Scheme != Uri.UriSchemeHttp,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, errors) => AcceptsCertificate(errors) },
        AllowAutoRedirect = false,
        UseCookies = false,

        // No trace id for a third party, and no second activity for each request.
        ActivityHeadersPropagator = null,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    /// <summary>The time that is left until the tracker has ended.</summary>
    private sealed class EndOfUse : IDisposable
    {
        private readonly TimeSpan _timeout;
        private readonly TimeProvider _clock;
        private readonly long _began;
        private readonly ITimer _halfTime;

        /// <param name="timeout">The time from now on.</param>
        /// <param name="clock">Its clock.</param>
        /// <param name="halfTimeOver">Cancelled after half of the time.</param>
        public EndOfUse(TimeSpan timeout, TimeProvider clock, CancellationTokenSource halfTimeOver)
        {
            _timeout = timeout;
            _clock = clock;
            _began = clock.GetTimestamp();
            _halfTime = clock.CreateTimer(static over => ((CancellationTokenSource)over!).Cancel(), halfTimeOver, timeout / 2, Timeout.InfiniteTimeSpan);
        }

        /// <summary>The timeout of an attempt that begins now.</summary>
        public TimeSpan Limit(TimeSpan timeout)
        {
            TimeSpan half = (_timeout - _clock.GetElapsedTime(_began)) / 2;
            return half > timeout ? timeout : half < LeastTimeout ? LeastTimeout : half;
        }

        public void Dispose() => _halfTime.Dispose();
    }
}
