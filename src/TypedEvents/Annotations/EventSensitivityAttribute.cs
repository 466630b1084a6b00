namespace TypedEvents;

/// <summary>
/// Marks a property in the tracking plan as personal data, so that changes to it are reviewed. It has no effect on what is sent.
/// Apply it to a property or to a positional parameter of a record, without a <c>property:</c> target.
/// </summary>
/// <param name="sensitivity">How sensitive the data is.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class EventSensitivityAttribute(Sensitivity sensitivity) : Attribute
{
    /// <summary>How sensitive the data is.</summary>
    public Sensitivity Sensitivity { get; } = sensitivity;
}
