using System.Diagnostics.Metrics;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>Options of an <see cref="EventTracker"/>. All sizes are those of the events' JSON in UTF-8.</summary>
public sealed class EventTrackerOptions
{
    /// <summary>The default of <see cref="Name"/>.</summary>
    internal const string DefaultName = "default";

    /// <summary>
    /// The tracker's name in metrics (<c>typedevents.tracker.name</c>), log entries and health checks, 1 to 64 characters: it distinguishes the tracker
    /// from others in the process. It isn't sent. Default: <c>default</c>.
    /// </summary>
    public string Name { get; set; } = DefaultName;

    /// <summary>
    /// Whether events are tracked. A disabled tracker opens no outbox, sends nothing, needs no credentials, and counts each event as
    /// <see cref="TrackResult.Disabled"/>. It stays disabled until the process ends. Default: <see langword="true"/>.
    /// </summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// The API's address, https only (see <see cref="AllowInsecureLoopback"/>). Default:
    /// <see cref="EngageApiOptions.DefaultBaseAddress"/>.
    /// </summary>
    public Uri BaseAddress { get; set; } = EngageApiOptions.DefaultBaseAddress;

    /// <summary>The API key of the project. Required.</summary>
    [JsonIgnore]
    public string ApiKey { get; set; } = "";

    /// <summary>
    /// The API secret of the project. Required. It can be set but not read, so that nothing that logs or serializes public properties shows it;
    /// the library never logs it or puts it into an exception. <c>ConfigurationBinder</c> skips it for that reason: set it in code.
    /// </summary>
    [JsonIgnore]
#pragma warning disable CA1044 // What can be read can be logged.
    public string ApiSecret { internal get; set; } = "";
#pragma warning restore CA1044

    /// <summary>
    /// A name of your choice for the project, 1 to 256 characters without leading or trailing white space. A durable outbox stores it and
    /// rejects a tracker with another one, so that one project's events are never sent to another. If it is set, the tracker can start with another
    /// key of the same project. <see langword="null"/>, the default: a hash of the address and <see cref="ApiKey"/> takes its place. It isn't
    /// sent.
    /// </summary>
    public string? Project { get; set; }

    /// <summary>The application that the events come from (<c>app_key</c>); <see langword="null"/>, the default: not sent.</summary>
    public string? AppKey { get; set; }

    /// <summary>Whether plain http is allowed to this host's loopback address, such as an emulator's. Default: <see langword="false"/>.</summary>
    public bool AllowInsecureLoopback { get; set; }

    /// <summary>The maximum number of events in one request, 1 to 1,000. Default: 100, the limit of EngageLab's sibling calls.</summary>
    public int MaxBatchEvents { get; set; } = EventBatch.DefaultMaxEvents;

    /// <summary>The maximum size of the events in one request, 1 KiB to 16 MiB; a larger event is sent alone. Default: 256 KiB.</summary>
    public int MaxBatchBytes { get; set; } = EventBatch.DefaultMaxBytes;

    /// <summary>The longest time that events are held back for a full batch, 0 to 1 hour. Default: 1 second.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The maximum size of an event, 256 bytes up to <see cref="BufferBytes"/>; a larger one is <see cref="TrackResult.TooLarge"/>.
    /// Default: 32 KiB.
    /// </summary>
    public int MaxEventBytes { get; set; } = 32 * 1024;

    /// <summary>
    /// The length to which strings are truncated, in bytes of UTF-8, at least 4; a character is never cut. Truncated strings are counted. EngageLab's
    /// client SDKs truncate to 256. <see langword="null"/>, the default: strings are sent complete.
    /// </summary>
    public int? MaxStringBytes { get; set; }

    /// <summary>
    /// The size of the buffer in front of the outbox, 64 KiB to 1 GiB. It holds the events' JSON, external ids whose EUID isn't known yet, and 9
    /// bytes for each event. Default: 4 MiB.
    /// </summary>
    public int BufferBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The timeout of one request, 100 milliseconds to 10 minutes. Default: 10 seconds.</summary>
    public TimeSpan AttemptTimeout { get; set; } = EngageApiOptions.DefaultTimeout;

    /// <summary>
    /// The maximum number of requests in flight at once, 1 to 16. A user's events are never in two requests at once. The throughput is at most this number × the
    /// batch size ÷ the round-trip time. Default: 4.
    /// </summary>
    public int MaxConcurrentRequests { get; set; } = DeliverySettings.DefaultMaxConcurrentRequests;

    /// <summary>The maximum number of requests per second, and in a burst after a pause, 1 to 10,000. Default: 100.</summary>
    public int RequestsPerSecond { get; set; } = DeliverySettings.DefaultRequestsPerSecond;

    /// <summary>
    /// The time in the outbox after which an event becomes a dead letter, at least 1 minute, with a precision of a minute.
    /// <see langword="null"/>, the default: never.
    /// </summary>
    public TimeSpan? MaxEventAge { get; set; }

    /// <summary>
    /// The maximum number of external ids (<see cref="EngageUser.UserId"/> and the like) whose EUID is cached, 1 to 10,000,000; each takes about 250 bytes, and
    /// fewer are cached if they have more than 28 characters. The least recently used are evicted first. Default: 100,000.
    /// </summary>
    public int UserCacheSize { get; set; } = 100_000;

