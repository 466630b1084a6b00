using System.Buffers;

namespace TypedEvents.Collector;

/// <summary>The ways in which an answer goes over the wire.</summary>
internal static class Delivery
{
    public static async Task WholeAsync(Exchange exchange, Answer answer)
    {
        exchange.BeginAnswer(answer);
        await exchange.WriteAsync(answer.Body).ConfigureAwait(false);
    }

    public static async Task CutHalfwayAsync(Exchange exchange, Answer answer)
    {
        exchange.BeginAnswer(answer);
        await exchange.WriteAsync(answer.Body.Slice(0, answer.Body.Length / 2)).ConfigureAwait(false);
        exchange.Cut();
    }

    /// <summary>The head of the answer at once, then byte after byte with <paramref name="interval"/> before each.</summary>
    public static async Task DripAsync(Exchange exchange, Answer answer, TimeSpan interval)
    {
        exchange.BeginAnswer(answer);
        await exchange.WriteAsync(ReadOnlySequence<byte>.Empty).ConfigureAwait(false);
        for (long position = 0; position < answer.Body.Length; position++)
        {
            await exchange.DelayAsync(interval).ConfigureAwait(false);
            await exchange.WriteAsync(answer.Body.Slice(position, 1)).ConfigureAwait(false);
        }
    }
}
