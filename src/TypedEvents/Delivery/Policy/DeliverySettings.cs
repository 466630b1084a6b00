using System.Runtime.CompilerServices;

namespace TypedEvents;

/// <summary>How the delivery makes its requests.</summary>
internal sealed record DeliverySettings(int MaxBatchEvents, int MaxBatchBytes, TimeSpan FlushInterval)
{
    public const int DefaultMaxConcurrentRequests = 4;
    public const int DefaultRequestsPerSecond = 100;

    /// <summary>How many requests are in flight at once.</summary>
    public int MaxConcurrentRequests { get; init; } = DefaultMaxConcurrentRequests;

    /// <summary>How long one request may take.</summary>
    public TimeSpan AttemptTimeout { get; init; } = EngageApiOptions.DefaultTimeout;

    public int RequestsPerSecond { get; init; } = DefaultRequestsPerSecond;

    /// <summary>The capacity of the quarantine; when it is full, its lanes wait.</summary>
    public int MaxQuarantined { get; init; } = 1000;

    /// <summary>After which time in the outbox an event becomes a dead letter.</summary>
    public TimeSpan? MaxEventAge { get; init; }

    /// <summary>After which time the EUID of a user's external id is asked for again.</summary>
    public TimeSpan UserCacheDuration { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Codes of EngageLab's that a later attempt may fix.</summary>
    public IReadOnlyCollection<int> TransientCodes { get; init; } = [];

    /// <summary>Settings equal no other ones: comparing and printing them would be code of its own for each.</summary>
    public bool Equals(DeliverySettings? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    public override string ToString() => nameof(DeliverySettings);
}
