using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>Sends events of one application and says what came back.</summary>
internal delegate Task<EngageResponse> ReportSender(string? appKey, IReadOnlyList<ReadOnlyMemory<byte>> events, CancellationToken cancellationToken);

/// <summary>
/// Reads events from the outbox, sends them and settles them. It is the one owner of retry: every way out of a request leaves its
/// events settled, pending, or dead letters. All of its state belongs to one task; requests only tell it that they ended.
/// </summary>
internal sealed partial class DeliveryLoop : IDisposable
{
    private readonly IEventOutbox _outbox;
    private readonly ReportSender _send;
    private readonly RegistrationSender _register;
    private readonly DeliveryHealth _health;
    private readonly DeliverySettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Action _onSettled;
    private readonly Random _random;
    private readonly long _origin;
    private readonly ResponseClassifier _classifier;
    private readonly Backoff _backoff;
    private readonly DeliveryPolicy _policy;
    private readonly RequestRateLimiter _rateLimiter;
    private readonly SettlementQueue _settlements;
    private readonly HeldNameSchedule _held = new();
    private readonly FlushCoordinator _flushes = new();
    private readonly WakeSignal _wake;
    private readonly ConcurrentQueue<(ReportRequest Request, EngageResponse? Response)> _ended = new();
    private readonly ConcurrentQueue<(RegistrationRequest Request, EngageResponse? Response)> _registered = new();
    private readonly UserCache _cache;
    private readonly RegistrationQueue _registrations;
    private readonly UserResolver _users;
    private readonly OutboxLease _lease;
    private readonly EventReader _reader;
    private readonly List<Task> _requests = [];

    private TimeSpan _pausedUntil;
    private TimeSpan _faultedUntil;
    private int _inFlight;
    private int _consecutiveFaults;
    private volatile bool _isRetryWanted;

    /// <param name="outbox">Where the events are.</param>
    /// <param name="send">One attempt to report events.</param>
    /// <param name="register">One attempt to register users.</param>
    /// <param name="cache">The users whose EUIDs are known.</param>
    /// <param name="reportAddress">Where events are reported, for messages.</param>
    /// <param name="registerAddress">Where users are registered, for messages.</param>
    /// <param name="settings">How.</param>
    /// <param name="clock">The clock of all waiting.</param>
    /// <param name="logger">The log.</param>
    /// <param name="onSettled">Is called when the outbox may have room again.</param>
    /// <param name="random">The jitter of waiting, and what is picked at random.</param>
    public DeliveryLoop(
        IEventOutbox outbox,
        ReportSender send,
        RegistrationSender register,
        UserCache cache,
        Uri reportAddress,
        Uri registerAddress,
        DeliverySettings settings,
        TimeProvider clock,
        ILogger logger,
        Action onSettled,
        Random random)
    {
        _outbox = outbox;
        _send = send;
        _register = register;
        _cache = cache;
        _health = new DeliveryHealth(reportAddress, registerAddress, logger);
        _settings = settings;
        _clock = clock;
        _logger = logger;
        _onSettled = onSettled;
        _random = random;
        _origin = clock.GetTimestamp();
        _classifier = new ResponseClassifier([.. settings.TransientCodes]);
        _backoff = new Backoff(random);
        _policy = new DeliveryPolicy(settings.MaxBatchEvents, _backoff, new CircuitBreaker(_backoff));
        _registrations = new RegistrationQueue(cache, settings.FlushInterval, _backoff);
        _users = new UserResolver(cache, _registrations, outbox, clock, settings.UserCacheDuration);
        _rateLimiter = new RequestRateLimiter(settings.RequestsPerSecond);
        _settlements = new SettlementQueue(logger);
        _lease = new OutboxLease(outbox);
        _reader = new EventReader(outbox, settings, _held, _settlements, _users, random);
        _wake = new WakeSignal(clock);
    }

    /// <summary>What keeps events from being delivered and what to check, or <see langword="null"/>.</summary>
    public string? Problem => (_health.Problem, _settlements.Problem) is ({ } failing, { } unsettled)
        ? $"{failing} {unsettled}"
        : _health.Problem ?? _settlements.Problem;

