using System.Runtime.CompilerServices;
using System.Text;

namespace TypedEvents.Testing;

/// <summary>
/// A tracker for tests. It processes an event as an <c>EventTracker</c> does (validation, filter, JSON), but records it before the call
/// returns instead of sending it, so that a test doesn't have to wait to know what wasn't tracked. All members are thread-safe.
/// </summary>
/// <remarks>
/// <see cref="Events"/> lists every call with its result. The assertions (<see cref="Of"/>, <see cref="Single"/>, <see cref="None"/>, <see cref="Nothing"/>
/// and the waiting ones) cover only accepted events, which a real tracker would send. After the tracker has been disposed, calls return
/// <see cref="TrackResult.Closed"/>.
/// </remarks>
public sealed partial class RecordingTracker : IEventTracker, IAccountingTracker, IAsyncDisposable, IDisposable
{
    private readonly EventDryRun _dryRun;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _waitTimeout;
    private readonly bool _throwsForValidation;
    private readonly Recording _recording = new();
    private readonly ForcedResults _forced = new();
    private readonly CallCounters _counters = new();
    private volatile bool _isClosed;

    /// <summary>Creates a tracker.</summary>
    /// <param name="configure">Sets the options; later changes have no effect.</param>
    /// <exception cref="ArgumentException">Options are invalid: the message names them and their valid values.</exception>
    public RecordingTracker(Action<RecordingTrackerOptions>? configure = null)
    {
        var options = new RecordingTrackerOptions();
        configure?.Invoke(options);
        if (options.WaitTimeout <= TimeSpan.Zero && options.WaitTimeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentException($"WaitTimeout must be more than zero or Timeout.InfiniteTimeSpan, but was {options.WaitTimeout}.", nameof(configure));
        }

        _dryRun = new EventDryRun(options.ToTrackerOptions());
        _clock = options.TimeProvider;
        _waitTimeout = options.WaitTimeout;
        _throwsForValidation = options.ValidationFailures == ValidationFailurePolicy.Throw;
    }

    /// <summary>
    /// Every call so far that had an event, in order, with its result: a copy, which doesn't change. It doesn't contain calls without an event
    /// (<see langword="null"/>).
    /// </summary>
    public IReadOnlyList<RecordedEvent> Events => _recording.Snapshot();

    /// <inheritdoc/>
    public TrackResult Track<TEvent>(EngageUser user, TEvent value, EventContext context = default)
        where TEvent : IEngageEvent<TEvent> =>
        Record(user, value, context, transaction: null, canBeFull: true);

    /// <inheritdoc/>
    public ValueTask<TrackResult> TrackAsync<TEvent>(EngageUser user, TEvent value, EventContext context = default, CancellationToken cancellationToken = default)
        where TEvent : IEngageEvent<TEvent> =>
        RecordAsync(user, value, context, transaction: null, canBeFull: false, cancellationToken);

    /// <summary>Completes at once with what <see cref="ReturnFlush"/> says; if it wasn't called, everything is settled.</summary>
    /// <inheritdoc/>
    public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<FlushResult>(cancellationToken)
            : ValueTask.FromResult(_counters.ToFlushResult(_forced.Flush));

    /// <summary>Returns the accepted events of a type, in order; empty if there are none.</summary>
    /// <typeparam name="TEvent">The event type.</typeparam>
    /// <param name="predicate">Which of them; <see langword="null"/>: all.</param>
    public IReadOnlyList<RecordedEvent<TEvent>> Of<TEvent>(Func<TEvent, bool>? predicate = null)
        where TEvent : IEngageEvent<TEvent> =>
        new Expectation<TEvent>(predicate, null).In(Events);

