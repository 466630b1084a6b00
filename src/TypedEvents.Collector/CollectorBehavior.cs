using System.Buffers;
using System.Text;

namespace TypedEvents.Collector;

/// <summary>
/// What the collector does with one request. The static members are the ways to come to an answer, or to none;
/// the instance members change when that happens and how the answer goes over the wire, and can be combined:
/// <c>CollectorBehavior.Answer(503, 1, "busy").WithHeader("Retry-After", "2").After(TimeSpan.FromSeconds(1))</c>.
/// Immutable, so one can serve many requests and collectors.
/// </summary>
/// <remarks>
/// Every cut aborts the TCP connection: the client sees a reset, on a reused connection too, and not an orderly end
/// that it could take for an idle connection's and quietly try again.
/// </remarks>
public sealed class CollectorBehavior
{
    private readonly Func<Exchange, Task<Answer?>> _answer;
    private readonly Func<Exchange, Answer, Task> _deliver;

    private CollectorBehavior(Func<Exchange, Task<Answer?>> answer, Func<Exchange, Answer, Task>? deliver = null)
    {
        _answer = answer;
        _deliver = deliver ?? Delivery.WholeAsync;
    }

    /// <summary>Checks, keeps and answers as documented.</summary>
    public static CollectorBehavior Normal { get; } = new(async exchange =>
    {
        await exchange.ReadAsync().ConfigureAwait(false);
        return exchange.Process();
    });

    /// <summary>
    /// Cuts the connection without having read the body. Only where it was chosen by
    /// <see cref="EngageLabCollector.Next"/> or <see cref="EngageLabCollector.Behave(CollectorBehavior)"/>: a
    /// function that chooses by the request's content needs the body to be read.
    /// </summary>
    public static CollectorBehavior CutBeforeReading { get; } = new(exchange =>
    {
        exchange.Cut();
        return Task.FromResult<Answer?>(null);
    });

    /// <summary>Cuts the connection after having read the body; keeps nothing.</summary>
    public static CollectorBehavior Cut { get; } = new(async exchange =>
    {
        await exchange.ReadAsync().ConfigureAwait(false);
        exchange.Cut();
        return null;
    });

    /// <summary>Keeps the events, then cuts the connection instead of answering: the client can't know.</summary>
    public static CollectorBehavior LoseAnswer { get; } = Cut.AfterKeeping();

    /// <summary>Reads the body, keeps nothing, and never answers: until the client gives up or the collector is disposed.</summary>
    public static CollectorBehavior Hang { get; } = new(async exchange =>
    {
        await exchange.ReadAsync().ConfigureAwait(false);
        await exchange.HangAsync().ConfigureAwait(false);
        return null;
    });

    /// <summary>Reads the body, keeps nothing, and answers with a status and no body at all.</summary>
    /// <param name="status">The HTTP status, 200 to 599.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public static CollectorBehavior Answer(int status)
    {
        CheckStatus(status);
        return Fixed(Collector.Answer.Empty(status));
    }

    /// <summary>Reads the body, keeps nothing, and answers with a status and a JSON body in the documented form.</summary>
    /// <param name="status">The HTTP status, 200 to 599 except those that can't have a body.</param>
    /// <param name="code">The <c>code</c> in the body; 0 means success.</param>
    /// <param name="message">The <c>message</c> in the body; empty is normal.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public static CollectorBehavior Answer(int status, int code, string message = "")
    {
        CheckStatus(status, hasBody: true);
        ArgumentNullException.ThrowIfNull(message);
        return Fixed(Collector.Answer.Of(status, code, message));
    }

    /// <summary>Reads the body, keeps nothing, and answers with any text.</summary>
    /// <param name="status">The HTTP status, 200 to 599 except those that can't have a body.</param>
    /// <param name="contentType">The content type, or <see langword="null"/> for none.</param>
    /// <param name="body">The body, sent as UTF-8.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public static CollectorBehavior AnswerRaw(int status, string? contentType, string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return AnswerRaw(status, contentType, Encoding.UTF8.GetBytes(body));
    }

    /// <summary>Reads the body, keeps nothing, and answers with any bytes.</summary>
    /// <param name="status">The HTTP status, 200 to 599 except those that can't have a body.</param>
    /// <param name="contentType">The content type, or <see langword="null"/> for none.</param>
    /// <param name="body">The body.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public static CollectorBehavior AnswerRaw(int status, string? contentType, ReadOnlyMemory<byte> body)
    {
        CheckStatus(status, hasBody: true);
        return Fixed(new Answer(status, contentType, new ReadOnlySequence<byte>(body)));
    }

    /// <summary>Reads the body, keeps nothing, and answers 200 with a success whose message is enormous.</summary>
    /// <param name="bytes">The length of the body in bytes, from 1024. Default: 64 MiB.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is under 1024.</exception>
    public static CollectorBehavior AnswerHuge(long bytes = 64 * 1024 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1024);
        return Fixed(Collector.Answer.Huge(bytes));
    }

    /// <summary>
    /// The same after the request was processed normally, whose own answer is dropped: the events of a correct
    /// request are kept, whatever the client is told.
    /// </summary>
    /// <returns>The new behaviour.</returns>
    public CollectorBehavior AfterKeeping() => new(
        async exchange =>
        {
            await exchange.ReadAsync().ConfigureAwait(false);
            exchange.Process();
            return await _answer(exchange).ConfigureAwait(false);
        },
        _deliver);

    /// <summary>The same, once the body was read and a time has gone by on the clock of the options.</summary>
    /// <param name="delay">The time, not negative.</param>
    /// <returns>The new behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    public CollectorBehavior After(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return new(
            async exchange =>
            {
                await exchange.ReadAsync().ConfigureAwait(false);
                await exchange.DelayAsync(delay).ConfigureAwait(false);
                return await _answer(exchange).ConfigureAwait(false);
            },
            _deliver);
    }

    /// <summary>The same with one more header in the answer, if there is one.</summary>
    /// <param name="name">The header's name, such as <c>Retry-After</c>.</param>
    /// <param name="value">The header's value.</param>
    /// <returns>The new behaviour.</returns>
    public CollectorBehavior WithHeader(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        return new(async exchange => (await _answer(exchange).ConfigureAwait(false))?.WithHeader(name, value), _deliver);
    }

    /// <summary>The same, but the connection is cut when half of the answer's body is sent.</summary>
    /// <returns>The new behaviour.</returns>
    public CollectorBehavior CutHalfway() => new(_answer, Delivery.CutHalfwayAsync);

    /// <summary>The same, but the answer's body is sent one byte at a time.</summary>
    /// <param name="interval">The time before each byte, not negative.</param>
    /// <returns>The new behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="interval"/> is negative.</exception>
    public CollectorBehavior Drip(TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.Zero);
        return new(_answer, (exchange, answer) => Delivery.DripAsync(exchange, answer, interval));
    }

    internal async Task RunAsync(Exchange exchange)
    {
        if (await _answer(exchange).ConfigureAwait(false) is { } answer)
        {
            await _deliver(exchange, answer).ConfigureAwait(false);
        }
    }

    internal static void CheckStatus(int status, bool hasBody = false)
    {
        if (status is < 200 or > 599 || (hasBody && status is 204 or 205 or 304))
        {
            throw new ArgumentOutOfRangeException(
                nameof(status), status, "A final HTTP status is from 200 to 599, and 204, 205 and 304 have no body.");
        }
    }

    private static CollectorBehavior Fixed(Answer answer) => new(async exchange =>
    {
        await exchange.ReadAsync().ConfigureAwait(false);
        return answer;
    });
}
