namespace TypedEvents;

/// <summary>How sensitive the data of a property is.</summary>
public enum Sensitivity
{
    /// <summary>It belongs to a person, such as a name or an address.</summary>
    Personal,

    /// <summary>It belongs to a person, and its disclosure would do harm, such as data about health or a payment card.</summary>
    Sensitive,
}
