using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace TypedEvents.Emulator;

/// <summary>One request and its response: the steps that behaviors consist of. Reading, processing and logging happen at most once.</summary>
internal sealed class Exchange(
    HttpContext context,
    RequestProcessor processor,
    ArrivalLog<ReceivedRequest> log,
    PageLog? page,
    TimeProvider clock,
    CancellationToken ended)
{
    private Content? _content;
    private ReceivedRequest? _request;
    private Response? _normalResponse;
    private bool _logged;
    private bool _isOnPage;

    public HttpContext Context => context;

    public ReceivedRequest Request => _request ??= Describe();

    public async Task ReadAsync() => _content ??= await processor.ReadAsync(context.Request, ended).ConfigureAwait(false);

    /// <summary>Reads the body without keeping it.</summary>
    public async Task DiscardAsync(RejectionException rejection)
    {
        await BodyReader.ReadAsync(context.Request.Body, 0, ended).ConfigureAwait(false);
        _content = new Content(default, [], [], rejection);
    }

    /// <summary>Checks the request, and records its events or registers its users.</summary>
    public Response Process()
    {
        Log();
        if (_normalResponse is null)
        {
            _normalResponse = processor.Process(context.Request, _content!, out IReadOnlyList<Arrival> arrivals);
            if (arrivals.Count > 0 && page is not null)
            {
                _isOnPage = true;
                page.AddAccepted(Request, arrivals);
            }
        }

        return _normalResponse;
    }

    /// <summary>Shows the events that weren't accepted on the page.</summary>
    public void Conclude()
    {
        if (!_isOnPage && page is not null && _content is not null)
        {
            _isOnPage = true;
            page.AddRejected(Request);
        }
    }

    public Task DelayAsync(TimeSpan delay)
    {
        // Start the timer before logging: a test that waits for the request may then advance a fake clock.
        Task elapsed = Task.Delay(delay, clock, ended);
        Log();
        return elapsed;
    }

    public Task HangAsync()
    {
        Log();
        return Task.Delay(Timeout.InfiniteTimeSpan, ended);
    }

    public void Cut()
    {
        Log();
        context.Abort();
    }

    public void BeginResponse(Response response)
    {
        Log();
        Request.SetResponse(response);
        Conclude();
        context.Response.StatusCode = response.Status;
        context.Response.ContentType = response.ContentType;
        foreach ((string name, string value) in response.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (response.Status is not (204 or 304))
        {
            context.Response.ContentLength = response.Body.Length;
        }
    }

    /// <summary>Writes a part of the response's body. It has been sent when this returns.</summary>
    public async Task WriteAsync(ReadOnlySequence<byte> part)
    {
        foreach (ReadOnlyMemory<byte> piece in part)
        {
            // With a status that allows no body, Kestrel treats even an empty write as a body and aborts the connection.
            if (!piece.IsEmpty)
            {
                await context.Response.Body.WriteAsync(piece, ended).ConfigureAwait(false);
            }
        }

        await context.Response.Body.FlushAsync(ended).ConfigureAwait(false);
    }

    private void Log()
    {
        if (!_logged)
        {
            _logged = true;
            Request.Number = page?.NextRequestNumber() ?? 0;
            log.Add(Request);
        }
    }

    private ReceivedRequest Describe() => new(
        clock.GetUtcNow(),
        context.Request.Method,
        context.Request.Path.Value ?? "",
        context.Request.Headers
            .Where(header => header.Key is var name
                && !name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase)
                && !name.Equals(HeaderNames.ProxyAuthorization, StringComparison.OrdinalIgnoreCase)
                && !name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
        _content?.Wire ?? default,
        _content?.Events ?? []);
}
