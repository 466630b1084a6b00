using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>
/// Makes the changes that follow from responses. Those that the outbox can't make now, such as on a full disk, are remembered and made
/// later; their events aren't sent again meanwhile. After a crash they are, with the same id.
/// </summary>
/// <remarks>
/// One that fails holds up no settlement of other events: it goes behind them. The changes of names that are held keep their order.
/// </remarks>
internal sealed class SettlementQueue(ILogger logger)
{
    private readonly Queue<OutboxChange> _ofEvents = [];
    private readonly Queue<OutboxChange> _ofNames = [];
    private readonly HashSet<long> _positions = [];
    private volatile string? _problem;

    /// <summary>When what is due is tried next; <see langword="null"/>: nothing is.</summary>
    public TimeSpan? NextDue { get; private set; }

    /// <summary>Why what became of events can't be noted, or <see langword="null"/>.</summary>
    public string? Problem => _problem;

    public bool IsEmpty => _ofEvents.Count == 0 && _ofNames.Count == 0;

    /// <summary>Whether an event is as good as gone.</summary>
    public bool Contains(long position) => _positions.Contains(position);

    /// <summary>Makes a change now, or remembers it.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="events">The events that it settles; none: it holds or releases a name.</param>
    /// <param name="change">The change.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async ValueTask ApplyAsync(IOutboxClaim claim, OutboxEvent[] events, OutboxChange change, TimeSpan now, CancellationToken cancellationToken)
    {
        if (IsEmpty && await TryAsync(claim, change, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        NextDue ??= now + RetrySchedules.SettlementInterval;
        if (events.Length == 0)
        {
            _ofNames.Enqueue(change);
            return;
        }

        change.NotePositions(events);
        _ofEvents.Enqueue(change);
        _positions.UnionWith(change.Positions);
    }

    /// <summary>Makes the changes that are due, or all where there is no later time.</summary>
    public async ValueTask RetryAsync(IOutboxClaim claim, TimeSpan now, bool isLast, CancellationToken cancellationToken)
    {
        if (NextDue > now && !isLast)
        {
            return;
        }

        // After a failure the rest is tried the next time: the outbox as a whole may be what fails, and each attempt may take long.
        bool hasFailed = false;
        for (int left = _ofEvents.Count; left > 0 && (isLast || !hasFailed); left--)
        {
            OutboxChange due = _ofEvents.Dequeue();
            if (await TryAsync(claim, due, cancellationToken).ConfigureAwait(false))
            {
                _positions.ExceptWith(due.Positions);
            }
            else
            {
                hasFailed = true;
                _ofEvents.Enqueue(due);
            }
        }

        while (_ofNames.TryPeek(out OutboxChange? change) && await TryAsync(claim, change, cancellationToken).ConfigureAwait(false))
        {
            _ofNames.Dequeue();
        }

        if (!IsEmpty)
        {
            NextDue = now + RetrySchedules.SettlementInterval;
        }
        else if (NextDue is not null)
        {
            NextDue = null;
            _problem = null;
            Log.SettlementRecovered(logger);
        }
    }

    /// <summary>The claim is lost: whoever has it next sends the events again.</summary>
    public void Forget()
    {
        _ofEvents.Clear();
        _ofNames.Clear();
        _positions.Clear();
        _problem = null;
        NextDue = null;
    }

    /// <returns>Whether it is made, or needn't be since the claim is lost.</returns>
    private async ValueTask<bool> TryAsync(IOutboxClaim claim, OutboxChange change, CancellationToken cancellationToken)
    {
        try
        {
            bool isMade = await change.MakeAsync(claim, cancellationToken).ConfigureAwait(false);
            change.End(isMade);
            return true;
        }
#pragma warning disable CA1031 // Whatever goes wrong, it is tried again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (NextDue is null)
            {
                Log.SettlementFailed(logger, exception);
            }

            _problem = $"The outbox can't note what became of events that were sent: {exception.Message}";
            return false;
        }
    }
}
