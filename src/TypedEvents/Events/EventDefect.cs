namespace TypedEvents;

/// <summary>Why an event can't be tracked, apart from its properties. <see cref="EventAdmission.Describe"/> has the words.</summary>
internal enum EventDefect
{
    None,

    /// <summary>The user has neither a positive EUID nor an external id of a legal length.</summary>
    NoUser,

    /// <summary>The external id can't be sent unchanged.</summary>
    ExternalIdNotWellFormed,

    /// <summary>The event is <see langword="null"/>.</summary>
    Null,

    /// <summary>The time is <c>default(DateTimeOffset)</c>.</summary>
    OccurredAtUnset,

    /// <summary>The given id is empty.</summary>
    RandomIdEmpty,

    /// <summary>The given id can't be sent unchanged.</summary>
    RandomIdNotWellFormed,
}
