using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>
/// Tracks events, stores them in an outbox, delivers them to EngageLab in batches, and accounts for each one. An application
/// creates one tracker, uses it from any thread, and stops it when it ends.
/// </summary>
public sealed partial class EventTracker : IEventTracker, IAccountingTracker, IAsyncDisposable, IDisposable
{
    /// <summary>That of <c>ILogger&lt;EventTracker&gt;</c>, without its generic class.</summary>
    private const string LogCategory = $"{nameof(TypedEvents)}.{nameof(EventTracker)}";

    /// <summary>How long the claim is kept for a last reading of the statistics, in real time.</summary>
    private static readonly TimeSpan LongestNote = TimeSpan.FromMilliseconds(500);

    private readonly EventTrackerOptions _options;
    private readonly bool _isDisabled;
    private readonly int _maxEventBytes;
    private readonly int _maxStringBytes;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly EngageApi _api;
    private readonly IEventOutbox _outbox;
    private readonly OutboxInitializer _initializer;
    private readonly EventBuffer _buffer;
    private readonly UserCache _users;
    private readonly OutboxAppender _appender;
    private readonly DeliveryLoop _delivery;
    private readonly TargetAdder _targets;
    private readonly TrackerMetrics _metrics;
    private readonly EventDiagnostics _diagnostics;
    private readonly StatisticsReader _outboxStatistics;
    private readonly EvictionWatch _evictions;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _appending;
    private readonly Task _delivering;

    private EventTracker(EventTrackerOptions options, ILogger logger, EngageApi api)
    {
        _options = options;
        _maxEventBytes = options.MaxEventBytes;
        _maxStringBytes = options.MaxStringBytes ?? int.MaxValue;
        _logger = logger;
        _clock = options.TimeProvider;
        _api = api;
        _outbox = options.Outbox ?? new MemoryOutbox(timeProvider: _clock);
        _initializer = new OutboxInitializer(_outbox, options.ToOutboxOpening() with { Wake = () => _delivery!.Wake() }, new Backoff(Random.Shared), _clock, _logger);
        _isDisabled = !options.Enabled;
        _targets = new TargetAdder(_outbox, _initializer, _clock, _logger);
        _diagnostics = new EventDiagnostics(_logger);
        _users = new UserCache(options.UserCacheSize);
        _buffer = new EventBuffer(options.BufferBytes, options.AppKey, _clock);
        _delivery = new DeliveryLoop(
            _outbox,
            ReportAsync,
            _api.RegisterAsync,
            _users,
            _api.ReportAddress,
            _api.RegisterAddress,
            options.ToDeliverySettings(),
            _clock,
            _logger,
            onSettled: OnSettled,
            Random.Shared,
            options.Observer,
            options.OnDeadLetter is { } callback ? new DeadLetterNotifier(callback, _logger) : null,
            NoteDiscardedAsync);
        _appender = new OutboxAppender(_buffer, _outbox, _initializer, _logger, OnAppended, options.Observer);
        _outboxStatistics = new StatisticsReader(_outbox, _initializer);
        _evictions = new EvictionWatch(_outboxStatistics, _clock, _logger);
        _outboxStatistics.Counts = () => _delivery.HasClaim;
        _metrics = new TrackerMetrics(this, _outboxStatistics, _clock, options.MeterFactory);
        OptionContradictions.Log(options, _logger);
        if (_isDisabled)
        {
            // The path of an accepted event has no check of its own for this: a closed buffer is what it checks in any case.
            _buffer.Close();
            _appending = _delivering = Task.CompletedTask;
            Log.TrackerDisabled(_logger);
            return;
        }

        // The loops outlive the request or activity in which the tracker is created, and must not be part of it.
        // The appender starts on this thread: it has nothing to do yet, and must be running at the stop even if the pool has no free thread until then.
        _ = DetachedContext.StartHere(() => _initializer.RunAsync(OnOpened, _ending.Token));
        _appending = DetachedContext.StartHere(() => _appender.RunAsync(_ending.Token));
        _delivering = DetachedContext.Start(() => _delivery.RunAsync(_initializer.Opened, _ending.Token));
    }

