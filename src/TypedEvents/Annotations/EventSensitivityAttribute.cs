namespace TypedEvents;

/// <summary>
/// Says in the tracking plan that a property holds data of a person, so that a change of it is reviewed. It changes nothing of what is sent.
/// Apply it to a property or to a positional parameter of a record, without a <c>property:</c> target.
/// </summary>
/// <param name="sensitivity">How sensitive the data is.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class EventSensitivityAttribute(Sensitivity sensitivity) : Attribute
{
    /// <summary>How sensitive the data is.</summary>
    public Sensitivity Sensitivity { get; } = sensitivity;
}
