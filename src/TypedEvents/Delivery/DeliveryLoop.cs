using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>
/// Delivers the events of the outbox: it says in which order the parts do their work, what happens after a fault, and when it wakes next.
/// It is the one owner of retry: every way out of a request leaves its events settled, pending, or dead letters. All state belongs to
/// one task; requests only tell it that they ended.
/// </summary>
/// <remarks>
/// Two orders of a step are promises. Who waits for which events is read before the lanes are filled, so that what is waited for has been
/// seen by them. All users that the outbox may know are looked up before anything is sent, so that no event is sent before an earlier one
/// of its user. The others stand where they are kept: settlements in sequence (<see cref="SettlementQueue"/>), and a batch after a
/// quarantined event, and probes only with no report in flight (<see cref="SendPlanner"/>).
/// </remarks>
internal sealed class DeliveryLoop : IDisposable
{
    private readonly IEventOutbox _outbox;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly long _origin;
    private readonly Backoff _backoff;
    private readonly WakeSignal _wake;
    private readonly DeliveryPolicy _policy;
    private readonly HeldNameSchedule _held = new();
    private readonly UserResolver _users;
    private readonly RequestDispatcher _dispatcher;
    private readonly SettlementQueue _settlements;
    private readonly Settler _settler;
    private readonly OutboxLease _lease;
    private readonly ClaimHolder _claims;
    private readonly EventReader _reader;
    private readonly SendPlanner _planner;
    private readonly PlanLoader _loader;
    private readonly FlushCoordinator _flushes;
    private readonly DeliveryHealth _health;
    private readonly ResponseHandler _responses;
    private readonly PauseWatch _pauses;

