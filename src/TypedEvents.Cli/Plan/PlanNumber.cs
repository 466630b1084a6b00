using System.Globalization;

namespace TypedEvents.Cli;

/// <summary>A number of the plan: its text in JSON, compared by its value.</summary>
internal readonly struct PlanNumber : IEquatable<PlanNumber>, IComparable<PlanNumber>
{
    public PlanNumber(string text) => Text = text;

    /// <summary>The number as it is written in JSON.</summary>
    public string Text { get; }

    public static bool operator ==(PlanNumber left, PlanNumber right) => left.Equals(right);

    public static bool operator !=(PlanNumber left, PlanNumber right) => !left.Equals(right);

    public int CompareTo(PlanNumber other) =>
        decimal.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal left)
        && decimal.TryParse(other.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal right)
            ? left.CompareTo(right)
            : double.Parse(Text, CultureInfo.InvariantCulture).CompareTo(double.Parse(other.Text, CultureInfo.InvariantCulture));

    public bool Equals(PlanNumber other) => CompareTo(other) == 0;

    public override bool Equals(object? obj) => obj is PlanNumber other && Equals(other);

    public override int GetHashCode() => double.Parse(Text, CultureInfo.InvariantCulture).GetHashCode();

    public override string ToString() => Text;
}
