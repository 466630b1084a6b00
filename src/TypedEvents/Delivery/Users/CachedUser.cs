namespace TypedEvents;

/// <summary>The EUID of a user's external id, and since when it is known.</summary>
internal sealed class CachedUser(Euid euid, DateTimeOffset registeredAt)
{
    private volatile bool _isUsed;
    private volatile bool _isPersisted;

    public Euid Euid => euid;

    public DateTimeOffset RegisteredAt => registeredAt;

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
