using System.Buffers;
using System.Text;

namespace TypedEvents.Emulator;

/// <summary>
/// What the emulator does with one request. The static members are the ways to come to a response, or to none;
/// the instance members change when that happens and how the response goes over the wire, and can be combined:
/// <c>EmulatorBehavior.Respond(503, 1, "busy").WithHeader("Retry-After", "2").After(TimeSpan.FromSeconds(1))</c>.
/// Immutable, so one can serve many requests and emulators.
/// </summary>
/// <remarks>
/// Every cut aborts the TCP connection: the client sees a reset, on a reused connection too, and not an orderly end
/// that it could take for an idle connection's and quietly try again.
/// </remarks>
public sealed class EmulatorBehavior
{
    private readonly Func<Exchange, Task<Response?>> _response;
    private readonly Func<Exchange, Response, Task> _deliver;

    private EmulatorBehavior(Func<Exchange, Task<Response?>> response, Func<Exchange, Response, Task>? deliver = null)
    {
        _response = response;
        _deliver = deliver ?? Delivery.WholeAsync;
    }

    /// <summary>Checks, keeps and answers as documented.</summary>
    public static EmulatorBehavior Normal { get; } = new(async exchange =>
    {
        await exchange.ReadAsync().ConfigureAwait(false);
        return exchange.Process();
    });

    /// <summary>
    /// Cuts the connection without having read the body. Only where it was chosen by
    /// <see cref="EngageLabEmulator.Next"/> or <see cref="EngageLabEmulator.RespondWith(EmulatorBehavior)"/>: a
    /// function that chooses by the request's content needs the body to be read.
    /// </summary>
    public static EmulatorBehavior CutBeforeReading { get; } = new(exchange =>
    {
        exchange.Cut();
        return Task.FromResult<Response?>(null);
    });

    /// <summary>Cuts the connection after having read the body; keeps nothing.</summary>
    public static EmulatorBehavior Cut { get; } = new(async exchange =>
    {
        await exchange.ReadAsync().ConfigureAwait(false);
        exchange.Cut();
        return null;
    });

    /// <summary>Keeps the events, then cuts the connection instead of answering: the client can't know.</summary>
    public static EmulatorBehavior LoseResponse { get; } = Cut.AfterKeeping();

    /// <summary>Reads the body, keeps nothing, and never answers: until the client gives up or the emulator is disposed.</summary>
    public static EmulatorBehavior Hang { get; } = new(async exchange =>
    {
        await exchange.ReadAsync().ConfigureAwait(false);
        await exchange.HangAsync().ConfigureAwait(false);
        return null;
    });

    /// <summary>Reads the body, keeps nothing, and answers with a status and no body at all.</summary>
    /// <param name="status">The HTTP status, 200 to 599.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public static EmulatorBehavior Respond(int status)
    {
        CheckStatus(status);
        return Fixed(Emulator.Response.Empty(status));
    }

    /// <summary>Reads the body, keeps nothing, and answers with a status and a JSON body in the documented form.</summary>
    /// <param name="status">The HTTP status, 200 to 599 except those that can't have a body.</param>
    /// <param name="code">The <c>code</c> in the body; 0 means success.</param>
    /// <param name="message">The <c>message</c> in the body; empty is normal.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public static EmulatorBehavior Respond(int status, int code, string message = "")
    {
        CheckStatus(status, hasBody: true);
        ArgumentNullException.ThrowIfNull(message);
        return Fixed(Emulator.Response.Of(status, code, message));
    }

    /// <summary>Reads the body, keeps nothing, and answers with any text.</summary>
    /// <param name="status">The HTTP status, 200 to 599 except those that can't have a body.</param>
    /// <param name="contentType">The content type, or <see langword="null"/> for none.</param>
    /// <param name="body">The body, sent as UTF-8.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public static EmulatorBehavior RespondRaw(int status, string? contentType, string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return RespondRaw(status, contentType, Encoding.UTF8.GetBytes(body));
    }

    /// <summary>Reads the body, keeps nothing, and answers with any bytes.</summary>
    /// <param name="status">The HTTP status, 200 to 599 except those that can't have a body.</param>
    /// <param name="contentType">The content type, or <see langword="null"/> for none.</param>
    /// <param name="body">The body.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public static EmulatorBehavior RespondRaw(int status, string? contentType, ReadOnlyMemory<byte> body)
    {
        CheckStatus(status, hasBody: true);
        return Fixed(new Response(status, contentType, new ReadOnlySequence<byte>(body)));
    }

    /// <summary>Reads the body, keeps nothing, and answers 200 with a success whose message is enormous.</summary>
    /// <param name="bytes">The length of the body in bytes, from 1024. Default: 64 MiB.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is under 1024.</exception>
    public static EmulatorBehavior RespondHuge(long bytes = 64 * 1024 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1024);
        return Fixed(Emulator.Response.Huge(bytes));
    }

    /// <summary>
    /// The same after the request was processed normally, whose own response is dropped: the events of a correct
    /// request are kept, whatever the client is told.
    /// </summary>
    /// <returns>The new behaviour.</returns>
    public EmulatorBehavior AfterKeeping() => new(
        async exchange =>
        {
            await exchange.ReadAsync().ConfigureAwait(false);
            exchange.Process();
            return await _response(exchange).ConfigureAwait(false);
        },
        _deliver);

    /// <summary>The same, once the body was read and a time has gone by on the clock of the options.</summary>
    /// <param name="delay">The time, not negative.</param>
    /// <returns>The new behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    public EmulatorBehavior After(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return new(
            async exchange =>
            {
                await exchange.ReadAsync().ConfigureAwait(false);
                await exchange.DelayAsync(delay).ConfigureAwait(false);
                return await _response(exchange).ConfigureAwait(false);
            },
            _deliver);
    }

    /// <summary>The same with one more header in the response, if there is one.</summary>
    /// <param name="name">The header's name, such as <c>Retry-After</c>.</param>
    /// <param name="value">The header's value.</param>
    /// <returns>The new behaviour.</returns>
    public EmulatorBehavior WithHeader(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        return new(async exchange => (await _response(exchange).ConfigureAwait(false))?.WithHeader(name, value), _deliver);
    }

    /// <summary>The same, but the connection is cut when half of the response's body is sent.</summary>
    /// <returns>The new behaviour.</returns>
    public EmulatorBehavior CutHalfway() => new(_response, Delivery.CutHalfwayAsync);

    /// <summary>The same, but the response's body is sent one byte at a time.</summary>
    /// <param name="interval">The time before each byte, not negative.</param>
    /// <returns>The new behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="interval"/> is negative.</exception>
    public EmulatorBehavior Drip(TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.Zero);
        return new(_response, (exchange, response) => Delivery.DripAsync(exchange, response, interval));
    }

    internal async Task RunAsync(Exchange exchange)
    {
        if (await _response(exchange).ConfigureAwait(false) is { } response)
        {
            await _deliver(exchange, response).ConfigureAwait(false);
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

    private static EmulatorBehavior Fixed(Response response) => new(async exchange =>
    {
        await exchange.ReadAsync().ConfigureAwait(false);
        return response;
    });
}