    /// <summary>Asserts that exactly one event of a type was accepted, and returns it.</summary>
    /// <typeparam name="TEvent">The event type.</typeparam>
    /// <param name="predicate">Which events count; <see langword="null"/>: all of the type.</param>
    /// <param name="predicateText">The predicate's text, which the compiler fills in.</param>
    /// <exception cref="EventAssertionException">There is none, or more than one.</exception>
#pragma warning disable CA1720 // It is the name that assertion libraries use.
    public RecordedEvent<TEvent> Single<TEvent>(
#pragma warning restore CA1720
        Func<TEvent, bool>? predicate = null,
        [CallerArgumentExpression(nameof(predicate))] string? predicateText = null)
        where TEvent : IEngageEvent<TEvent>
    {
        var expectation = new Expectation<TEvent>(predicate, predicateText);
        IReadOnlyList<RecordedEvent> recorded = Events;
        return expectation.In(recorded) switch
        {
            [var only] => only,
            [] => throw expectation.NewFailure($"Expected one {expectation}, but none was accepted.", recorded),
            var several => throw Failure.New(
                Listed(new StringBuilder($"Expected one {expectation}, but {several.Count} were accepted:"), several),
                recorded),
        };
    }

    /// <summary>Asserts that no event of a type was accepted. Events that are tracked later aren't checked.</summary>
    /// <typeparam name="TEvent">The event type.</typeparam>
    /// <param name="predicate">Which events count; <see langword="null"/>: all of the type.</param>
    /// <param name="predicateText">The predicate's text, which the compiler fills in.</param>
    /// <exception cref="EventAssertionException">There is one.</exception>
    public void None<TEvent>(
        Func<TEvent, bool>? predicate = null,
        [CallerArgumentExpression(nameof(predicate))] string? predicateText = null)
        where TEvent : IEngageEvent<TEvent>
    {
        var expectation = new Expectation<TEvent>(predicate, predicateText);
        IReadOnlyList<RecordedEvent> recorded = Events;
        if (expectation.In(recorded) is { Count: > 0 } found)
        {
            throw Failure.New(Listed(new StringBuilder($"Expected no {expectation}, but {found.Count} were accepted:"), found), recorded);
        }
    }

    /// <summary>Asserts that no event at all was accepted. Events that are tracked later aren't checked.</summary>
    /// <exception cref="EventAssertionException">There is one.</exception>
    public void Nothing()
    {
        IReadOnlyList<RecordedEvent> recorded = Events;
        int accepted = recorded.Count(item => item.Result == TrackResult.Accepted);
        if (accepted > 0)
        {
            throw Failure.New(new StringBuilder($"Expected no event, but {accepted} were accepted."), recorded);
        }
    }

