namespace TypedEvents.Outbox.PostgreSql;

/// <summary>The names under which the table stores the kinds of dead letters. A name never changes.</summary>
internal static class DeadLetterKinds
{
    public static string NameOf(DeadLetterKind kind) => kind switch
    {
        DeadLetterKind.Rejected => "rejected",
        DeadLetterKind.Undeliverable => "undeliverable",
        DeadLetterKind.Expired => "expired",
        DeadLetterKind.UserUnknown => "user_unknown",
        DeadLetterKind.Unreadable => "unreadable",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is not a kind of dead letter."),
    };

    /// <summary>A name that this version doesn't know, such as a newer version's, becomes <see cref="DeadLetterKind.Unreadable"/>.</summary>
    public static DeadLetterKind Parse(string name) => name switch
    {
        "rejected" => DeadLetterKind.Rejected,
        "undeliverable" => DeadLetterKind.Undeliverable,
        "expired" => DeadLetterKind.Expired,
        "user_unknown" => DeadLetterKind.UserUnknown,
        _ => DeadLetterKind.Unreadable,
    };
}