    private TimeSpan _faultedUntil;
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
    /// <param name="observer">Is told when the loop is at work and when a request is, in tests.</param>
    /// <param name="deadLetters">Is told of dead letters; <see langword="null"/>: nobody is.</param>
    /// <param name="onGivingBack">Is called before the claim is given back, unless it is lost; <see langword="null"/>: nothing is called.</param>
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
        Random random,
        WorkObserver? observer = null,
        DeadLetterNotifier? deadLetters = null,
        Func<ValueTask>? onGivingBack = null)
    {
        _outbox = outbox;
        _clock = clock;
        _logger = logger;
        _origin = clock.GetTimestamp();
        _backoff = new Backoff(random);
        _wake = new WakeSignal(clock, observer);
        _policy = new DeliveryPolicy(settings.MaxConcurrentRequests, settings.MaxBatchEvents, _backoff);
        _users = new UserResolver(cache, outbox, settings, _backoff, clock);
        _dispatcher = new RequestDispatcher(send, register, reportAddress, registerAddress, settings, _wake, observer);
        _settlements = new SettlementQueue(logger);
        _lease = new OutboxLease(outbox, settings.AttemptTimeout, _wake.Set);
        _reader = new EventReader(outbox, settings, _policy, _dispatcher, _held, _settlements, _users, deadLetters);
        _claims = new ClaimHolder(_lease, _reader, _held, _settlements, _users, _dispatcher, _policy.CircuitBreaker, onGivingBack);
        _settler = new Settler(_settlements, _held, logger, onSettled, onReleased: _reader.RewindAll, deadLetters);
        _planner = new SendPlanner(_policy, _held, settings);
        _loader = new PlanLoader(_reader, outbox, settings, _dispatcher, _held, _settlements, random);
        _flushes = new FlushCoordinator(_policy, _dispatcher, _users, _settlements, _lease, _reader);
        _health = new DeliveryHealth(reportAddress, registerAddress, logger);
        _responses = new ResponseHandler(
            new ResponseClassifier(new List<int>(settings.TransientCodes)), _policy, _dispatcher, _users, _reader, _held, _settler, _health, clock);
        _pauses = new PauseWatch(_policy.CircuitBreaker, _users.Policy.CircuitBreaker, clock);
    }

    /// <summary>What keeps events from being delivered and what to check, or <see langword="null"/>.</summary>
    public string? Problem => (_health.Problem, _settlements.Problem) is ({ } failing, { } unsettled)
        ? $"{failing} {unsettled}"
        : _health.Problem ?? _settlements.Problem;

    /// <summary>Whether this process is the one that sends what the outbox has.</summary>
    public bool HasClaim => _lease.Claim is not null;

    /// <summary>The time in which one event at a time is tried; <see langword="null"/>: it isn't so.</summary>
    public DeliveryPause? Pause => _pauses.Current;

    /// <summary>When EngageLab last accepted events; <see langword="null"/>: never.</summary>
    public DateTimeOffset? LastAcceptedAt => _pauses.LastAcceptedAt;

    /// <summary>The number of events that EngageLab accepted and the outbox has settled, under this process's claims.</summary>
    public long DeliveredCount => _settler.DeliveredCount;

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

    /// <summary>Begins to hurry: what is there is sent at once, full batch or not, until the flush ends.</summary>
    /// <param name="isPatient">Whether it goes on waiting where only the server, or the way there, keeps events from being settled.</param>
    public PendingFlush BeginFlush(bool isPatient = false)
    {
        PendingFlush flush = _flushes.Add(isPatient);
        _wake.Set();
        return flush;
    }

    /// <summary>The outbox has all that is waited for.</summary>
    public void SetTarget(PendingFlush flush, long target)
    {
        _reader.NoteAppended();
        flush.Target = target;
        _wake.Set();
    }

    public void EndFlush(PendingFlush flush) => _flushes.Remove(flush);

    /// <summary>Runs what there is to do on this thread, if the loop waits: where no other thread is free.</summary>
    public void RunHere() => _wake.RunHere();

    /// <summary>Runs until it is cancelled; a request that is in flight then is cut off, and its events stay in the outbox.</summary>
    /// <param name="opened">Ends when the outbox is open: nothing is asked of it before.</param>
    /// <param name="cancellationToken">Ends the delivery.</param>
    public async Task RunAsync(Task opened, CancellationToken cancellationToken)
    {
        await opened.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using CancellationTokenRegistration ending = cancellationToken.UnsafeRegister(static wake => ((WakeSignal)wake!).Set(), _wake);
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                wait = await StepAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // Whatever goes wrong, the events stay in the outbox and are tried again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                wait = NoteFault(exception);
            }

            await _wake.WakeAfter(wait);
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
            // An outbox that throws isn't asked again at once, whatever wakes the loop meanwhile. That is no success: the next fault counts as
            // a consecutive one.
            return _faultedUntil - now;
        }

        FlushSnapshot flushes = _flushes.Snapshot();
        await HandleResponsesAsync(now, cancellationToken).ConfigureAwait(false);
        if (await _claims.HoldAsync(now, cancellationToken).ConfigureAwait(false) is { } claim)
        {
            await _settlements.RetryAsync(claim, now, isLast: false, cancellationToken).ConfigureAwait(false);
            if (!_lease.IsRecalled)
            {
                await SendDueAsync(claim, now, cancellationToken).ConfigureAwait(false);
            }

            await _settler.SettleUnreadableAsync(claim, _reader.TakeUnreadable(), now, cancellationToken).ConfigureAwait(false);
        }

        _pauses.Look(now, _lease.IsTakenByOthers);
        if (_lease.Claim is not null)
        {
            if (now >= _health.NextReminder)
            {
                _health.Remind(await _outbox.GetStatisticsAsync(cancellationToken).ConfigureAwait(false), now);
            }
        }
        else if (_lease.IsTakenByOthers)
        {
            _health.NoteOthersDeliver();
        }

        if (flushes.Flushes.Length > 0)
        {
            OutboxPositions positions = await _outbox.GetPositionsAsync(cancellationToken).ConfigureAwait(false);
            _flushes.Complete(flushes, positions, _isRetryWanted, NoteFlushed, now);
        }

        _consecutiveFaults = 0;
        _health.NoteFaultEnded();
        return _users.HasLookups || _reader.IsRefillDue ? TimeSpan.Zero : TimeUntilNextStep(now);
    }

    /// <summary>
    /// Reads what is pending, and makes the requests that are due as long as the claim is sure: looks up the users that the outbox may know,
    /// registers the others, and sends all that can be sent now.
    /// </summary>
    private async ValueTask SendDueAsync(IOutboxClaim claim, TimeSpan now, CancellationToken cancellationToken)
    {
        await _reader.FillAsync(claim, now, cancellationToken).ConfigureAwait(false);
        if (!_lease.IsSure)
        {
            return;
        }

        _users.Sweep(now);

        // A lookup has the lanes filled again, and perhaps others found whose events mustn't be sent after their own later ones.
        while (_users.HasLookups)
        {
            List<UnregisteredUser> passed = [];
            List<UnregisteredUser> known = await _users.LookUpAsync(passed, now, cancellationToken).ConfigureAwait(false);
            _reader.NotePassed(passed);
            _reader.RewindForKnown(known);
            await _reader.FillAsync(claim, now, cancellationToken).ConfigureAwait(false);
        }

        if (_dispatcher.MayRegister(now) && _users.Begin(isHurried: !_flushes.IsEmpty, now) is { } registration)
        {
            _dispatcher.Start(registration, now, cancellationToken);
        }

        while (_lease.IsSure && !_reader.IsRefillDue && _dispatcher.MayReport(now) && _planner.Next(_reader.View(), isHurried: !_flushes.IsEmpty, now) is { } plan)
        {
            LoadedPlan loaded = await _loader.LoadAsync(claim, plan, now, cancellationToken).ConfigureAwait(false);
            _planner.Note(plan, loaded.Outcome, loaded.Request?.Attempt, now);
            if (loaded.Request is { } request)
            {
                _dispatcher.Start(new ReportRequest(_policy.Begin(request.Attempt, now), request.Events), now, cancellationToken);
            }
        }
    }

    private void NoteRetry(TimeSpan now)
    {
        if (_isRetryWanted)
        {
            _isRetryWanted = false;
            _faultedUntil = TimeSpan.Zero;
            _lease.TryNow();
            _policy.TryNow(now);
            _users.TryNow(now);
        }
    }

    /// <returns>How long to wait.</returns>
    private TimeSpan NoteFault(Exception exception)
    {
        TimeSpan now = Now;
        TimeSpan pause = _backoff.After(++_consecutiveFaults);
        _faultedUntil = now + pause;
        _health.NoteFault(exception, now);

        // Something may have been left half done: all that is pending is read again.
        _reader.RewindAll();
        return pause;
    }

    private async ValueTask HandleResponsesAsync(TimeSpan now, CancellationToken cancellationToken)
    {
        while (_dispatcher.TryTake(out ReportRequest? request, out EngageResponse? response))
        {
            if (response is not null)
            {
                if (response.IsAccepted)
                {
                    _pauses.NoteAccepted();
                }

                await _responses.HandleAsync(request, response, _lease.Claim, now, cancellationToken).ConfigureAwait(false);
            }
        }

        while (_dispatcher.TryTake(out RegistrationRequest? request, out EngageResponse? response))
        {
            await _responses.HandleAsync(request, response, _lease.Claim, now, cancellationToken).ConfigureAwait(false);
        }

        _pauses.Look(now, _lease.IsTakenByOthers);
    }

    private void NoteFlushed(FlushOutcome outcome, OutboxPositions positions) =>
        _health.NoteRemainder(outcome, positions, _held.Names, _policy.QuarantinedCount, _users.OmittedCount);

    /// <param name="now">The time of the step, which has done all that was due then.</param>
    private TimeSpan TimeUntilNextStep(TimeSpan now)
    {
        var next = new EarliestTime(now);
        next.Add(_lease.NextDue(now));
        next.Add(_reader.NextDue(now));
        next.Add(_users.NextDue(now));
        next.Add(_policy.NextDue(now));
        next.Add(_held.NextDue(now));
        next.Add(_dispatcher.NextDue(now));
        next.Add(_settlements.NextDue);
        next.Add(_health.NextReminder);
        if (next.Value is not { } due)
        {
            return Timeout.InfiniteTimeSpan;
        }

        // The step took time: what has become due meanwhile is done at once.
        TimeSpan wait = due - Now;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    /// <summary>Settles what was answered, and gives the claim back.</summary>
    private async Task EndAsync()
    {
        await _dispatcher.WhenAllEnded().ConfigureAwait(false);
        try
        {
            using var timeout = new CancellationTokenSource(RetrySchedules.LastSettlementTimeout, _clock);
            TimeSpan now = Now;
            await HandleResponsesAsync(now, timeout.Token).ConfigureAwait(false);
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

        await _claims.GiveBackAsync().ConfigureAwait(false);
        _flushes.End();
        _wake.End();
    }
}