    /// <summary>Why one event at a time is tried; <see langword="null"/>: it isn't so.</summary>
    /// <summary>Whether this process is the one that sends what the outbox has.</summary>
    public bool HasClaim => _lease.Claim is not null;

    internal CircuitOpenReason? OpenReason => _policy.CircuitBreaker.Reason;

    private TimeSpan Now => _clock.GetElapsedTime(_origin);

    /// <summary>The outbox has more events.</summary>
    public void Wake()
    {
        _reader.NoteAppended();
        _wake.Set();
    }

    /// <summary>Ends all waiting after failures: what caused them may be fixed.</summary>
    public void RetryNow()
    {
        _isRetryWanted = true;
        _wake.Set();
    }

    /// <summary>Runs what there is to do on this thread, if the loop waits: where no other thread is free.</summary>
    public void RunHere() => _wake.RunHere();

    /// <summary>Runs until it is cancelled; a request that is in flight then is cut off, and its events stay in the outbox.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration ending = cancellationToken.UnsafeRegister(static wake => ((WakeSignal)wake!).Set(), _wake);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                TimeSpan wait = await StepAsync(cancellationToken).ConfigureAwait(false);
                _consecutiveFaults = 0;
                _health.NoteFault(null);
                await _wake.WakeAfter(wait);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // Whatever goes wrong, the events stay in the outbox and are tried again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Log.DeliveryFaulted(_logger, exception);
                _health.NoteFault(exception);
                TimeSpan pause = _backoff.After(++_consecutiveFaults);
                _faultedUntil = Now + pause;

