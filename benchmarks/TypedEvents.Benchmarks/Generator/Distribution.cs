namespace TypedEvents.Benchmarks;

/// <summary>The distribution of a figure over several rounds.</summary>
internal readonly struct Distribution
{
    private readonly double[] _sorted;

    public Distribution(IEnumerable<double> figures) => _sorted = [.. figures.Order()];

    public double Median => _sorted[_sorted.Length / 2];

    /// <summary>Half of the distance between the quartiles.</summary>
    public double Spread => (_sorted[_sorted.Length * 3 / 4] - _sorted[_sorted.Length / 4]) / 2;
}
