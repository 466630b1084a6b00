using System.Buffers;

namespace TypedEvents.Emulator;

/// <summary>The ways in which a response can be sent.</summary>
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

    /// <summary>Sends the head of the response at once, then its body byte by byte, with <paramref name="interval"/> before each byte.</summary>
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
