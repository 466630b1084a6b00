namespace TypedEvents;

/// <summary>What an answer means for the events of its request.</summary>
internal enum AnswerMeaning
{
    /// <summary>They are settled.</summary>
    Accepted,

    /// <summary>They stay; a later attempt may well succeed.</summary>
    Failed,

    /// <summary>They stay; a later attempt is made, but somebody has to mend something first.</summary>
    Blocked,

    /// <summary>Nothing: the request was made with credentials that have been replaced since.</summary>
    Nothing,
}
