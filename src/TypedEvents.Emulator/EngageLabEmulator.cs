using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace TypedEvents.Emulator;

/// <summary>
/// Stands in for EngageLab's event API on loopback: checks <c>POST /v1/event/report</c> and
/// <c>POST /v1/user/register</c> as strictly as they are documented, keeps what it accepts, and misbehaves when told
/// to. All members can be used from any thread, also while requests arrive.
/// </summary>
public sealed class EngageLabEmulator : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly BehaviorScript _script = new();
    private readonly EventStore _events = new();
    private readonly UserDirectory _users = new();
    private readonly ArrivalLog<ReceivedRequest> _requests = new();
    private readonly RequestProcessor _processor;
    private readonly TimeProvider _clock;
    private WebApplication? _host;
    private int _disposed;

    private EngageLabEmulator(EmulatorOptions options)
    {
        _processor = new RequestProcessor(options, _events, _users);
        _clock = options.TimeProvider;
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:5199/</c>.</summary>
    public Uri BaseAddress { get; private set; } = null!;

    /// <summary>The accepted events, one for each <c>random_id</c>, in the order of their first arrival; a snapshot.</summary>
    public IReadOnlyList<ReceivedEvent> Events => _events.Log.Snapshot();

    /// <summary>How many accepted events there are, without a snapshot.</summary>
    public int EventCount => _events.Log.Count;

    /// <summary>All requests, also those rejected or cut, in the order of arrival; a snapshot.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => _requests.Snapshot();

    /// <summary>How many requests there were, without a snapshot.</summary>
    public int RequestCount => _requests.Count;

    /// <summary>How many accepted events had a <c>random_id</c> that was there already.</summary>
    public long DuplicateCount => _events.Duplicates;

    /// <summary>
    /// How many of the duplicates were not, byte for byte, what first arrived under their <c>random_id</c>: other
    /// events that took an id in use, or a client that makes a request anew when it tries again.
    /// </summary>
    public long ConflictCount => _events.Conflicts;

    /// <summary>The EUIDs that registrations gave to users; a snapshot.</summary>
    public IReadOnlyDictionary<UserIdentity, long> Users => _users.Snapshot();

    /// <summary>Starts an emulator; dispose of it to stop it.</summary>
    /// <param name="options">Its options, or <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The emulator, listening.</returns>
    /// <exception cref="ArgumentException">An option is empty or out of its range.</exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<EngageLabEmulator> StartAsync(EmulatorOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new EmulatorOptions();
        options.Validate();
        var emulator = new EngageLabEmulator(options);
        emulator._host = await EmulatorHost.StartAsync(options, emulator.HandleAsync, cancellationToken).ConfigureAwait(false);
        emulator.BaseAddress = new Uri(emulator._host.Urls.Single());
        return emulator;
    }

    /// <summary>Waits until so many events were accepted, duplicates not counted.</summary>
    /// <param name="count">How many, since the start or the last <see cref="Clear"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The events, at least <paramref name="count"/>.</returns>
    /// <exception cref="OperationCanceledException">Waiting was given up.</exception>
    /// <exception cref="ObjectDisposedException">The emulator was disposed of meanwhile.</exception>
    public Task<IReadOnlyList<ReceivedEvent>> WaitForEventsAsync(int count, CancellationToken cancellationToken = default) =>
        _events.Log.WaitAsync(count, cancellationToken);

    /// <summary>
    /// Waits until so many requests arrived. A request has arrived when its body is read and it was decided what
    /// becomes of it; it may be unanswered still, such as one that hangs.
    /// </summary>
    /// <param name="count">How many, since the start or the last <see cref="Clear"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The requests, at least <paramref name="count"/>.</returns>
    /// <exception cref="OperationCanceledException">Waiting was given up.</exception>
    /// <exception cref="ObjectDisposedException">The emulator was disposed of meanwhile.</exception>
    public Task<IReadOnlyList<ReceivedRequest>> WaitForRequestsAsync(int count, CancellationToken cancellationToken = default) =>
        _requests.WaitAsync(count, cancellationToken);

    /// <summary>Yields the accepted events so far, then each as it arrives, until the emulator is disposed of.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The events, each once.</returns>
    public IAsyncEnumerable<ReceivedEvent> ReadEventsAsync(CancellationToken cancellationToken = default) =>
        _events.Log.FollowAsync(cancellationToken);

    /// <summary>Has the next requests, to whatever path, treated in one way; may be called again to queue more.</summary>
    /// <param name="behavior">What becomes of them.</param>
    /// <param name="count">How many requests, from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is under 1.</exception>
    public void Next(EmulatorBehavior behavior, int count = 1)
    {
        ArgumentNullException.ThrowIfNull(behavior);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _script.Enqueue(behavior, count);
    }

    /// <summary>Has all requests treated in one way from now on, once those of <see cref="Next"/> are through.</summary>
    /// <param name="behavior">What becomes of them.</param>
    public void RespondWith(EmulatorBehavior behavior)
    {
        ArgumentNullException.ThrowIfNull(behavior);
        _script.Stand(behavior, null);
    }

    /// <summary>Has a function decide on each request from now on, once those of <see cref="Next"/> are through.</summary>
    /// <param name="choose">
    /// Gets the request, its body read, and says what becomes of it; <see langword="null"/> is
    /// <see cref="EmulatorBehavior.Normal"/>. Called by many threads at once; if it throws, the response is 500.
    /// </param>
    public void RespondWith(Func<ReceivedRequest, EmulatorBehavior?> choose)
    {
        ArgumentNullException.ThrowIfNull(choose);
        _script.Stand(null, choose);
    }

    /// <summary>Ends <see cref="RespondWith(EmulatorBehavior)"/> and what is left of <see cref="Next"/>.</summary>
    public void RespondNormally() => _script.Reset();

    /// <summary>Rejects each otherwise correct report that has a bad event in it, as a whole.</summary>
    /// <param name="isBad">Tells bad events; <see langword="null"/> to accept all again.</param>
    /// <param name="status">The HTTP status of the response, 200 to 599 except those that can't have a body.</param>
    /// <param name="code">Its <c>code</c>.</param>
    /// <param name="message">Its <c>message</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public void RejectEvents(Func<ReceivedEvent, bool>? isBad, int status = 400, int code = EmulatorCodes.Rejected, string message = "")
    {
        EmulatorBehavior.CheckStatus(status, hasBody: true);
        _processor.Rejections.RejectEvents(isBad, Response.Of(status, code, message));
    }

    /// <summary>Rejects each otherwise correct registration that has one of some users in it, as a whole.</summary>
    /// <param name="isRejected">Tells these users; <see langword="null"/> to accept all again.</param>
    /// <param name="status">The HTTP status of the response, 200 to 599 except those that can't have a body.</param>
    /// <param name="code">Its <c>code</c>.</param>
    /// <param name="message">Its <c>message</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public void RejectUsers(Func<UserIdentity, bool>? isRejected, int status = 400, int code = EmulatorCodes.Rejected, string message = "")
    {
        EmulatorBehavior.CheckStatus(status, hasBody: true);
        _processor.Rejections.RejectUsers(isRejected, Response.Of(status, code, message));
    }

    /// <summary>Registers all but some users of a registration: the documented partial success.</summary>
    /// <param name="isOmitted">Tells these users; <see langword="null"/> to leave out nobody again.</param>
    public void OmitUsers(Func<UserIdentity, bool>? isOmitted) => _processor.Rejections.OmitUsers(isOmitted);

    /// <summary>Accepts other credentials from now on, and the former ones no more.</summary>
    /// <param name="apiKey">The user name of the Basic authentication.</param>
    /// <param name="apiSecret">The password.</param>
    public void UseCredentials(string apiKey, string apiSecret)
    {
        ArgumentException.ThrowIfNullOrEmpty(apiKey);
        ArgumentException.ThrowIfNullOrEmpty(apiSecret);
        _processor.Headers.UseCredentials(apiKey, apiSecret);
    }

    /// <summary>
    /// Forgets events, their ids and counts, and requests; not the users, for a user's EUID is for good, nor how to
    /// behave.
    /// </summary>
    public void Clear()
    {
        _events.Clear();
        _requests.Clear();
    }

    /// <summary>
    /// Stops it: cuts off what is unanswered, ends the waiting and reading of others. What it received can still be
    /// looked at.
    /// </summary>
    /// <returns>Completes when it listens no more.</returns>
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
        var exchange = new Exchange(context, _processor, _requests, _clock, ended.Token);
        try
        {
            EmulatorBehavior behavior = await ChooseAsync(exchange).ConfigureAwait(false);
            await behavior.RunAsync(exchange).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has gone, or the emulator is going.
            context.Abort();
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await Delivery.WholeAsync(exchange, Response.Of(500, EmulatorCodes.CallbackFailed, e.ToString())).ConfigureAwait(false);
        }
    }

    private async Task<EmulatorBehavior> ChooseAsync(Exchange exchange)
    {
        if (_script.BeforeReading() is { } known)
        {
            return known;
        }

        await exchange.ReadAsync().ConfigureAwait(false);
        return _script.For(exchange.Request) ?? EmulatorBehavior.Normal;
    }
}
