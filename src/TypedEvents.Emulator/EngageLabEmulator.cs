using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace TypedEvents.Emulator;

/// <summary>
/// Emulates EngageLab's event API on loopback. It checks <c>POST /v1/event/report</c> and <c>POST /v1/user/register</c> as strictly as EngageLab
/// documents documented, records what it accepts, and simulates faults on request. All members are thread-safe, also while requests arrive.
/// </summary>
public sealed class EngageLabEmulator : IAsyncDisposable
{
    private const string HealthPath = "/health";

    private readonly CancellationTokenSource _stopping = new();
    private readonly BehaviorScript _script = new();
    private readonly EventStore _events;
    private readonly UserDirectory _users = new();
    private readonly ArrivalLog<ReceivedRequest> _requests;
    private readonly RequestProcessor _processor;
    private readonly HostRules _hosts;
    private readonly PageLog? _page;
    private readonly PageEndpoints? _pageEndpoints;
    private readonly TimeProvider _clock;
    private WebApplication? _host;
    private int _disposed;

    private EngageLabEmulator(EmulatorOptions options)
    {
        _events = new EventStore(options);
        _requests = new ArrivalLog<ReceivedRequest>(options.MaxRequests, options.MaxStoredBytes, request => request.Size);
        _processor = new RequestProcessor(options, _events, _users);
        _hosts = new HostRules(options.AllowedHosts);
        var plan = new PlanCheck(options.Plan is null ? null : PlanDocument.Parse(options.Plan));
        if (options.Page)
        {
            _page = new PageLog(options, plan);
            _pageEndpoints = new PageEndpoints(_page, _requests, _users, _hosts, new Misbehavior(_script, _processor.Rejections), _stopping.Token);
        }

        _clock = options.TimeProvider;
    }

    /// <summary>The address on which it listens, such as <c>http://127.0.0.1:5199/</c>.</summary>
    public Uri BaseAddress { get; private set; } = null!;

    /// <summary>
    /// A snapshot of the stored events, one for each <c>random_id</c>, in the order of their first arrival: all that were accepted, up to
    /// <see cref="EmulatorOptions.MaxEvents"/> and <see cref="EmulatorOptions.MaxStoredBytes"/>.
    /// </summary>
    public IReadOnlyList<ReceivedEvent> Events => _events.Log.Snapshot();

    /// <summary>The number of events that were accepted since the start or the last <see cref="Clear"/>, including dropped ones.</summary>
    public int EventCount => _events.Log.Count;

    /// <summary>
    /// The number of accepted events that are no longer in <see cref="Events"/>, because there were more than
    /// <see cref="EmulatorOptions.MaxEvents"/> or <see cref="EmulatorOptions.MaxStoredBytes"/> allow. 0 means that <see cref="Events"/> is complete.
    /// </summary>
    public int DroppedEventCount => _events.Log.Dropped;

    /// <summary>
    /// A snapshot of the stored requests in the order of arrival, including those that were rejected or cut: all, up to
    /// <see cref="EmulatorOptions.MaxRequests"/> and <see cref="EmulatorOptions.MaxStoredBytes"/>.
    /// </summary>
    public IReadOnlyList<ReceivedRequest> Requests => _requests.Snapshot();

    /// <summary>The number of requests that arrived since the start or the last <see cref="Clear"/>, including dropped ones.</summary>
    public int RequestCount => _requests.Count;

    /// <summary>
    /// The number of requests that are no longer in <see cref="Requests"/>, because there were more than
    /// <see cref="EmulatorOptions.MaxRequests"/> or <see cref="EmulatorOptions.MaxStoredBytes"/> allow.
    /// </summary>
    public int DroppedRequestCount => _requests.Dropped;

    /// <summary>
    /// The number of accepted events whose <c>random_id</c> had been received before. The ids of dropped events are forgotten.
    /// </summary>
    public long DuplicateCount => _events.Duplicates;

    /// <summary>
    /// The number of duplicates that differ in any byte from the event first received under their <c>random_id</c>: either another event
    /// uses the same id, or the client serializes an event again when it retries.
    /// </summary>
    public long ConflictCount => _events.Conflicts;

