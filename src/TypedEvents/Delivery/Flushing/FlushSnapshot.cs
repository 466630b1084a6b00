namespace TypedEvents;

/// <summary>
/// Who waits for what when a step begins. It is taken before the lanes are filled, so that what is waited for has been seen by them when
/// they are found to be empty.
/// </summary>
/// <param name="Flushes">Those who wait.</param>
/// <param name="Targets">The last event that each waits for; <see langword="null"/> while the outbox doesn't have it yet.</param>
internal readonly record struct FlushSnapshot(PendingFlush[] Flushes, long?[] Targets);
