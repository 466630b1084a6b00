namespace TypedEvents.Stress;

/// <summary>The result of a soak run on PostgreSQL.</summary>
/// <param name="Events">What became of the events.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Faults">The faults in their order, with the process that they were for.</param>
internal sealed record PostgreSqlReport(KillReport Events, TimeSpan Duration, IReadOnlyList<(DateTimeOffset At, PostgreSqlFault Fault, int? Process)> Faults)
{
    public int Count(PostgreSqlFault fault) => Faults.Count(happened => happened.Fault == fault);

    public override string ToString() =>
        FormattableString.Invariant($"{Duration.TotalMinutes:F1} min: {string.Join(", ", Faults.Select(fault => FormattableString.Invariant($"{fault.At:HH:mm:ss.fff} {fault.Fault} {fault.Process}")))}\n{Events}");
}
