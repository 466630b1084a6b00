namespace TypedEvents;

/// <summary>What a response means for what was asked.</summary>
internal enum ResponseMeaning
{
    /// <summary>It is done.</summary>
    Accepted,

    /// <summary>Nobody's requests are taken before somebody fixes the configuration.</summary>
    Configuration,

    /// <summary>It is undecided; a later attempt may well succeed.</summary>
    Failed,

    /// <summary>It is undecided, and probably the configuration is at fault; but it may be a firewall that dislikes one event.</summary>
    FailedConfiguration,

    /// <summary>Something in the request is at fault.</summary>
    Rejected,

    /// <summary>The request is rejected for its size.</summary>
    RejectedSize,

    /// <summary>Compressed requests aren't taken: it goes again at once without.</summary>
    RejectedCompression,

    /// <summary>Nothing: the request was made with credentials that have been replaced since.</summary>
    Nothing,
}
