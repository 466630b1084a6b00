using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>How an <see cref="EventTracker"/> keeps and sends events. All sizes are of the events' JSON in UTF-8.</summary>
public sealed class EventTrackerOptions
{
    /// <summary>
    /// The API's address, https only (see <see cref="AllowInsecureLoopback"/>). Default:
    /// <see cref="EngageApiOptions.DefaultBaseAddress"/>.
    /// </summary>
    public Uri BaseAddress { get; set; } = EngageApiOptions.DefaultBaseAddress;

    /// <summary>The API key of the project. Required.</summary>
    [JsonIgnore]
    public string ApiKey { get; set; } = "";

    /// <summary>
    /// The API secret of the project. Required. It can be set and not be read: it is never logged, and stands in no exception and in nothing
    /// that serializes or logs the options by their public properties. <c>ConfigurationBinder</c> skips it for that reason: set it in code.
    /// </summary>
    [JsonIgnore]
#pragma warning disable CA1044 // Whoever can read it can show it.
    public string ApiSecret { internal get; set; } = "";
#pragma warning restore CA1044

    /// <summary>
    /// A name of your choice for the project, 1 to 256 characters without white space at the ends: a durable outbox remembers it, and
    /// rejects a tracker with another one, so that one project's events are never sent to another. Set it, and a start with another key
    /// of the same project needs no more. <see langword="null"/>: a hash of the address and <see cref="ApiKey"/> stands for it, which is the
    /// default. It isn't sent.
    /// </summary>
    public string? Project { get; set; }

    /// <summary>Which application makes the events (<c>app_key</c>); <see langword="null"/>: not sent.</summary>
    public string? AppKey { get; set; }

    /// <summary>Whether plain http is allowed to an address of this machine, such as an emulator's. Default: no.</summary>
    public bool AllowInsecureLoopback { get; set; }

    /// <summary>How many events go in one request, 1 to 1,000. Default: 100, the limit of EngageLab's sibling calls.</summary>
    public int MaxBatchEvents { get; set; } = EventBatch.DefaultMaxEvents;

    /// <summary>How many bytes of events go in one request, 1 KiB to 16 MiB; a larger event goes alone. Default: 256 KiB.</summary>
    public int MaxBatchBytes { get; set; } = EventBatch.DefaultMaxBytes;

    /// <summary>How long events wait for a full batch, 0 to 1 hour. Default: 1 second.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The largest event, 256 bytes up to <see cref="BufferBytes"/>; a larger one is <see cref="TrackResult.TooLarge"/>.
    /// Default: 32 KiB.
    /// </summary>
    public int MaxEventBytes { get; set; } = 32 * 1024;

    /// <summary>
    /// Where texts are cut, in bytes of UTF-8 and never within a character, at least 4; each cut is counted. EngageLab's client
    /// SDKs cut at 256. <see langword="null"/>: texts are sent whole, which is the default.
    /// </summary>
    public int? MaxStringBytes { get; set; }

    /// <summary>
    /// The buffer in front of the outbox, 64 KiB to 1 GiB: the events' JSON, the external ids of users whose EUID isn't known yet, and 8
    /// bytes for each event. Default: 4 MiB.
    /// </summary>
    public int BufferBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How long one request may take, 100 milliseconds to 10 minutes. Default: 10 seconds.</summary>
    public TimeSpan AttemptTimeout { get; set; } = EngageApiOptions.DefaultTimeout;

    /// <summary>
    /// How many requests are in flight at once, 1 to 16. A user's events are always in one lane. What limits in real life is lanes ×
    /// batch ÷ round trip. Default: 4.
    /// </summary>
    public int MaxConcurrentRequests { get; set; } = DeliverySettings.DefaultMaxConcurrentRequests;

    /// <summary>How many requests are made in a second, and at once after a pause, 1 to 10,000. Default: 100.</summary>
    public int RequestsPerSecond { get; set; } = DeliverySettings.DefaultRequestsPerSecond;

    /// <summary>
    /// After which time in the outbox an event becomes a dead letter, from 1 minute on; to the nearest minute.
    /// <see langword="null"/>: never, which is the default.
    /// </summary>
    public TimeSpan? MaxEventAge { get; set; }

    /// <summary>
    /// How many users with an external id (<see cref="EngageUser.UserId"/> and its like) are remembered with their EUID, 1 to 10,000,000; some
    /// 250 bytes each, and fewer of them where ids have more than 28 characters. Those of whom nothing was tracked for the longest time are
    /// forgotten first. Default: 100,000.
    /// </summary>
    public int UserCacheSize { get; set; } = 100_000;

