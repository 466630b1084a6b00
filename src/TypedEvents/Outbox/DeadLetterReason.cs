namespace TypedEvents;

/// <summary>Why an event became a dead letter.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Code">EngageLab's <c>code</c>, where there was one.</param>
/// <param name="Message">
/// What came back, in words: at most 256 characters, none of them a control character; <see langword="null"/> where nothing did.
/// </param>
public sealed record DeadLetterReason(DeadLetterKind Kind, int? Code = null, string? Message = null);