    /// <summary>
    /// The time after which the tracker registers an external id again to refresh its EUID, 1 minute to 365 days: EngageLab doesn't document that an id
    /// always keeps its EUID. The old one is used until the response. Default: 24 hours.
    /// </summary>
    public TimeSpan UserCacheDuration { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// EngageLab's codes (<c>code</c> in the response) that are transient: they count as failures, not as rejections.
    /// 0 and the codes that reject the credentials or the project (40050, 50031, 50034, 50074) are not allowed. Default: none.
    /// </summary>
    public IReadOnlyCollection<int> TransientCodes { get; set; } = [];

    /// <inheritdoc cref="EngageApiOptions.CompressRequests"/>
    public bool CompressRequests
    {
        get => Compressor is not null;
        set => Compressor = value ? RequestCompression.WriteWithGzipAsync : null;
    }

    /// <summary>The timeout of <see cref="EventTracker.FlushAsync"/>, up to 1 hour. Default: 30 seconds.</summary>
    public TimeSpan FlushTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest time that <see cref="EventTracker.StopAsync"/> continues to send, up to 1 hour. Default: 5 seconds.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Decides whether an event is tracked, by its user and its name, for instance by the user's consent. It runs on the
    /// caller's thread. <see langword="null"/>, the default: all events are tracked.
    /// </summary>
    public Func<EngageUser, string, bool>? Filter { get; set; }

    /// <summary>
    /// Is called for each event that becomes a dead letter in this process, such as to alert somebody or to keep a copy: on the thread pool, one
    /// call after the other. The delivery doesn't wait for it. Its exceptions are logged once. If it hangs, up to 1,000 events wait for it, and
    /// it isn't called for further ones; the outbox has them all. <see langword="null"/>: nothing is called, which is the default.
    /// </summary>
    public Action<DeadLetteredEvent>? OnDeadLetter { get; set; }

    /// <summary>
    /// The policy for values that fail a validation attribute of their property, such as <c>[Range]</c>. Default:
    /// <see cref="ValidationFailurePolicy.Send"/>.
    /// </summary>
    public ValidationFailurePolicy ValidationFailures { get; set; }

    /// <summary>
    /// Where events are kept until they are delivered. The tracker opens it, owns it and disposes it, also when
    /// <see cref="EventTracker.Create(EventTrackerOptions)"/> throws. <see langword="null"/>: a <see cref="MemoryOutbox"/> of 16 MiB.
    /// </summary>
    public IEventOutbox? Outbox { get; set; }

    /// <summary>
    /// The client that sends the requests, such as one from an <c>IHttpClientFactory</c>; the library doesn't dispose it. <see langword="null"/>, the
    /// default: the library creates one, which uses the system's proxy, except for plain http to this host.
    /// </summary>
    /// <remarks>
    /// Don't give it a handler that retries: the tracker retries. Don't let it follow redirects (<c>AllowAutoRedirect</c>).
    /// If it uses a proxy for plain http, that proxy receives the credentials in clear text.
    /// The library doesn't control what its handlers log: on .NET 8 an <c>IHttpClientFactory</c> logs request headers at the level
    /// <c>Trace</c>, and the <c>Authorization</c> header contains key and secret in Base64. Call <c>RedactLoggedHeaders(["Authorization"])</c>
    /// on its builder; since .NET 9 all headers are redacted by default.
    /// </remarks>
    public HttpClient? HttpClient { get; set; }

    /// <summary>The clock of events, timeouts and delays. Default: <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The tracker's logger factory. <see langword="null"/>: the first warning is written to standard error.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>
    /// Creates the tracker's meter, so that its metrics are those of one container; the factory owns the meter. <see langword="null"/>, the default: the
    /// trackers of the process share one meter.
    /// </summary>
    public IMeterFactory? MeterFactory { get; set; }

    /// <summary>Whether <see cref="ApiSecret"/>, which can't be read, is set to something other than white space.</summary>
    public bool HasApiSecret => !string.IsNullOrWhiteSpace(ApiSecret);

    /// <summary>Checks all options, as <see cref="EventTracker.Create(EventTrackerOptions)"/> does.</summary>
    /// <returns>Everything that is wrong; empty if nothing is.</returns>
    public IReadOnlyList<OptionFailure> Validate() => EventTrackerOptionsValidator.Find(this);

    /// <summary>What <see cref="CompressRequests"/> stands for.</summary>
    internal RequestCompressor? Compressor { get; set; }

    /// <summary>Is told what the tracker does in the background, in tests.</summary>
    internal WorkObserver? Observer { get; set; }

    internal EventTrackerOptions Copy()
    {
        var copy = (EventTrackerOptions)MemberwiseClone();
        copy.TransientCodes = TransientCodes is null ? null! : new List<int>(TransientCodes);
        return copy;
    }

    internal DeliverySettings ToDeliverySettings() => new(MaxBatchEvents, MaxBatchBytes, FlushInterval)
    {
        MaxConcurrentRequests = MaxConcurrentRequests,
        RequestsPerSecond = RequestsPerSecond,
        AttemptTimeout = AttemptTimeout,
        MaxEventAge = MaxEventAge,
        TransientCodes = TransientCodes,
        UserCacheDuration = UserCacheDuration,
    };

    internal OutboxTarget ToOutboxTarget(string apiKey) => OutboxTarget.Create(BaseAddress, Project, apiKey);

    internal OutboxOpening ToOutboxOpening() => new()
    {
        Target = ToOutboxTarget(ApiKey),
        AttemptTimeout = AttemptTimeout,
        LoggerFactory = LoggerFactory,
        TimeProvider = TimeProvider,
    };

    internal EngageApiOptions ToApiOptions() => new()
    {
        BaseAddress = BaseAddress,
        ApiKey = ApiKey,
        ApiSecret = ApiSecret,
        AppKey = AppKey,
        AllowInsecureLoopback = AllowInsecureLoopback,
        Compressor = Compressor,
        Timeout = AttemptTimeout,
        HttpClient = HttpClient,
        TimeProvider = TimeProvider,
    };
}
