namespace TypedEvents;

/// <summary>
/// The users with one kind of id whom a response omitted, as in a partial success, and when they are asked for again. An omission is held
/// against an id only by a response that gives another one its EUID: one that gives nobody any is a fault of the server, and says nothing
/// of the others that it gave before or gives after it.
/// </summary>
internal sealed class OmittedUsers(Backoff backoff)
{
    private readonly List<UnregisteredUser> _users = [];

    /// <summary>How many EUIDs were given, ever.</summary>
    private long _given;

    /// <summary>How often the users were asked for again while nobody got an EUID.</summary>
    private int _triesInVain;

    private TimeSpan _nextTry;

    /// <summary>Whether the last response gave somebody an EUID.</summary>
    private bool _hasEvidence;

    /// <summary>How many users weren't asked for again since.</summary>
    public int Count => _users.Count;

    /// <summary>When they are asked for again although nobody got an EUID meanwhile; <see langword="null"/>: there are none.</summary>
    public TimeSpan? NextTry => _users.Count > 0 ? _nextTry : null;

    /// <summary>
    /// A user whose EUID is known. It is asked for together with those who were omitted: a response that gives it its EUID again is
    /// evidence against them, though no new user comes.
    /// </summary>
    public EngageUser? Canary { get; private set; }

    /// <summary>Notes a user whose EUID is known.</summary>
    public void NoteKnown(EngageUser user) => Canary = user;

    /// <summary>Notes how many EUIDs a response gave.</summary>
    public void NoteResponse(int given, TimeSpan now)
    {
        _hasEvidence = given > 0;
        if (_hasEvidence)
        {
            _given += given;
            _triesInVain = 0;
            _nextTry = now;
        }
    }

    /// <summary>
    /// Whether it is about to be known whether a user has no EUID: others got theirs, or it is asked for again with the canary for the first time.
    /// </summary>
    public bool IsAboutToBeDecided(UnregisteredUser user) => _hasEvidence || (Canary is not null && user.Omissions == 1 && _triesInVain <= 1);

    /// <summary>Whether the last response shows that a user whom it omitted has no EUID: it was omitted before, and others got theirs.</summary>
    public bool IsMissing(UnregisteredUser user) => _hasEvidence && user.OmittedAt is not null;

    /// <summary>Adds a user whom the last response omitted.</summary>
    public void Add(UnregisteredUser user, TimeSpan now)
    {
        if (now >= _nextTry)
        {
            Postpone(now);
        }

        user.Omit(_given);
        _users.Add(user);
    }

    /// <summary>Has those who are here asked for again, as soon as possible.</summary>
    public void TryNow(TimeSpan now) => _nextTry = _nextTry < now ? _nextTry : now;

    /// <summary>
    /// Gives those who are asked for again: all for whom another one got an EUID since, or as many as one request takes, to see whether the
    /// server gives EUIDs again.
    /// </summary>
    public List<UnregisteredUser> TakeDue(TimeSpan now)
    {
        int withoutEvidence = now >= _nextTry ? RegistrationQueue.MaxIds : 0;
        List<UnregisteredUser> due = _users.FindAll(user => user.OmittedAt < _given || withoutEvidence-- > 0);
        if (due.Count > 0)
        {
            foreach (UnregisteredUser user in due)
            {
                user.QueueAgain(now);
            }

            _users.RemoveAll(user => user.State != RegistrationState.Omitted);
        }

        if (now >= _nextTry && due.Count > 0)
        {
            Postpone(now);
        }

        return due;
    }

    /// <summary>Removes the user who was omitted the longest ago.</summary>
    public UnregisteredUser RemoveOldest()
    {
        UnregisteredUser oldest = _users[0];
        _users.RemoveAt(0);
        return oldest;
    }

    /// <summary>Nobody waits any more. What is known of the server stays.</summary>
    public void Clear() => _users.Clear();

    private void Postpone(TimeSpan now) => _nextTry = now + backoff.After(++_triesInVain);
}