    /// <summary>
    /// The time after which the EUID of a user's external id is requested again, 1 minute to 365 days: EngageLab doesn't document that an id
    /// keeps its EUID. The old one is used until the response. Default: 24 hours.
    /// </summary>
    public TimeSpan UserCacheDuration { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Codes of EngageLab's (<c>code</c> in the response) that a later attempt may fix: they count as failures, not as rejections.
    /// Not 0, and none of those that reject the credentials or the project (40050, 50031, 50034, 50074). Default: none.
    /// </summary>
    public IReadOnlyCollection<int> TransientCodes { get; set; } = [];

    /// <inheritdoc cref="EngageApiOptions.CompressRequests"/>
    public bool CompressRequests { get; set; }

    /// <summary>How long <see cref="EventTracker.FlushAsync"/> waits at most, up to 1 hour. Default: 30 seconds.</summary>
    public TimeSpan FlushTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long <see cref="EventTracker.StopAsync"/> goes on sending at most, up to 1 hour. Default: 5 seconds.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether an event is tracked at all, such as by the user's consent: is given the user and the event's name. It runs on the
    /// caller's thread. <see langword="null"/>: all are.
    /// </summary>
    public Func<EngageUser, string, bool>? Filter { get; set; }

    /// <summary>
    /// What becomes of a value that breaks a rule of its property, such as <c>[Range]</c>. Default:
    /// <see cref="ValidationFailurePolicy.Send"/>.
    /// </summary>
    public ValidationFailurePolicy ValidationFailures { get; set; }

    /// <summary>
    /// Where events are kept until they are delivered. The tracker owns it and disposes it, also when <see cref="EventTracker.Create"/> throws.
    /// <see langword="null"/>: a
    /// <see cref="MemoryOutbox"/> of 16 MiB.
    /// </summary>
    public IEventOutbox? Outbox { get; set; }

    /// <summary>
    /// The client to send with, such as one of an <c>IHttpClientFactory</c>; it isn't disposed. <see langword="null"/>: an own one, which uses
    /// the system's proxy, but none for plain http to this machine.
    /// </summary>
    /// <remarks>
    /// Don't put a retrying handler into it: the tracker retries. Let it follow no redirects (<c>AllowAutoRedirect</c>).
    /// It decides about proxies: one that uses a proxy for plain http sends the credentials to it in clear text.
    /// What its handlers log is theirs to keep secret: on .NET 8 the log of an <c>IHttpClientFactory</c> writes request headers at the level
    /// <c>Trace</c>, and the <c>Authorization</c> header holds key and secret in Base64. Call <c>RedactLoggedHeaders(["Authorization"])</c>
    /// on its builder; from .NET 9 on it redacts all headers unless told otherwise.
    /// </remarks>
    public HttpClient? HttpClient { get; set; }

    /// <summary>The clock of events and of all waiting. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where the tracker logs to. <see langword="null"/>: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Is told what the tracker does in the background, in tests.</summary>
    internal WorkObserver? Observer { get; set; }

    internal EventTrackerOptions Copy()
    {
        var copy = (EventTrackerOptions)MemberwiseClone();
        copy.TransientCodes = TransientCodes is null ? null! : [.. TransientCodes];
        return copy;
    }

    internal DeliverySettings ToDeliverySettings() => new(MaxBatchEvents, MaxBatchBytes, FlushInterval)
    {
        MaxConcurrentRequests = MaxConcurrentRequests,
        RequestsPerSecond = RequestsPerSecond,
        MaxEventAge = MaxEventAge,
        TransientCodes = TransientCodes,
        UserCacheDuration = UserCacheDuration,
    };

    internal OutboxTarget ToOutboxTarget(string apiKey) => OutboxTarget.Create(BaseAddress, Project, apiKey);

    internal EngageApiOptions ToApiOptions() => new()
    {
        BaseAddress = BaseAddress,
        ApiKey = ApiKey,
        ApiSecret = ApiSecret,
        AppKey = AppKey,
        AllowInsecureLoopback = AllowInsecureLoopback,
        CompressRequests = CompressRequests,
        Timeout = AttemptTimeout,
        HttpClient = HttpClient,
        TimeProvider = TimeProvider,
    };
}