                // Something may have been left half done: all that is pending is read again.
                _reader.RewindAll();
                await _wake.WakeAfter(pause);
            }
        }

        await EndAsync().ConfigureAwait(false);
    }

    public void Dispose() => _wake.Dispose();

    /// <summary>Does what there is to do now. Only <see cref="RunAsync"/> calls it, and the model test, which is its own clock.</summary>
    /// <returns>How long there is nothing to do unless something happens.</returns>
    internal async ValueTask<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        // The step's one reading of the clock: a deadline that passed between two readings would be due for one part and past for another.
        TimeSpan now = Now;
        NoteRetry(now);
        if (now < _faultedUntil)
        {
            // An outbox that throws isn't asked again at once, whatever wakes the loop meanwhile.
            return _faultedUntil - now;
        }

        // Who waits for what is read before the lanes are filled: what is waited for has then been seen by them.
        PendingFlush[] flushes = _flushes.Snapshot();
        long?[] targets = Array.ConvertAll(flushes, waiter => waiter.Target);
        await ProcessResponsesAsync(now, cancellationToken).ConfigureAwait(false);
        await ProcessRegistrationsAsync(now, cancellationToken).ConfigureAwait(false);
        if (await HoldClaimAsync(now, cancellationToken).ConfigureAwait(false) is { } claim)
        {
            await _settlements.RetryAsync(claim, now, isLast: false, cancellationToken).ConfigureAwait(false);
            await _reader.FillAsync(claim, now, cancellationToken).ConfigureAwait(false);
            await RegisterAsync(claim, now, cancellationToken).ConfigureAwait(false);
            while (await PlanAsync(claim, now, cancellationToken).ConfigureAwait(false) is { } attempt)
            {
                Start(attempt.MadeIn(_policy.CircuitBreaker.Period, now), now, cancellationToken);
            }

            await SettleUnreadableAsync(claim, now, cancellationToken).ConfigureAwait(false);
        }

        await RemindAsync(now, cancellationToken).ConfigureAwait(false);
        await CompleteFlushesAsync(flushes, targets, now, cancellationToken).ConfigureAwait(false);
        return _users.HasLookups ? TimeSpan.Zero : TimeUntilNextStep(now);
    }

    private async ValueTask RemindAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        if (now >= _health.NextReminder)
        {
            OutboxStatistics statistics = await _outbox.GetStatisticsAsync(cancellationToken).ConfigureAwait(false);
            _health.Remind(statistics.Pending, now);
        }
    }

    private void NoteRetry(TimeSpan now)
    {
        if (!_isRetryWanted)
        {
            return;
        }

        _isRetryWanted = false;
        _faultedUntil = TimeSpan.Zero;
        _lease.TryNow();
        _policy.CircuitBreaker.TryNow(now);
        _registrations.TryNow(now);
        EndWaits(now);
    }

    /// <summary>
    /// Holds a claim, and gives it back while the configuration keeps all from being sent: another process may have the right key.
    /// </summary>
    private async ValueTask<IOutboxClaim?> HoldClaimAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        bool isClaimOfUse = _policy.CircuitBreaker.Reason != CircuitOpenReason.Configuration || _inFlight > 0 || now >= _policy.CircuitBreaker.NextTry;
        if (_lease.Claim is not null && isClaimOfUse && !_reader.HasAppended && IsRegistrationAllThereIs(now))
        {
            isClaimOfUse = false;
            _lease.LeaveToOthers(now);
        }

        if (_lease.IsLost || (!isClaimOfUse && _settlements.IsEmpty))
        {
            await GiveClaimBackAsync().ConfigureAwait(false);
        }

        if (isClaimOfUse && await _lease.TryTakeAsync(isUrgent: _reader.HasAppended, now, cancellationToken).ConfigureAwait(false) is { } taken)
        {
            _held.Load(taken.HeldNames, now);
            _reader.Begin(taken);
        }

        return _lease.Claim;
    }

    /// <summary>Whether all that could be sent waits for users who can't be registered with this configuration.</summary>
    private bool IsRegistrationAllThereIs(TimeSpan now) =>
        _registrations.IsBlockedByConfiguration(now) && _inFlight == 0 && _reader.IsExhausted;

    private async ValueTask GiveClaimBackAsync()
    {
        if (_lease.Claim is null)
        {
            return;
        }

        _settlements.Forget();
        _registrations.Reset();
        _reader.End();
        await _lease.GiveBackAsync().ConfigureAwait(false);
    }

    private void Start(ReportRequest attempt, TimeSpan now, CancellationToken cancellationToken)
    {
        _inFlight++;
        _rateLimiter.Take(now);
        foreach (EventLane lane in attempt.Lanes)
        {
            lane.InFlight = attempt;
        }

        _requests.RemoveAll(request => request.IsCompleted);
        _requests.Add(SendAsync(attempt, cancellationToken));
    }

    private async Task SendAsync(ReportRequest attempt, CancellationToken cancellationToken)
    {
        EngageResponse? response = null;
        try
        {
            using Activity? activity = TypedEventsTelemetry.ActivitySource.StartActivity("report events", ActivityKind.Client);
            activity?.SetTag("typedevents.events", attempt.Events.Length);
            response = await _send(attempt.Events[0].AppKey, attempt.Json(), cancellationToken).ConfigureAwait(false);
            activity?.SetTag("http.response.status_code", (int?)response.Status);
            activity?.SetTag("typedevents.code", response.Code);
            if (!response.IsAccepted)
            {
                activity?.SetStatus(ActivityStatusCode.Error, response.Describe(_health.Reports.Address));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end: the events are still pending.
        }
#pragma warning disable CA1031 // A given HttpClient may throw anything.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            response = new EngageResponse { TransportError = TransportError.CutOff, Exception = exception };
        }

        _ended.Enqueue((attempt, response));
        _wake.SetAndContinue();
    }

    /// <summary>Settles what was answered, and gives the claim back.</summary>
    private async Task EndAsync()
    {
        await Task.WhenAll(_requests).ConfigureAwait(false);
        try
        {
            using var timeout = new CancellationTokenSource(RetrySchedules.LastSettlementTimeout, _clock);
            TimeSpan now = Now;
            await ProcessResponsesAsync(now, timeout.Token).ConfigureAwait(false);
            await ProcessRegistrationsAsync(now, timeout.Token).ConfigureAwait(false);
            if (_lease.Claim is { } claim)
            {
                await _settlements.RetryAsync(claim, now, isLast: true, timeout.Token).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // What couldn't be settled is sent again under the same id.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.DeliveryFaulted(_logger, exception);
        }

        await GiveClaimBackAsync().ConfigureAwait(false);
        _flushes.End();
    }
}
