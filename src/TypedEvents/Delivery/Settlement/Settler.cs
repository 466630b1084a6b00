using System.Globalization;
using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>Makes what a disposition says happen in the outbox, and logs what people have to know of it.</summary>
/// <remarks>Settlements are made in sequence: one begins when the one before has ended, or was remembered for later.</remarks>
/// <param name="queue">Those that can't be made now.</param>
/// <param name="held">The names on hold.</param>
/// <param name="logger">The log.</param>
/// <param name="onSettled">Is called when the outbox may have room again.</param>
/// <param name="onReleased">Is called when the outbox gives the events of a name again.</param>
/// <param name="deadLetters">Is told of dead letters; <see langword="null"/>: nobody is.</param>
internal sealed class Settler(SettlementQueue queue, HeldNameSchedule held, ILogger logger, Action onSettled, Action onReleased, DeadLetterNotifier? deadLetters)
{
    private long _deliveredCount;

    /// <summary>The number of events that were settled as delivered.</summary>
    public long DeliveredCount => Interlocked.Read(ref _deliveredCount);

    /// <summary>Settles events that EngageLab accepted, and releases their names.</summary>
    public async ValueTask SettleDeliveredAsync(IOutboxClaim claim, OutboxEvent[] events, TimeSpan now, CancellationToken cancellationToken)
    {
        var change = new OutboxChange((claim, token) => claim.SettleDeliveredAsync(events, token), isSettled => Interlocked.Add(ref _deliveredCount, isSettled ? events.Length : 0));
        await queue.ApplyAsync(claim, events, change, now, cancellationToken).ConfigureAwait(false);
        foreach (OutboxEvent accepted in held.Names.Count > 0 ? events : [])
        {
            if (held.Remove(accepted.EventName))
            {
                await ReleaseAsync(claim, accepted.EventName, now, cancellationToken).ConfigureAwait(false);
            }
        }

        onSettled();
    }

    /// <summary>Makes events dead letters.</summary>
    public async ValueTask SettleDeadLettersAsync(IOutboxClaim claim, OutboxEvent[] events, DeadLetterReason reason, TimeSpan now, CancellationToken cancellationToken)
    {
        DeadLetteredEvent[] copies = deadLetters is null ? [] : DeadLetterNotifier.Copy(events, reason);
        var change = new OutboxChange((claim, token) => claim.SettleDeadLetterAsync(events, reason, token), isSettled => NotifyOf(copies, isSettled));
        await queue.ApplyAsync(claim, events, change, now, cancellationToken).ConfigureAwait(false);
        onSettled();
    }

    /// <summary>Makes an event a dead letter, and logs it with what EngageLab said.</summary>
    public ValueTask SettleDeadLetterAsync(IOutboxClaim claim, OutboxEvent[] events, DeadLetterReason reason, string problem, TimeSpan now, CancellationToken cancellationToken)
    {
        Log.EventDeadLettered(logger, events[0].EventName, events[0].Position, reason.Kind.ToString(), problem);
        return SettleDeadLettersAsync(claim, events, reason, now, cancellationToken);
    }

    /// <summary>Makes the events dead letters that can never be sent: the events behind them are.</summary>
    public ValueTask SettleUnreadableAsync(IOutboxClaim claim, OutboxEvent[] events, TimeSpan now, CancellationToken cancellationToken)
    {
        if (events.Length == 0)
        {
            return default;
        }

        var reason = new DeadLetterReason(DeadLetterKind.Unreadable, null, "Its JSON has no free placeholder for the EUID of its user.");
        return SettleDeadLetterAsync(claim, events, reason, reason.Message!, now, cancellationToken);
    }

    /// <summary>Has the outbox hold a name.</summary>
    public ValueTask HoldAsync(IOutboxClaim claim, string eventName, TimeSpan now, CancellationToken cancellationToken)
    {
        Log.NameHeld(logger, eventName);
        return queue.ApplyAsync(claim, [], new OutboxChange((claim, token) => claim.HoldAsync(eventName, token)), now, cancellationToken);
    }

    /// <summary>Saves users that were registered, by a change of its own among the settlements.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="save">Saves them.</param>
    /// <param name="onSaved">Is called when the outbox has them.</param>
    /// <param name="now">The time of the step.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public ValueTask SaveUsersAsync(IOutboxClaim claim, Func<CancellationToken, ValueTask> save, Action onSaved, TimeSpan now, CancellationToken cancellationToken)
    {
        return queue.ApplyAsync(claim, [], new OutboxChange(SaveAsync, _ => onSaved()), now, cancellationToken);

        async ValueTask<bool> SaveAsync(IOutboxClaim claim, CancellationToken token)
        {
            await save(token).ConfigureAwait(false);
            return true;
        }
    }

    /// <summary>Why an event becomes a dead letter, in EngageLab's words where it said any.</summary>
    public static DeadLetterReason ReasonOf(DeadLetterKind kind, EngageResponse response) => new(
        kind,
        response.Code,
        !string.IsNullOrEmpty(response.Message) ? response.Message
        : response.TransportError != TransportError.None ? $"No complete response ({response.TransportError.ToString()})."
        : $"HTTP status {((int?)response.Status)?.ToString(CultureInfo.InvariantCulture)}.");

    private ValueTask ReleaseAsync(IOutboxClaim claim, string eventName, TimeSpan now, CancellationToken cancellationToken)
    {
        Log.NameReleased(logger, eventName);

        // Read again when the outbox gives them, which may be later than now.
        var change = new OutboxChange((claim, token) => claim.ReleaseAsync(eventName, token), _ => onReleased());
        return queue.ApplyAsync(claim, [], change, now, cancellationToken);
    }

    private void NotifyOf(DeadLetteredEvent[] settled, bool isSettled)
    {
        if (isSettled)
        {
            deadLetters?.Notify(settled);
        }
    }
}
