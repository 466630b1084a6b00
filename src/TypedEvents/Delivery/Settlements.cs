using Microsoft.Extensions.Logging;

namespace TypedEvents;

/// <summary>A change of the outbox that follows from an answer.</summary>
internal delegate ValueTask<bool> OutboxChange(IOutboxClaim claim, CancellationToken cancellationToken);

/// <summary>
/// Makes the changes that follow from answers. Those that the outbox can't make now, such as on a full disk, are remembered and made
/// later, in their order; their events aren't sent again meanwhile. After a crash they are, with the same id.
/// </summary>
internal sealed class Settlements(ILogger logger)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly Queue<(OutboxChange Change, long[] Positions)> _due = [];
    private readonly HashSet<long> _positions = [];

    /// <summary>When what is due is tried next; <see langword="null"/>: nothing is.</summary>
    public TimeSpan? NextTry { get; private set; }

    public bool IsEmpty => _due.Count == 0;

    /// <summary>Whether an event is as good as gone.</summary>
    public bool Contains(long position) => _positions.Contains(position);

    /// <summary>Makes a change now, or remembers it.</summary>
    public async ValueTask ApplyAsync(IOutboxClaim claim, OutboxEvent[] events, OutboxChange change, TimeSpan now, CancellationToken cancellationToken)
    {
        if (_due.Count > 0 || !await TryAsync(claim, change, cancellationToken).ConfigureAwait(false))
        {
            long[] positions = Array.ConvertAll(events, settled => settled.Position);
            _due.Enqueue((change, positions));
            _positions.UnionWith(positions);
            NextTry ??= now + RetryInterval;
        }
    }

    /// <summary>Makes the changes that are due, or all where there is no later time.</summary>
    public async ValueTask RetryAsync(IOutboxClaim claim, TimeSpan now, bool isLast, CancellationToken cancellationToken)
    {
        if (NextTry > now && !isLast)
        {
            return;
        }

        while (_due.TryPeek(out (OutboxChange Change, long[] Positions) first))
        {
            if (!await TryAsync(claim, first.Change, cancellationToken).ConfigureAwait(false))
            {
                NextTry = now + RetryInterval;
                return;
            }

            _due.Dequeue();
            _positions.ExceptWith(first.Positions);
        }

        if (NextTry is not null)
        {
            NextTry = null;
            Log.SettlementRecovered(logger);
        }
    }

    /// <summary>The claim is lost: whoever has it next sends the events again.</summary>
    public void Forget()
    {
        _due.Clear();
        _positions.Clear();
        NextTry = null;
    }

    /// <returns>Whether it is made, or needn't be since the claim is lost.</returns>
    private async ValueTask<bool> TryAsync(IOutboxClaim claim, OutboxChange change, CancellationToken cancellationToken)
    {
        try
        {
            await change(claim, cancellationToken).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // Whatever goes wrong, it is tried again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (NextTry is null)
            {
                Log.SettlementFailed(logger, exception);
            }

            return false;
        }
    }
}
