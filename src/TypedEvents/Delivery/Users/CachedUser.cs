namespace TypedEvents;

/// <summary>The EUID of a user's external id, since when it is known, and what follows from the id.</summary>
internal sealed class CachedUser(in RegisteredUser registered)
{
    private volatile bool _isUsed;
    private volatile bool _isPersisted;

    public Euid Euid { get; } = registered.Euid;

    public DateTimeOffset RegisteredAt { get; } = registered.RegisteredAt;

    /// <summary>The partition of the user's events, so that it isn't computed for each.</summary>
    public int Partition { get; } = TypedEvents.Outbox.Partition.Of(registered.User);

    /// <summary>Whether the outbox knows it, too, should the process end.</summary>
    public bool IsPersisted => _isPersisted;

    /// <summary>Whether it was looked up since it was last asked.</summary>
    public bool IsUsed => _isUsed;

    public void NoteUse()
    {
        // Written only once, so that threads that track for the same user don't contend for its cache line.
        if (!_isUsed)
        {
            _isUsed = true;
        }
    }

    public void NotePersisted() => _isPersisted = true;

    public void ForgetUse() => _isUsed = false;
}