    /// <summary>The address of the live page, or <see langword="null"/> without <see cref="EmulatorOptions.Page"/>.</summary>
    public Uri? PageAddress => _page is null ? null : new Uri(BaseAddress, PageEndpoints.Root);

    /// <summary>A snapshot of the registered users with their EUIDs.</summary>
    public IReadOnlyDictionary<UserIdentity, long> Users => _users.Snapshot();

    /// <summary>Starts an emulator. Dispose it to stop it.</summary>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels starting.</param>
    /// <returns>The emulator, listening.</returns>
    /// <exception cref="ArgumentException">An option is empty or out of range.</exception>
    /// <exception cref="IOException">The port is in use.</exception>
    public static async Task<EngageLabEmulator> StartAsync(EmulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new EmulatorOptions();
        options.Validate();
        var emulator = new EngageLabEmulator(options);
        emulator._host = await EmulatorHost.StartAsync(options, emulator.HandleAsync, cancellationToken).ConfigureAwait(false);
        emulator.BaseAddress = new Uri(emulator._host.Urls.Single());
        return emulator;
    }

    /// <summary>Waits until at least <paramref name="count"/> events were accepted, not counting duplicates.</summary>
    /// <param name="count">The number to wait for, counted from the start or the last <see cref="Clear"/>.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>The stored events: at least <paramref name="count"/>, if none was dropped.</returns>
    /// <exception cref="OperationCanceledException">Waiting was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The emulator was disposed meanwhile.</exception>
    public Task<IReadOnlyList<ReceivedEvent>> WaitForEventsAsync(int count, CancellationToken cancellationToken = default) =>
        _events.Log.WaitAsync(count, cancellationToken);

    /// <summary>
    /// Waits until at least <paramref name="count"/> requests arrived. A request has arrived when its body was read and its behavior was
    /// chosen; there may not be a response yet, for example because it hangs.
    /// </summary>
    /// <param name="count">The number to wait for, counted from the start or the last <see cref="Clear"/>.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>The stored requests: at least <paramref name="count"/>, if none was dropped.</returns>
    /// <exception cref="OperationCanceledException">Waiting was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The emulator was disposed meanwhile.</exception>
    public Task<IReadOnlyList<ReceivedRequest>> WaitForRequestsAsync(int count, CancellationToken cancellationToken = default) =>
        _requests.WaitAsync(count, cancellationToken);

    /// <summary>
    /// Returns the stored events, then each further one as it arrives, until the emulator is disposed. Events that are dropped or cleared
    /// before the caller reads them are skipped.
    /// </summary>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The events, each once.</returns>
    public IAsyncEnumerable<ReceivedEvent> ReadEventsAsync(CancellationToken cancellationToken = default) =>
        _events.Log.FollowAsync(cancellationToken);

    /// <summary>Sets the behavior for the next requests, to any path. Further calls add to the queue.</summary>
    /// <param name="behavior">The behavior.</param>
    /// <param name="count">The number of requests, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public void Next(EmulatorBehavior behavior, int count = 1)
    {
        ArgumentNullException.ThrowIfNull(behavior);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _script.Enqueue(behavior, count);
    }

    /// <summary>Sets the default behavior for all requests that follow those of <see cref="Next"/>.</summary>
    /// <param name="behavior">The behavior.</param>
    public void RespondWith(EmulatorBehavior behavior)
    {
        ArgumentNullException.ThrowIfNull(behavior);
        _script.Stand(behavior, null);
    }

    /// <summary>Sets a function that chooses the behavior for each request that follows those of <see cref="Next"/>.</summary>
    /// <param name="choose">
    /// Receives the request, with its body, and returns its behavior; <see langword="null"/> means <see cref="EmulatorBehavior.Normal"/>.
    /// It is called concurrently. If it throws, the response is 500.
    /// </param>
    public void RespondWith(Func<ReceivedRequest, EmulatorBehavior?> choose)
    {
        ArgumentNullException.ThrowIfNull(choose);
        _script.Stand(null, choose);
    }

    /// <summary>
    /// Restores the normal behavior: clears the queue of <see cref="Next"/> and undoes <see cref="RespondWith(EmulatorBehavior)"/>.
    /// </summary>
    public void RespondNormally() => _script.Reset();

