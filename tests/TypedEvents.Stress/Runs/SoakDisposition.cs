namespace TypedEvents.Stress;

/// <summary>What the server of a soak run does with a request.</summary>
/// <param name="Keeps">Whether it records the events, unless one of them is bad.</param>
/// <param name="IsAnswered">Whether the client receives the complete normal response.</param>
/// <param name="Rejects">Whether it rejects the events, whatever they are.</param>
internal readonly record struct SoakDisposition(bool Keeps, bool IsAnswered, bool Rejects = false)
{
    public static SoakDisposition Normal { get; } = new(Keeps: true, IsAnswered: true);

    public static SoakDisposition Failed { get; } = new(Keeps: false, IsAnswered: false);

    /// <summary>The events are recorded, but the client can't know.</summary>
    public static SoakDisposition Unknown { get; } = new(Keeps: true, IsAnswered: false);

    public static SoakDisposition Rejected { get; } = new(Keeps: false, IsAnswered: false, Rejects: true);
}
