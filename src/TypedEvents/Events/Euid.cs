using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TypedEvents;

/// <summary>
/// EngageLab's id of a user (<c>euid</c>): a positive 64-bit number. <c>EngageApi.RegisterUsersAsync</c> returns those of external
/// user ids.
/// </summary>
public readonly record struct Euid : ISpanParsable<Euid>, ISpanFormattable, IComparable<Euid>
{
    /// <summary>Creates an EUID from a number.</summary>
    /// <param name="value">The number, 1 to <see cref="long.MaxValue"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is 0 or negative.</exception>
    public Euid(long value)
    {
        if (value <= 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(value),
                value,
                "An EUID is a positive number. EngageApi.RegisterUsersAsync turns your own user ids into EUIDs; Euid.TryCreate tests a number without an exception.");
        }

        Value = value;
    }

    /// <summary>The number; 0 in <c>default(Euid)</c> only, for which no event can be tracked.</summary>
    public long Value { get; }

    internal bool IsValid => Value > 0;

    /// <summary>Creates an EUID from a number that may be invalid, such as one from a database.</summary>
    /// <param name="value">The number.</param>
    /// <param name="euid">The EUID, or <c>default</c>.</param>
    /// <returns>Whether <paramref name="value"/> is positive.</returns>
    public static bool TryCreate(long value, out Euid euid)
    {
        euid = value > 0 ? new Euid(value) : default;
        return value > 0;
    }

    /// <inheritdoc/>
    /// <exception cref="FormatException"><paramref name="s"/> is not a positive 64-bit number in decimal digits.</exception>
    public static Euid Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out Euid euid)
            ? euid
            : throw new FormatException($"'{s}' is not an EUID; it must be a number from 1 to {long.MaxValue}, in decimal digits only.");

    /// <inheritdoc/>
    /// <exception cref="FormatException"><paramref name="s"/> is not a positive 64-bit number in decimal digits.</exception>
    public static Euid Parse(string s, IFormatProvider? provider)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Parse(s.AsSpan(), provider);
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Euid result)
    {
        result = default;
        return long.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && TryCreate(value, out result);
    }

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Euid result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <summary>Parses an EUID from decimal digits.</summary>
    /// <param name="s">The digits.</param>
    /// <param name="result">The EUID, or <c>default</c>.</param>
    /// <returns>Whether <paramref name="s"/> is a positive 64-bit number in decimal digits.</returns>
    public static bool TryParse([NotNullWhen(true)] string? s, out Euid result) => TryParse(s.AsSpan(), null, out result);

    /// <inheritdoc/>
    public int CompareTo(Euid other) => Value.CompareTo(other.Value);

    /// <summary>Whether one EUID's number is below another's.</summary>
    public static bool operator <(Euid left, Euid right) => left.Value < right.Value;

    /// <summary>Whether one EUID's number is at most another's.</summary>
    public static bool operator <=(Euid left, Euid right) => left.Value <= right.Value;

    /// <summary>Whether one EUID's number is above another's.</summary>
    public static bool operator >(Euid left, Euid right) => left.Value > right.Value;

    /// <summary>Whether one EUID's number is at least another's.</summary>
    public static bool operator >=(Euid left, Euid right) => left.Value >= right.Value;

    /// <summary>The number in decimal digits, whatever the culture.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        Value.TryFormat(destination, out charsWritten, default, CultureInfo.InvariantCulture);
}