    /// <summary>The tracker's name (<see cref="EventTrackerOptions.Name"/>).</summary>
    public string Name => _options.Name;

    /// <summary>The time that a drain and the stop share (<see cref="EventTrackerOptions.ShutdownTimeout"/>).</summary>
    public TimeSpan ShutdownTimeout => _options.ShutdownTimeout;

    /// <summary>The outbox, which stores the events until they are delivered. Its dead letters and pending events can be listed, replayed and purged.</summary>
    public IEventOutbox Outbox => _outbox;

    /// <summary>The tracker's statistics. They can be read at any time, even after the tracker has been stopped.</summary>
    public TrackerStatistics Statistics
    {
        get
        {
            BufferStatistics statistics = _buffer.GetStatistics();
            return new TrackerStatistics
            {
                Tracked = statistics.Tracked,
                Buffered = statistics.Buffered,
                Appended = statistics.Appended,
                Dropped = statistics.ToDroppedEvents(),
                Enlisted = Interlocked.Read(ref _enlisted),
                FailedOpenings = _initializer.FailedAttempts,
                BufferUsage = BufferUsage,
                BufferLimit = BufferLimit,
                OldestBufferedAge = statistics.OldestTimestamp is { } oldest ? _clock.GetElapsedTime(oldest) : TimeSpan.Zero,
                NonFiniteNumbersOmitted = _diagnostics.NonFiniteNumbersOmitted,
                StringsTruncated = _diagnostics.StringsTruncated,
                ValidationFailures = _diagnostics.ValidationFailures,
            };
        }
    }

    /// <summary>Whether events are delivered at the moment, and if not, why not.</summary>
    public DeliveryState Delivery
    {
        get
        {
            if (_isDisabled)
            {
                return new DeliveryState { Reason = PauseReason.Disabled, Problem = DisabledProblem, At = _clock.GetUtcNow() };
            }

            DeliveryPause? pause = _delivery.Pause;
            return new DeliveryState
            {
                Reason = pause?.Reason switch
                {
                    null => null,
                    CircuitOpenReason.Configuration => PauseReason.Configuration,
                    CircuitOpenReason.Rejections => PauseReason.Rejections,
                    _ => PauseReason.Failures,
                },
                PausedSince = pause?.Since,
                NextAttemptAt = pause?.NextAttemptAt,
                LastAcceptedAt = _delivery.LastAcceptedAt,
                At = _clock.GetUtcNow(),
                IsOutboxOpen = _initializer.IsOpen,
                OutboxProblem = _initializer.Problem ?? _appender.Problem,
                Problem = CurrentProblem,
            };
        }
    }

    /// <summary>Creates a tracker and starts its delivery. This doesn't block: the outbox is opened in the background.</summary>
    /// <param name="configure">Sets the options; <c>ApiKey</c> and <c>ApiSecret</c> are required. Later changes have no effect.</param>
    /// <remarks>
    /// All options are checked before the outbox is touched. When this throws, the outbox of the options has been disposed: an
    /// <c>Outbox</c> that was opened in <paramref name="configure"/> has no other owner. To find out whether the outbox can be used, call
    /// <see cref="StartAsync"/>; otherwise, a failure is only logged.
    /// </remarks>
    /// <exception cref="ArgumentException">Options are invalid: the message names each of them and its valid values.</exception>
    public static EventTracker Create(Action<EventTrackerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new EventTrackerOptions();
        try
        {
            configure(options);
        }
        catch
        {
            DisposeQuietly(options.Outbox);
            throw;
        }

        return Create(options);
    }

    /// <inheritdoc cref="Create(Action{EventTrackerOptions})"/>
    /// <param name="options">The options; <c>ApiKey</c> and <c>ApiSecret</c> are required. Later changes have no effect.</param>
    public static EventTracker Create(EventTrackerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        EngageApi? api = null;
        try
        {
            options = options.Copy();

            // Everything is validated before the outbox is opened, because it stores the address permanently.
            OptionFailure.ThrowIfAny(EventTrackerOptionsValidator.Find(options));
            var logger = new SafeLogger(new TrackerLogger(options.LoggerFactory?.CreateLogger(LogCategory), StandardError.WriteLine, options.Name == EventTrackerOptions.DefaultName ? null : options.Name));
            api = new EngageApi(options.ToApiOptions(), hasCredentials: options.Enabled);
            return new EventTracker(options, logger, api);
        }
        catch
        {
            api?.Dispose();
            DisposeQuietly(options.Outbox);
            throw;
        }
    }

