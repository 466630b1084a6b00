using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>
/// Takes events, keeps them in an outbox, delivers them to EngageLab in batches, and accounts for every one. An application
/// makes one, uses it from any thread, and stops it at its end.
/// </summary>
public sealed partial class EventTracker : IEventTracker, IAsyncDisposable
{
    private readonly EventTrackerOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly EngageApi _api;
    private readonly IEventOutbox _outbox;
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
        _logger = logger;
        _clock = options.TimeProvider;
        _api = api;
        _outbox = options.Outbox ?? new MemoryOutbox(timeProvider: _clock);
        _targets = new TargetAdder(_outbox, _clock, _logger);
        _diagnostics = new EventDiagnostics(_logger);
        _users = new UserCache(options.UserCacheSize);
        _buffer = new EventBuffer(options.BufferBytes, options.AppKey, _clock);
        _delivery = new DeliveryLoop(
            _outbox,
            _api.ReportAsync,
            _api.RegisterAsync,
            _users,
            _api.ReportAddress,
            _api.RegisterAddress,
            options.ToDeliverySettings(),
            _clock,
            _logger,
            onSettled: OnSettled,
            Random.Shared);
        _appender = new OutboxAppender(_buffer, _outbox, _logger, OnAppended);
        _outboxStatistics = new StatisticsReader(_outbox);
        _evictions = new EvictionWatch(_outboxStatistics, _clock, _logger);
        _metrics = new TrackerMetrics(this, _outboxStatistics);
        OptionContradictions.Log(options, _logger);

