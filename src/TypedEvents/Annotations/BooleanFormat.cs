using System.Diagnostics.CodeAnalysis;

namespace TypedEvents;

/// <summary>How a <see cref="bool"/> is written in the JSON payload.</summary>
public enum BooleanFormat
{
    /// <summary>A JSON string, <c>"true"</c> or <c>"false"</c>: the form that EngageLab's documentation of the report call shows.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "It names a JSON string.")]
    String,

    /// <summary>A JSON literal, <c>true</c> or <c>false</c>.</summary>
    Literal,
}
