using System.Globalization;

namespace TypedEvents.Stress;

/// <summary>
/// The lines that a child writes to its parent: acknowledgements, positions of events in the outbox, events sent alone, and the step at which
/// it kills itself.
/// </summary>
internal static class ChildLine
{
    private const string Acknowledgement = "acknowledged";
    private const string Placement = "placed";
    private const string Single = "alone";
    private const string Step = "step";

    public static string Acknowledged(TickId tick, string? randomId) =>
        string.Create(CultureInfo.InvariantCulture, $"{Acknowledgement} {tick.User} {tick.Process} {tick.Number} {randomId ?? "-"}");

    public static string Placed(TickId tick, long position) =>
        string.Create(CultureInfo.InvariantCulture, $"{Placement} {tick.User} {tick.Process} {tick.Number} {position}");

    public static string Alone(TickId tick, string sender, int report) =>
        string.Create(CultureInfo.InvariantCulture, $"{Single} {tick.User} {tick.Process} {tick.Number} {sender} {report}");

    public static string AtStep(KillStep step) => $"{Step} {step}";

    public static bool IsAcknowledgement(string line) => line.StartsWith(Acknowledgement, StringComparison.Ordinal);

    /// <summary>The acknowledged event and its <c>random_id</c>; <see langword="null"/> if the library generated it.</summary>
    public static (TickId Tick, string? RandomId)? ReadAcknowledgement(string line) =>
        Split(line, Acknowledgement) is { } parts ? (TickOf(parts), parts[4] == "-" ? null : parts[4]) : null;

    /// <summary>An event and its position in the outbox.</summary>
    public static (TickId Tick, long Position)? ReadPlacement(string line) =>
        Split(line, Placement) is { } parts ? (TickOf(parts), long.Parse(parts[4], CultureInfo.InvariantCulture)) : null;

    /// <summary>An event that a process sent alone, and the number of the report.</summary>
    public static (TickId Tick, string Sender, int Report)? ReadAlone(string line) =>
        Split(line, Single) is { } parts ? (TickOf(parts), parts[4], NumberOf(parts[5])) : null;

    public static KillStep? ReadStep(string line) => Split(line, Step) is { } parts ? Enum.Parse<KillStep>(parts[1]) : null;

    private static string[]? Split(string line, string kind)
    {
        string[] parts = line.Split(' ');
        return parts[0] == kind ? parts : null;
    }

    private static TickId TickOf(string[] parts) => new(NumberOf(parts[1]), NumberOf(parts[2]), NumberOf(parts[3]));

    private static int NumberOf(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