        // The loops outlive whatever request or activity made the tracker, and are no part of it.
        // The appender has nothing to do yet, and has to be there at the stop even if no thread of the pool is free until then.
        _appending = DetachedContext.StartHere(() => _appender.RunAsync(_ending.Token));
        _delivering = DetachedContext.Start(() => _delivery.RunAsync(_ending.Token));
    }

    /// <summary>Where the events are until they are delivered: its dead letters and its pending events can be listed, replayed and purged.</summary>
    public IEventOutbox Outbox => _outbox;

    /// <summary>What the tracker did with each call. It can be read at any time, also after the end.</summary>
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
                OldestBufferedAge = statistics.OldestTimestamp is { } oldest ? _clock.GetElapsedTime(oldest) : TimeSpan.Zero,
                NonFiniteNumbersOmitted = _diagnostics.NonFiniteNumbersOmitted,
                StringsTruncated = _diagnostics.StringsTruncated,
                ValidationFailures = _diagnostics.ValidationFailures,
            };
        }
    }

    /// <summary>Makes a tracker and starts its delivery.</summary>
    /// <param name="configure">Sets the options; <c>ApiKey</c> and <c>ApiSecret</c> are required. Later changes have no effect.</param>
    /// <remarks>
    /// All options are checked before the outbox is touched. When this throws, the outbox of the options has been disposed: an
    /// <c>Outbox</c> that was opened in <paramref name="configure"/> has no other owner.
    /// </remarks>
    /// <exception cref="ArgumentException">An option has no legal value: the message names it and what is legal.</exception>
    /// <exception cref="InvalidOperationException">
    /// The outbox is for another <c>BaseAddress</c> or project: the message names both and the remedies.
    /// </exception>
    public static EventTracker Create(Action<EventTrackerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new EventTrackerOptions();
        EngageApi? api = null;
        try
        {
            configure(options);
            options = options.Copy();

            // Nothing that can be wrong is left when the outbox is bound: it remembers the address for good.
            EventTrackerOptionsValidator.Validate(options);
            var logger = new SafeLogger(new TrackerLogger(options.LoggerFactory?.CreateLogger<EventTracker>(), Console.Error));
            api = new EngageApi(options.ToApiOptions());
            options.Outbox?.BindTo(options.ToOutboxTarget(options.ApiKey));
            return new EventTracker(options, logger, api);
        }
        catch
        {
            api?.Dispose();
            DisposeQuietly(options.Outbox);
            throw;
        }
    }

    /// <summary>Disposes an outbox that came to no tracker, and lets the exception that says why be the one that is seen.</summary>
    private static void DisposeQuietly(IEventOutbox? outbox)
    {
        if (outbox is null)
        {
            return;
        }

        // Somebody else's outbox may want to go on where it was called, which is the thread that waits for it here.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            outbox.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
#pragma warning disable CA1031 // Whatever it throws says less than what went wrong before.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <inheritdoc/>
    public TrackResult Track<TEvent>(EngageUser user, TEvent value, EventContext context = default)
        where TEvent : IEngageEvent<TEvent>
    {
        ScratchBuffer scratch = ScratchBuffer.Rent();
        try
        {
            if (TryWrite(scratch, user, in value, context, out EngageUser unknown, out ReadOnlySpan<byte> json) is { } reason)
            {
                return Drop(reason);
            }

            TrackResult result = _buffer.TryAdd(Partition.Of(user), TEvent.Schema, unknown, json, isWaiting: false, out _, out bool isHandOverDue);
            if (isHandOverDue)
            {
                _appender.Arm();
            }

            if (result == TrackResult.BufferFull)
            {
                _diagnostics.NoteBufferFull();
            }
            else if (result == TrackResult.Closed)
            {
                _diagnostics.NoteTrackedAfterStop(TEvent.Schema.Name);
            }

            return result;
        }
        finally
        {
            ScratchBuffer.Return(scratch);
        }
    }

    /// <inheritdoc/>
    public ValueTask<TrackResult> TrackAsync<TEvent>(
        EngageUser user,
        TEvent value,
        EventContext context = default,
        CancellationToken cancellationToken = default)
        where TEvent : IEngageEvent<TEvent>
    {
        if (cancellationToken.IsCancellationRequested)
        {
            _buffer.Drop(DropReason.Cancelled);
            return ValueTask.FromCanceled<TrackResult>(cancellationToken);
        }

        ScratchBuffer scratch = ScratchBuffer.Rent();
        try
        {
            if (TryWrite(scratch, user, in value, context, out EngageUser unknown, out ReadOnlySpan<byte> json) is { } reason)
            {
                return ValueTask.FromResult(Drop(reason));
            }

            Task roomMade = _buffer.RoomMade;
            TrackResult result = _buffer.TryAdd(Partition.Of(user), TEvent.Schema, unknown, json, isWaiting: true, out Task<bool>? appended, out _);
            _appender.Wake();
            if (result == TrackResult.Closed)
            {
                _diagnostics.NoteTrackedAfterStop(TEvent.Schema.Name);
            }

            return result switch
            {
                TrackResult.Accepted => new(WaitUntilAppendedAsync(appended!, cancellationToken)),
                TrackResult.BufferFull => new(AddWhenThereIsRoomAsync(Partition.Of(user), TEvent.Schema, unknown, json.ToArray(), roomMade, cancellationToken)),
                _ => ValueTask.FromResult(result),
            };
        }
        catch (EventValidationException exception)
        {
            return ValueTask.FromException<TrackResult>(exception);
        }
        finally
        {
            ScratchBuffer.Return(scratch);
        }
    }

    /// <summary>
    /// Uses other credentials from the next request on: rotation without a restart. Events that wait because the old ones were
    /// rejected are tried at once. They have to be of the same project: a durable outbox is told the new key's hash, so that it can be opened
    /// with either.
    /// </summary>
    /// <param name="apiKey">The API key of the project.</param>
    /// <param name="apiSecret">The API secret of the project.</param>
    /// <exception cref="ArgumentException">One is missing, or the key holds a colon.</exception>
    public void UseCredentials(string apiKey, string apiSecret)
    {
        _api.UseCredentials(apiKey, apiSecret);
        _targets.Add(_options.ToOutboxTarget(apiKey), _ending.Token);
        _delivery.RetryNow();
    }

    /// <summary>
    /// Writes an event into the scratch buffer, and says why if it can't be tracked. The EUID of a user that is not yet known is left
    /// blank.
    /// </summary>
    /// <exception cref="EventValidationException">A value breaks a rule, and the options say that this throws. The event is counted.</exception>
    private DropReason? TryWrite<TEvent>(
        ScratchBuffer scratch,
        EngageUser user,
        in TEvent value,
        EventContext context,
        out EngageUser unknown,
        out ReadOnlySpan<byte> json)
        where TEvent : IEngageEvent<TEvent>
    {
        unknown = default;
        json = default;
        InvalidValue? rejection = null;
        if (_buffer.IsClosed)
        {
            _diagnostics.NoteTrackedAfterStop(NameOf<TEvent>());
            return DropReason.Closed;
        }

        try
        {
            if (!user.IsValid)
            {
                _diagnostics.NoteInvalid(TEvent.Schema.Name, $"its user has no id: default(EngageUser) and default(Euid) are nobody, and an external id has 1 to {EngageUser.MaxIdentityLength} characters.", null);
                return DropReason.Invalid;
            }

            if (!user.TryGetEuid(out Euid euid) && !_users.TryUse(user, out euid))
            {
                if (!user.IsWellFormed)
                {
                    _diagnostics.NoteInvalid(TEvent.Schema.Name, "its user's external id holds half of a surrogate pair, which can't be sent.", null);
                    return DropReason.Invalid;
                }

                euid = EuidPlaceholder.LongestEuid;
                unknown = user;
            }

            // Without the first half, a struct would be boxed where the compiler doesn't optimize.
            if (!typeof(TEvent).IsValueType && value is null)
            {
                _diagnostics.NoteInvalid(TEvent.Schema.Name, "the event is null.", null);
                return DropReason.Invalid;
            }

            if (context.OccurredAt == default(DateTimeOffset))
            {
                _diagnostics.NoteInvalid(TEvent.Schema.Name, "its OccurredAt is default(DateTimeOffset), which is a time that nobody set: leave it null and the event gets the time of the call.", null);
                return DropReason.Invalid;
            }

            if (context.RandomId is "")
            {
                _diagnostics.NoteInvalid(TEvent.Schema.Name, "its RandomId is empty: leave it null and the event gets a new one.", null);
                return DropReason.Invalid;
            }

            if (context.RandomId is { } randomId && !WellFormedText.IsWellFormed(randomId))
            {
                _diagnostics.NoteInvalid(TEvent.Schema.Name, "its RandomId holds half of a surrogate pair, which can't be sent.", null);
                return DropReason.Invalid;
            }

            if (_options.Filter is { } filter && !filter(user, TEvent.Schema.Name))
            {
                return DropReason.Filtered;
            }

            scratch.Begin(_options.MaxEventBytes, _options.MaxStringBytes ?? int.MaxValue, _options.ValidationFailures);
            bool isWithinLimit = EventEnvelope.TryWrite(scratch, euid, in value, context, _clock, out json);
            if (unknown.IsExternalId && isWithinLimit)
            {
                EuidPlaceholder.Clear(scratch.Room, TEvent.Schema.Name);
            }

            if (scratch.HasDiagnostics)
            {
                _diagnostics.Note(TEvent.Schema, scratch);
                rejection = scratch.Rejection;
            }

            if (rejection is null && !isWithinLimit)
            {
                _diagnostics.NoteTooLarge(TEvent.Schema, _options.MaxEventBytes);
                return DropReason.TooLarge;
            }
        }
#pragma warning disable CA1031 // A getter is the user's code: what it throws must not reach the place that tracks.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _diagnostics.NoteInvalid(NameOf<TEvent>(), "one of its getters, or the filter, threw an exception.", exception);
            return DropReason.Invalid;
        }

        if (rejection is not { } broken)
        {
            return null;
        }

        if (scratch.ValidationFailures != ValidationFailurePolicy.Throw)
        {
            return DropReason.Invalid;
        }

        _buffer.Drop(DropReason.Invalid);
        throw new EventValidationException(TEvent.Schema.Name, broken.Property, broken.Rule);
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

    /// <summary>The event's name, or its type's where the type can't be initialized: its schema is among its static members.</summary>
    private static string NameOf<TEvent>()
        where TEvent : IEngageEvent<TEvent>
    {
        try
        {
            return TEvent.Schema.Name;
        }
#pragma warning disable CA1031 // An initializer is the user's code, too.
        catch (Exception)
#pragma warning restore CA1031
        {
            return typeof(TEvent).Name;
        }
    }

    private TrackResult Drop(DropReason reason)
    {
        _buffer.Drop(reason);
        return reason switch
        {
            DropReason.TooLarge => TrackResult.TooLarge,
            DropReason.Filtered => TrackResult.Filtered,
            DropReason.Closed => TrackResult.Closed,
            _ => TrackResult.Invalid,
        };
    }

    private async Task<TrackResult> AddWhenThereIsRoomAsync(
        int partition,
        EventSchema schema,
        EngageUser unknown,
        byte[] json,
        Task roomMade,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await roomMade.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                _buffer.Drop(DropReason.Cancelled);
                throw;
            }

            roomMade = _buffer.RoomMade;
            TrackResult result = _buffer.TryAdd(partition, schema, unknown, json, isWaiting: true, out Task<bool>? appended, out _);
            _appender.Wake();
            if (result != TrackResult.BufferFull)
            {
                return result == TrackResult.Accepted
                    ? await WaitUntilAppendedAsync(appended!, cancellationToken).ConfigureAwait(false)
                    : result;
            }
        }
    }

    private static async Task<TrackResult> WaitUntilAppendedAsync(Task<bool> appended, CancellationToken cancellationToken) =>
        await appended.WaitAsync(cancellationToken).ConfigureAwait(false) ? TrackResult.Accepted : TrackResult.Closed;
}