    /// <summary>Rejects each otherwise valid report that contains a matching event, as a whole.</summary>
    /// <param name="isBad">Returns whether to reject an event; <see langword="null"/> to accept all again.</param>
    /// <param name="status">The HTTP status of the response, 200 to 599 except those that can't have a body.</param>
    /// <param name="code">Its <c>code</c>.</param>
    /// <param name="message">Its <c>message</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public void RejectEvents(Func<ReceivedEvent, bool>? isBad, int status = 400, int code = EmulatorCodes.Rejected, string message = "")
    {
        EmulatorBehavior.CheckStatus(status, hasBody: true);
        _processor.Rejections.RejectEvents(isBad, Response.Of(status, code, message));
    }

    /// <summary>Rejects each otherwise valid registration that contains a matching user, as a whole.</summary>
    /// <param name="isRejected">Returns whether to reject a user; <see langword="null"/> to accept all again.</param>
    /// <param name="status">The HTTP status of the response, 200 to 599 except those that can't have a body.</param>
    /// <param name="code">Its <c>code</c>.</param>
    /// <param name="message">Its <c>message</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public void RejectUsers(Func<UserIdentity, bool>? isRejected, int status = 400, int code = EmulatorCodes.Rejected, string message = "")
    {
        EmulatorBehavior.CheckStatus(status, hasBody: true);
        _processor.Rejections.RejectUsers(isRejected, Response.Of(status, code, message));
    }

    /// <summary>Omits matching users from registrations, and registers the others: the documented partial success.</summary>
    /// <param name="isOmitted">Returns whether to omit a user; <see langword="null"/> to register all again.</param>
    public void OmitUsers(Func<UserIdentity, bool>? isOmitted) => _processor.Rejections.OmitUsers(isOmitted);

    /// <summary>Changes the accepted credentials. The former ones are no longer accepted.</summary>
    /// <param name="apiKey">The user name of the Basic authentication.</param>
    /// <param name="apiSecret">The password.</param>
    public void UseCredentials(string apiKey, string apiSecret)
    {
        ArgumentException.ThrowIfNullOrEmpty(apiKey);
        ArgumentException.ThrowIfNullOrEmpty(apiSecret);
        _processor.Headers.UseCredentials(apiKey, apiSecret);
    }

    /// <summary>
    /// Removes all events, with their ids and counts, and all requests. It keeps the users, because an EUID is permanent, and the behaviors.
    /// </summary>
    public void Clear()
    {
        _events.Clear();
        _requests.Clear();
        _page?.Clear(long.MaxValue);
    }

    /// <summary>
    /// Stops the emulator: aborts requests without a response, and ends pending calls that wait for or read events. Everything that it received can still be read.
    /// </summary>
    /// <returns>Completes when it no longer listens.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await _host!.DisposeAsync().ConfigureAwait(false);
        _events.Log.Close();
        _requests.Close();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        if (context.Request.Path == HealthPath && HttpMethods.IsGet(context.Request.Method) && _hosts.Find(context) is null)
        {
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("Healthy", ended.Token).ConfigureAwait(false);
            return;
        }

        var exchange = new Exchange(context, _processor, _requests, _page, _clock, ended.Token);
        try
        {
            if (_pageEndpoints is not null && PageEndpoints.Serves(context.Request))
            {
                await _pageEndpoints.HandleAsync(context, ended.Token).ConfigureAwait(false);
                return;
            }

            EmulatorBehavior behavior = await ChooseAsync(exchange).ConfigureAwait(false);
            await behavior.RunAsync(exchange).ConfigureAwait(false);
            exchange.Conclude();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has disconnected, or the emulator is stopping.
            exchange.Conclude();
            context.Abort();
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await Delivery.WholeAsync(exchange, Response.Of(500, EmulatorCodes.CallbackFailed, e.ToString())).ConfigureAwait(false);
        }
    }

    private async Task<EmulatorBehavior> ChooseAsync(Exchange exchange)
    {
        if (_hosts.Find(exchange.Context) is { } foreign)
        {
            return EmulatorBehavior.Reject(foreign);
        }

        if (_script.BeforeReading() is { } known)
        {
            return known;
        }

        await exchange.ReadAsync().ConfigureAwait(false);
        return _script.For(exchange.Request) ?? EmulatorBehavior.Normal;
    }
}
