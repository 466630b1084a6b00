namespace TypedEvents;

/// <summary>How long the delivery waits, and for what: every waiting time that isn't a setting.</summary>
internal static class RetrySchedules
{
    /// <summary>The upper bound of the first backoff after a failure; it doubles with each consecutive failure.</summary>
    public static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(1);

    /// <summary>The upper bound of every backoff.</summary>
    public static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(60);

    /// <summary>The wait after an attempt that the quarantined event ended without evidence, and at most so long while others are accepted.</summary>
    public static readonly TimeSpan FirstQuarantineWait = TimeSpan.FromMinutes(1);

    /// <summary>While nothing is accepted, the wait of a quarantined event doubles up to this.</summary>
    public static readonly TimeSpan LongestQuarantineWait = TimeSpan.FromMinutes(15);

    /// <summary>The number of acceptances after which a failed quarantined event is tried again, however short the wait was.</summary>
    public const int AcceptancesToRetryFailed = 10;

    /// <summary>How often the log says that an endpoint still fails.</summary>
    public static readonly TimeSpan ReminderInterval = TimeSpan.FromMinutes(15);

    /// <summary>The shortest pause that a <c>Retry-After</c> asks for; a shorter one is raised to this.</summary>
    private static readonly TimeSpan ShortestRetryAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause that a <c>Retry-After</c> asks for; a longer one is lowered to this.</summary>
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(15);

    /// <summary>How often the outbox is asked for a claim while another process has it.</summary>
    public static readonly TimeSpan ClaimInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long other processes have the first right to a claim that was of no use here, unless there is something new.</summary>
    public static readonly TimeSpan ClaimPause = TimeSpan.FromSeconds(10);

    /// <summary>How often an event of a name on hold is sent.</summary>
    public static readonly TimeSpan HeldNameInterval = TimeSpan.FromMinutes(1);

    /// <summary>The wait of a name on hold whose next event has to have its user registered first.</summary>
    public static readonly TimeSpan HeldNameRegistrationWait = TimeSpan.FromSeconds(3);

    /// <summary>How often settlements are tried again that the outbox couldn't make, such as on a full disk.</summary>
    public static readonly TimeSpan SettlementInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long the last settlements may take at the end of the tracker.</summary>
    public static readonly TimeSpan LastSettlementTimeout = TimeSpan.FromMilliseconds(500);

    /// <summary>How often it is looked for events over the age limit.</summary>
    public static readonly TimeSpan ExpiryInterval = TimeSpan.FromMinutes(1);

    /// <summary>How often it is looked for users whose EUID has been known for long.</summary>
    public static readonly TimeSpan UserSweepInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan[] ConfigurationWaits =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)];

    /// <summary>The pause of an endpoint after a response with a <c>Retry-After</c>.</summary>
    /// <param name="asked">What the response asks for.</param>
    public static TimeSpan RetryAfter(TimeSpan asked) => TimeSpan.FromTicks(Math.Clamp(asked.Ticks, ShortestRetryAfter.Ticks, LongestRetryAfter.Ticks));

    /// <summary>The wait while the configuration is rejected.</summary>
    /// <param name="attempts">How many attempts that were due have been rejected: at least 1.</param>
    public static TimeSpan ConfigurationWait(int attempts) => ConfigurationWaits[Math.Min(attempts, ConfigurationWaits.Length) - 1];
}
