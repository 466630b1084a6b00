using System.Globalization;
using System.Text;

namespace TypedEvents.Tests;

/// <summary>Writes one value with an <see cref="EventWriter"/>, and says how often property-based tests do.</summary>
internal static class WireValue
{
    public delegate void Writing(ref EventWriter writer);

    /// <summary>The number of random values of each kind. A million takes minutes: run that after a change to a form.</summary>
    public static long Count { get; } =
        long.Parse(Environment.GetEnvironmentVariable("TYPEDEVENTS_PROPERTY_TESTS") ?? "20000", CultureInfo.InvariantCulture);

    /// <summary>Gets the JSON of a value that was written under the name <c>,"v":</c>.</summary>
    public static string Of(Writing write)
    {
        ScratchBuffer scratch = ScratchBuffer.Rent();
        try
        {
            scratch.Begin(10_000_000, int.MaxValue);
            var writer = new EventWriter(scratch);
            write(ref writer);
            Assert.True(writer.TryEndEvent(scratch, 0, out ReadOnlySpan<byte> json));
            string text = Encoding.UTF8.GetString(json);
            Assert.StartsWith("{\"v\":", text, StringComparison.Ordinal);
            Assert.EndsWith("}}", text, StringComparison.Ordinal);
            return text[5..^2];
        }
        finally
        {
            ScratchBuffer.Return(scratch);
        }
    }
}