    /// <summary>Disposes an outbox whose tracker couldn't be created, without hiding the exception that says why.</summary>
    private static void DisposeQuietly(IEventOutbox? outbox)
    {
        if (outbox is null)
        {
            return;
        }

        // A custom outbox may try to continue on the caller's synchronization context, whose thread is blocked here.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            outbox.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
#pragma warning disable CA1031 // The exception that is already being thrown says more.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>
    /// Waits until the outbox is open, for a program that doesn't want to start without it. Calling it is optional: the tracker opens its
    /// outbox in any case, and events are buffered until then.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OutboxUnusableException">
    /// The outbox can't be used by this tracker: it is for another <c>BaseAddress</c> or project, has a newer schema, or lacks a right. The
    /// message names the remedy.
    /// </exception>
    /// <exception cref="Exception">
    /// The outbox couldn't be opened at the moment, for example because a database is down; this is the outbox's exception. The tracker keeps trying,
    /// and so may a caller that calls this again.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled, or the tracker has been stopped.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_isDisabled)
        {
            return;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
        if (await _initializer.TryNowAsync().WaitAsync(either.Token).ConfigureAwait(false) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>
    /// Uses other credentials from the next request on, so that they can be rotated without a restart. Events that are pending because the old
    /// credentials were rejected are retried at once. The credentials must be those of the same project: a durable outbox saves the new key's hash, so
    /// that it can be opened with either key. A disabled tracker stays disabled.
    /// </summary>
    /// <param name="apiKey">The API key of the project.</param>
    /// <param name="apiSecret">The API secret of the project.</param>
    /// <exception cref="ArgumentException">One is missing, or the key contains a colon.</exception>
    public void UseCredentials(string apiKey, string apiSecret)
    {
        _api.UseCredentials(apiKey, apiSecret);
        if (_isDisabled)
        {
            return;
        }

        OutboxTarget target = _options.ToOutboxTarget(apiKey);
        _initializer.UseTarget(target);
        _targets.Add(target, _ending.Token);
        _delivery.RetryNow();
    }

    /// <summary>The number of events that this process has delivered.</summary>
    internal long DeliveredCount => _delivery.DeliveredCount;

    /// <summary>The bytes of the buffer that are in use.</summary>
    private long BufferUsage => _buffer.UsedBytes;

    /// <summary>The size of the buffer in bytes.</summary>
    private long BufferLimit => _options.BufferBytes;

    /// <summary>One attempt to report events, whose duration is a metric.</summary>
    private Task<EngageResponse> ReportAsync(string? appKey, IReadOnlyList<ReadOnlyMemory<byte>> events, CancellationToken cancellationToken)
    {
        if (!_metrics.IsReportRecorded)
        {
            return _api.ReportAsync(appKey, events, cancellationToken);
        }

        long began = _clock.GetTimestamp();
        Task<EngageResponse> reporting = _api.ReportAsync(appKey, events, cancellationToken);
        reporting.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() =>
        {
            if (reporting.IsCompletedSuccessfully)
            {
                _metrics.RecordReport(_clock.GetElapsedTime(began), reporting.Result);
            }
        });
        return reporting;
    }

    private void OnAppended()
    {
        _delivery.Wake();
        _evictions.Look();
    }

    private void OnSettled()
    {
        _appender.NoteRoom();
        _evictions.Look();
    }

    private void OnOpened()
    {
        _evictions.Begin();
        _appender.Wake();
    }

    /// <summary>
    /// Notes what the outbox has discarded while this process had the claim: later, another process may have it, and counts what is discarded then.
    /// </summary>
    private async ValueTask NoteDiscardedAsync()
    {
        if (!_outbox.IsDurable)
        {
            return;
        }

        try
        {
            await _outboxStatistics.ReadAsync(CancellationToken.None).AsTask().Observed().WaitAsync(LongestNote).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It is a metric. Whoever appends and settles meets the same fault, and says so.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
