namespace TypedEvents;

/// <summary>How a <see cref="bool"/> is written in the JSON payload.</summary>
public enum BooleanFormat
{
    /// <summary>A JSON string, <c>"true"</c> or <c>"false"</c>: the form that EngageLab's page of the report call shows.</summary>
    String,

    /// <summary>A JSON literal, <c>true</c> or <c>false</c>.</summary>
    Literal,
}
