using System.Diagnostics.CodeAnalysis;

namespace TypedEvents;

/// <summary>Why an event became a dead letter.</summary>
public sealed record DeadLetterReason
{
    /// <summary>Creates a reason.</summary>
    /// <param name="kind">What happened.</param>
    /// <param name="code">EngageLab's <c>code</c>, if there was one.</param>
    /// <param name="message">The response, in words; <see langword="null"/> if there was none.</param>
    [SetsRequiredMembers]
    public DeadLetterReason(DeadLetterKind kind, int? code = null, string? message = null)
    {
        Kind = kind;
        Code = code;
        Message = message;
    }

    /// <summary>What happened.</summary>
    public required DeadLetterKind Kind { get; init; }

    /// <summary>EngageLab's <c>code</c>, if there was one.</summary>
    public int? Code { get; init; }

    /// <summary>
    /// The response, in words: at most 256 characters, none of them a control character; <see langword="null"/> if there was none.
    /// </summary>
    public string? Message { get; init; }
}
