namespace TypedEvents.Stress;

/// <summary>What the server of a soak does with a request.</summary>
/// <param name="Keeps">Whether it keeps the events, unless one of them is bad.</param>
/// <param name="IsAnswered">Whether the response is the normal one, and comes whole.</param>
/// <param name="Rejects">Whether it rejects them, whatever they are.</param>
internal readonly record struct SoakDisposition(bool Keeps, bool IsAnswered, bool Rejects = false)
{
    public static SoakDisposition Normal { get; } = new(Keeps: true, IsAnswered: true);

    public static SoakDisposition Failed { get; } = new(Keeps: false, IsAnswered: false);

    /// <summary>The events arrive, and the client can't know.</summary>
    public static SoakDisposition Unknown { get; } = new(Keeps: true, IsAnswered: false);

    public static SoakDisposition Rejected { get; } = new(Keeps: false, IsAnswered: false, Rejects: true);
}
