using System.Globalization;

namespace TypedEvents.Generators.Parsing;

/// <summary>Numbers in JSON.</summary>
internal static class Numbers
{
    /// <summary>A number in JSON; <see langword="null"/> for NaN and the infinities, which JSON doesn't have.</summary>
    public static string? JsonOf(object? number) => number switch
    {
        float value => float.IsNaN(value) || float.IsInfinity(value) ? null : value.ToString("R", CultureInfo.InvariantCulture),
        double value => double.IsNaN(value) || double.IsInfinity(value) ? null : value.ToString("R", CultureInfo.InvariantCulture),
        sbyte or byte or short or ushort or int or uint or long or ulong or decimal => ((IFormattable)number).ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };
}
