using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace TypedEvents.Emulator;

/// <summary>One request and its response: the steps that behaviours are made of. Each step that should happen once does.</summary>
internal sealed class Exchange(HttpContext context, RequestProcessor processor, ArrivalLog<ReceivedRequest> log, TimeProvider clock, CancellationToken ended)
{
    private Content? _content;
    private ReceivedRequest? _request;
    private Response? _normalResponse;
    private bool _logged;

    public ReceivedRequest Request => _request ??= Describe();

    public async Task ReadAsync() => _content ??= await processor.ReadAsync(context.Request, ended).ConfigureAwait(false);

    /// <summary>Checks the request and keeps what is in it.</summary>
    public Response Process()
    {
        Log();
        return _normalResponse ??= processor.Process(context.Request, _content!);
    }

    public Task DelayAsync(TimeSpan delay)
    {
        // The timer first: whoever waited for the request may then move a clock that is not the system's.
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
        Request.SetStatus(response.Status);
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

    /// <summary>Writes a part of the response's body; it is on its way when this returns.</summary>
    public async Task WriteAsync(ReadOnlySequence<byte> part)
    {
        foreach (ReadOnlyMemory<byte> piece in part)
        {
            // Where a status allows no body, Kestrel takes even an empty write for one and breaks the connection.
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
