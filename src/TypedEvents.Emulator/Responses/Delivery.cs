using System.Buffers;

namespace TypedEvents.Emulator;

/// <summary>The ways in which a response goes over the wire.</summary>
internal static class Delivery
{
    public static async Task WholeAsync(Exchange exchange, Response response)
    {
        exchange.BeginResponse(response);
        await exchange.WriteAsync(response.Body).ConfigureAwait(false);
    }

    public static async Task CutHalfwayAsync(Exchange exchange, Response response)
    {
        exchange.BeginResponse(response);
        await exchange.WriteAsync(response.Body.Slice(0, response.Body.Length / 2)).ConfigureAwait(false);
        exchange.Cut();
    }

    /// <summary>The head of the response at once, then byte after byte with <paramref name="interval"/> before each.</summary>
    public static async Task DripAsync(Exchange exchange, Response response, TimeSpan interval)
    {
        exchange.BeginResponse(response);
        await exchange.WriteAsync(ReadOnlySequence<byte>.Empty).ConfigureAwait(false);
        for (long position = 0; position < response.Body.Length; position++)
        {
            await exchange.DelayAsync(interval).ConfigureAwait(false);
            await exchange.WriteAsync(response.Body.Slice(position, 1)).ConfigureAwait(false);
        }
    }
}
