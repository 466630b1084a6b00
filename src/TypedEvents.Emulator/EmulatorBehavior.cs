using System.Buffers;
using System.Text;

namespace TypedEvents.Emulator;

/// <summary>
/// What the emulator does with one request. The static members produce a response, or none; the instance members change when and how
/// the response is sent, and can be combined:
/// <c>EmulatorBehavior.Respond(503, 1, "busy").WithHeader("Retry-After", "2").After(TimeSpan.FromSeconds(1))</c>.
/// A behavior is immutable: one instance can serve many requests and emulators.
/// </summary>
/// <remarks>
/// Behaviors that cut the connection abort TCP. The client sees a reset, even on a reused connection, and not an orderly close, which it
/// could mistake for the end of an idle connection and retry silently.
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

    /// <summary>Checks the request, records its events or registers its users, and responds, as EngageLab's documentation says.</summary>
    public static EmulatorBehavior Normal { get; } = new(async exchange =>
    {
        await exchange.ReadAsync().ConfigureAwait(false);
        return exchange.Process();
    });

    /// <summary>
    /// Cuts the connection without reading the body. It works with <see cref="EngageLabEmulator.Next"/> and
    /// <see cref="EngageLabEmulator.RespondWith(EmulatorBehavior)"/>; if a function chooses the behavior by the request's content, the body has already been read.
    /// </summary>
    public static EmulatorBehavior CutBeforeReading { get; } = new(exchange =>
    {
        exchange.Cut();
        return Task.FromResult<Response?>(null);
    });

    /// <summary>Reads the body, then cuts the connection. Nothing is recorded.</summary>
    public static EmulatorBehavior Cut { get; } = new(async exchange =>
    {
        await exchange.ReadAsync().ConfigureAwait(false);
        exchange.Cut();
        return null;
    });

    /// <summary>Records the events, then cuts the connection instead of responding: the client can't know whether they were accepted.</summary>
    public static EmulatorBehavior LoseResponse { get; } = Cut.AfterProcessing();

    /// <summary>Reads the body and never responds, until the client closes the connection or the emulator is disposed. Nothing is recorded.</summary>
    public static EmulatorBehavior Hang { get; } = new(async exchange =>
    {
        await exchange.ReadAsync().ConfigureAwait(false);
        await exchange.HangAsync().ConfigureAwait(false);
        return null;
    });

    /// <summary>Reads the body, and responds with a status and no body. Nothing is recorded.</summary>
    /// <param name="status">The HTTP status, 200 to 599.</param>
    /// <returns>The behavior.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public static EmulatorBehavior Respond(int status)
    {
        CheckStatus(status);
        return Fixed(Emulator.Response.Empty(status));
    }

    /// <summary>Reads the body, and responds with a status and a JSON body in the documented form. Nothing is recorded.</summary>
    /// <param name="status">The HTTP status, 200 to 599 except those that can't have a body.</param>
    /// <param name="code">The <c>code</c> in the body; 0 means success.</param>
    /// <param name="message">The <c>message</c> in the body. Default: empty, as in EngageLab's responses.</param>
    /// <returns>The behavior.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public static EmulatorBehavior Respond(int status, int code, string message = "")
    {
        CheckStatus(status, hasBody: true);
        ArgumentNullException.ThrowIfNull(message);
        return Fixed(Emulator.Response.Of(status, code, message));
    }

    /// <summary>Reads the body, and responds with any string. Nothing is recorded.</summary>
    /// <param name="status">The HTTP status, 200 to 599 except those that can't have a body.</param>
    /// <param name="contentType">The content type, or <see langword="null"/> for none.</param>
    /// <param name="body">The body, sent as UTF-8.</param>
    /// <returns>The behavior.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public static EmulatorBehavior RespondRaw(int status, string? contentType, string body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return RespondRaw(status, contentType, Encoding.UTF8.GetBytes(body));
    }

    /// <summary>Reads the body, and responds with any bytes. Nothing is recorded.</summary>
    /// <param name="status">The HTTP status, 200 to 599 except those that can't have a body.</param>
    /// <param name="contentType">The content type, or <see langword="null"/> for none.</param>
    /// <param name="body">The body.</param>
    /// <returns>The behavior.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    public static EmulatorBehavior RespondRaw(int status, string? contentType, ReadOnlyMemory<byte> body)
    {
        CheckStatus(status, hasBody: true);
        return Fixed(new Response(status, contentType, new ReadOnlySequence<byte>(body)));
    }

    /// <summary>Reads the body, and responds with 200 and a success whose message is huge. Nothing is recorded.</summary>
    /// <param name="bytes">The length of the body in bytes, from 1024. Default: 64 MiB.</param>
    /// <returns>The behavior.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is less than 1024.</exception>
    public static EmulatorBehavior RespondHuge(long bytes = 64 * 1024 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1024);
        return Fixed(Emulator.Response.Huge(bytes));
    }

    /// <summary>
    /// The same behavior, after the request was processed normally and its normal response discarded: the events of a valid request are
    /// recorded, whatever the client receives.
    /// </summary>
    /// <returns>The new behavior.</returns>
    public EmulatorBehavior AfterProcessing() => new(
        async exchange =>
        {
            await exchange.ReadAsync().ConfigureAwait(false);
            exchange.Process();
            return await _response(exchange).ConfigureAwait(false);
        },
        _deliver);

    /// <summary>The same behavior, delayed after the body was read. The delay uses <see cref="EmulatorOptions.TimeProvider"/>.</summary>
    /// <param name="delay">The delay, not negative.</param>
    /// <returns>The new behavior.</returns>
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

    /// <summary>The same behavior with another response header. Without a response it has no effect.</summary>
    /// <param name="name">The header's name, such as <c>Retry-After</c>.</param>
    /// <param name="value">The header's value.</param>
    /// <returns>The new behavior.</returns>
    public EmulatorBehavior WithHeader(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        return new(async exchange => (await _response(exchange).ConfigureAwait(false))?.WithHeader(name, value), _deliver);
    }

    /// <summary>The same behavior, but the connection is cut after half of the response's body was sent.</summary>
    /// <returns>The new behavior.</returns>
    public EmulatorBehavior CutHalfway() => new(_response, Delivery.CutHalfwayAsync);

    /// <summary>The same behavior, but the response's body is sent one byte at a time.</summary>
    /// <param name="interval">The interval before each byte, not negative.</param>
    /// <returns>The new behavior.</returns>
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
                nameof(status), status, "The status must be between 200 and 599, and 204, 205 and 304 can't have a body.");
        }
    }

    /// <summary>Reads the body without keeping it, so that the client receives the response.</summary>
    internal static EmulatorBehavior Reject(RejectionException rejection) => new(async exchange =>
    {
        await exchange.DiscardAsync(rejection).ConfigureAwait(false);
        return rejection.Response;
    });

    private static EmulatorBehavior Fixed(Response response) => new(async exchange =>
    {
        await exchange.ReadAsync().ConfigureAwait(false);
        return response;
    });
}