    /// <summary>
    /// Waits until an event of a type is accepted, for code that tracks in the background; an event that is recorded already counts. It doesn't poll.
    /// </summary>
    /// <typeparam name="TEvent">The event type.</typeparam>
    /// <param name="predicate">Which events count; <see langword="null"/>: all of the type.</param>
    /// <param name="timeout">
    /// How long, in real time: more than zero, or <see cref="Timeout.InfiniteTimeSpan"/>. <see langword="null"/>: <see cref="RecordingTrackerOptions.WaitTimeout"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="predicateText">The predicate's text, which the compiler fills in.</param>
    /// <returns>The first such event.</returns>
    /// <exception cref="EventAssertionException">There was none in time, or the tracker was disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
#pragma warning disable RS0026 // The overload with a count requires it.
    public async Task<RecordedEvent<TEvent>> WaitForAsync<TEvent>(
#pragma warning restore RS0026
        Func<TEvent, bool>? predicate = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default,
        [CallerArgumentExpression(nameof(predicate))] string? predicateText = null)
        where TEvent : IEngageEvent<TEvent> =>
        (await WaitAsync(new Expectation<TEvent>(predicate, predicateText), 1, timeout, cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Waits until a number of events of a type are accepted, those that are recorded already included. It doesn't poll.</summary>
    /// <typeparam name="TEvent">The event type.</typeparam>
    /// <param name="count">How many: at least 1.</param>
    /// <param name="timeout">
    /// How long, in real time: more than zero, or <see cref="Timeout.InfiniteTimeSpan"/>. <see langword="null"/>: <see cref="RecordingTrackerOptions.WaitTimeout"/>.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The first <paramref name="count"/> of them.</returns>
    /// <exception cref="EventAssertionException">There were fewer in time, or the tracker was disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
#pragma warning disable RS0026 // As above.
    public Task<IReadOnlyList<RecordedEvent<TEvent>>> WaitForAsync<TEvent>(int count, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
#pragma warning restore RS0026
        where TEvent : IEngageEvent<TEvent>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return WaitAsync(new Expectation<TEvent>(null, null), count, timeout, cancellationToken);
    }

    /// <summary>
    /// Enumerates the calls with their results, from the first one since the last <see cref="Clear"/> on, and waits for further ones. It ends when the
    /// tracker is disposed.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public IAsyncEnumerable<RecordedEvent> ReadAsync(CancellationToken cancellationToken = default) => _recording.ReadAsync(cancellationToken);

    /// <summary>
    /// Makes the next calls return a result, for example that of a tracker whose buffer is full or that has been stopped. Several calls of this method
    /// queue their results one after the other. An event that would be rejected in any case keeps its own result, and <c>TrackAsync</c> never returns
    /// <see cref="TrackResult.BufferFull"/> (it waits for room), except within a transaction.
    /// </summary>
    /// <param name="result">The result; <see cref="TrackResult.Accepted"/> lets calls pass before the next result.</param>
    /// <param name="count">How many calls: at least 1.</param>
    public void Return(TrackResult result, int count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _forced.Add(result, count);
    }

    /// <summary>Makes <see cref="FlushAsync"/> return an outcome from now on, such as that of a server that is down.</summary>
    /// <param name="outcome">The outcome. Unless it is <see cref="FlushOutcome.Settled"/>, the events count as pending.</param>
    /// <param name="problem">The result's <see cref="FlushResult.Problem"/>.</param>
    public void ReturnFlush(FlushOutcome outcome, string? problem = null) => _forced.Flush = new ForcedFlush(outcome, problem);

    /// <summary>Returns what <see cref="Events"/> returns, and can forget it in the same step, so that no call is lost in between.</summary>
    /// <param name="clear">Whether to forget what is returned.</param>
    public IReadOnlyList<RecordedEvent> Snapshot(bool clear = false) => _recording.Snapshot(clear);

    /// <summary>Forgets the recorded calls. Results that <see cref="Return"/> has set stay.</summary>
    public void Clear() => _recording.Snapshot(clear: true);

    /// <summary>Writes one line for each call: its number, the time since the first one, the event and the result.</summary>
    /// <param name="writer">Where to, such as a test's output.</param>
    public void WriteTimeline(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (string line in EventText.Lines(Events))
        {
            writer.WriteLine(line);
        }
    }

    /// <summary>Closes the tracker and ends all waiting. What was recorded stays.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _recording.End();
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static StringBuilder Listed(StringBuilder message, IEnumerable<RecordedEvent> events)
    {
        foreach (RecordedEvent item in events)
        {
            message.AppendLine().Append("  ").Append(item);
        }

        return message;
    }

    private async Task<IReadOnlyList<RecordedEvent<TEvent>>> WaitAsync<TEvent>(
        Expectation<TEvent> expectation,
        int count,
        TimeSpan? timeout,
        CancellationToken cancellationToken)
        where TEvent : IEngageEvent<TEvent>
    {
        TimeSpan longest = timeout ?? _waitTimeout;
        if (longest <= TimeSpan.Zero && longest != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), longest, "The timeout must be more than zero or Timeout.InfiniteTimeSpan.");
        }

        Task<IReadOnlyList<RecordedEvent<TEvent>>> found = _recording.WaitAsync(expectation, count);
        try
        {
            return await found.WaitAsync(longest, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw NewFailure($"within {longest}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NewFailure("before the tracker was disposed");
        }
        finally
        {
            _recording.Forget(found);
        }

        EventAssertionException NewFailure(string limit)
        {
            IReadOnlyList<RecordedEvent> recorded = Events;
            int accepted = expectation.In(recorded).Count;
            string expected = count == 1 ? $"one {expectation}" : $"{count} {expectation}";
            return expectation.NewFailure($"Expected {expected} {limit}, but {(accepted == 0 ? "none" : $"only {accepted}")} came.", recorded);
        }
    }
}
