namespace TypedEvents;

/// <summary>How the delivery makes its requests.</summary>
internal sealed record DeliverySettings(int MaxBatchEvents, int MaxBatchBytes, TimeSpan FlushInterval);
