namespace TypedEvents;

/// <summary>What is probed while every request is rejected: in turn a quarantined event, a random one, and one of a name on hold.</summary>
internal sealed class ProbeRotation
{
    private static readonly AttemptKind[] Kinds = [AttemptKind.RetryQuarantined, AttemptKind.ProbeRandom, AttemptKind.ProbeHeldName];

    private uint _round;
    private uint _skipped;

    /// <summary>What is probed next; <see langword="null"/>: each kind was skipped in this round.</summary>
    public AttemptKind? Current => _skipped < Kinds.Length ? Kinds[(_round + _skipped) % Kinds.Length] : null;

    /// <summary>Whether the next random probe sends the first event of its user, which keeps the order; in turn with the event itself.</summary>
    public bool KeepsOrder { get; private set; } = true;

    /// <summary>There is no event of this kind that can be sent.</summary>
    public void Skip() => _skipped++;

    /// <summary>A random event was found: the next one is sent the other way.</summary>
    public void SwitchOrder() => KeepsOrder = !KeepsOrder;

    /// <summary>A probe is sent, or nothing can be probed: the next round begins with the next kind.</summary>
    public void EndRound()
    {
        _round++;
        _skipped = 0;
    }
}
