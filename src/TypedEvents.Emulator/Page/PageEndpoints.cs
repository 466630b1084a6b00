using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace TypedEvents.Emulator;

/// <summary>
/// The live page and what it reads, under <c>/_typedevents/</c>. Requests of other origins are rejected, nothing is changed by GET, and
/// the emulator sends no CORS headers.
/// </summary>
internal sealed class PageEndpoints(
    PageLog log,
    ArrivalLog<ReceivedRequest> requests,
    UserDirectory users,
    HostRules hosts,
    Misbehavior misbehavior,
    CancellationToken stopping)
{
    public const string Root = "/_typedevents/";

    private const int DefaultTake = 100;
    private const int MaxTake = 1000;
    private const int MaxShownBytes = 256 * 1024;
    private const int MaxBehaviorBytes = 4096;

    private readonly string _instance = Guid.NewGuid().ToString("N");

    /// <summary>Whether a request is for the page.</summary>
    public static bool Serves(HttpRequest request) =>
        request.Path.Value is { } path
        && (path.StartsWith(Root, StringComparison.Ordinal) || path + "/" == Root || (path == "/" && HttpMethods.IsGet(request.Method)));

    public async Task HandleAsync(HttpContext context, CancellationToken ended)
    {
        if (hosts.Find(context) is { } foreign)
        {
            await ErrorAsync(context, foreign.Response.Status, foreign.Message, ended).ConfigureAwait(false);
            return;
        }

        string path = context.Request.Path.Value!;
        if (!path.StartsWith(Root, StringComparison.Ordinal))
        {
            context.Response.Redirect(Root);
            return;
        }

        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";

        string name = path[Root.Length..];
        if (name.Length == 0)
        {
            name = "index.html";
        }

        if (PageAssets.Find(name) is { } file && IsRead(context.Request))
        {
            context.Response.ContentType = file.ContentType;
            headers.CacheControl = "no-cache";
            await WriteAsync(context, file.Content, ended).ConfigureAwait(false);
            return;
        }

        if (!IsOwnOrigin(context.Request))
        {
            await ErrorAsync(context, StatusCodes.Status403Forbidden, "The request comes from another origin.", ended).ConfigureAwait(false);
            return;
        }

        await RespondAsync(context, name, ended).ConfigureAwait(false);
    }

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    /// <summary>A browser names the origin in requests that can change something, and the site of each.</summary>
    private static bool IsOwnOrigin(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is [{ } site] && site is not ("same-origin" or "none"))
        {
            return false;
        }

        return request.Headers.Origin.Count == 0
            || (request.Headers.Origin is [{ } origin] && origin.Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase));
    }

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body, CancellationToken ended)
    {
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, ended).ConfigureAwait(false);
        }
    }

    private static Task ErrorAsync(HttpContext context, int status, string message, CancellationToken ended)
    {
        context.Response.StatusCode = status;
        return JsonAsync(context, new ErrorJson(message), PageJsonContext.Default.ErrorJson, ended);
    }

    private static Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, CancellationToken ended)
    {
        context.Response.ContentType = "application/json";
        return WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(value, type), ended);
    }

    private Task RespondAsync(HttpContext context, string name, CancellationToken ended)
    {
        IQueryCollection query = context.Request.Query;
        switch (context.Request.Method, name)
        {
            case ("GET", "stream"):
                return StreamAsync(context, ended);
            case ("GET", "events"):
                return JsonAsync(context, Events(query), PageJsonContext.Default.RowsJson, ended);
            case ("GET", "events/index"):
                return JsonAsync(context, Index(PageFilter.Parse(query)), PageJsonContext.Default.IndexJson, ended);
            case ("DELETE", "events"):
                log.Clear(PageFilter.Number(query, "through", long.MaxValue));
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            case ("GET", "requests"):
                return JsonAsync(context, Requests(query), PageJsonContext.Default.RequestsJson, ended);
            case ("GET", "users"):
                return JsonAsync(context, Users(Take(query)), PageJsonContext.Default.UsersJson, ended);
            case ("GET", "plan"):
                return JsonAsync(context, Coverage(), PageJsonContext.Default.CoverageJson, ended);
            case ("POST", "behavior"):
                return BehaveAsync(context, ended);
            case ("GET", _) when Numbered(name, "events/") is { } sequence && log.Find(sequence) is { } row:
                return JsonAsync(context, Event(row), PageJsonContext.Default.EventJson, ended);
            case ("GET", _) when Numbered(name, "requests/") is { } number && FindRequest(number) is { } request:
                return JsonAsync(context, Describe(request, inFull: true), PageJsonContext.Default.RequestJson, ended);
            default:
                bool isKnown = name is "stream" or "events" or "events/index" or "requests" or "users" or "plan" or "behavior";
                return isKnown
                    ? ErrorAsync(context, StatusCodes.Status405MethodNotAllowed, "The method isn't allowed here.", ended)
                    : ErrorAsync(context, StatusCodes.Status404NotFound, "There is nothing here, or it is no longer stored.", ended);
        }
    }

    private static long? Numbered(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static int Take(IQueryCollection query) => (int)Math.Clamp(PageFilter.Number(query, "take", DefaultTake), 1, MaxTake);

    private async Task StreamAsync(HttpContext context, CancellationToken ended)
    {
        var filter = PageFilter.Parse(context.Request.Query);
        long position = context.Request.Headers["Last-Event-ID"] is [{ } last] && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out long resumed)
            ? resumed
            : PageFilter.Number(context.Request.Query, "position", 0);
        context.Response.ContentType = "text/event-stream";
        bool withPayload = HasPayload(context.Request.Query);
        var stream = new PageStream(context.Response.Body, log, filter, users, row => ToJson(row, withPayload), misbehavior);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ended, stopping);
        string address = $"{context.Request.Scheme}://{context.Request.Host.Value}";
        await stream.RunAsync(new HelloJson(_instance, address, log.Plan.HasPlan, log.Read(long.MaxValue, 0).Last), position, stop.Token).ConfigureAwait(false);
    }

    /// <summary>Whether the reader wants the events in full and not just their summaries: the page doesn't.</summary>
    private static bool HasPayload(IQueryCollection query) => query["payload"] is ["true"];

    private RowJson ToJson(PageRow row, bool withPayload = false) => new()
    {
        Sequence = row.Sequence,
        Time = row.Time.ToUnixTimeMilliseconds(),
        Event = row.Received.EventName,
        User = users.Find(row.Received.Euid)?.Value ?? row.Received.Euid.ToString(CultureInfo.InvariantCulture),
        Summary = row.Summary(),
        Status = row.Status,
        Problems = row.Problems,
        Ordinal = row.Ordinal,
        Http = row.HttpStatus,
        Code = row.Code,
        Request = row.RequestNumber,
        Payload = withPayload ? row.Received.Json : null,
    };

    private RowsJson Events(IQueryCollection query)
    {
        var filter = PageFilter.Parse(query);
        int take = Take(query);
        bool withPayload = HasPayload(query);
        long before = PageFilter.Number(query, "before", long.MaxValue);
        PageRead read = log.Read(0, int.MaxValue);
        var rows = new List<RowJson>();
        for (int i = read.Rows.Length - 1; i >= 0 && rows.Count < take; i--)
        {
            if (read.Rows[i].Sequence < before && filter.Matches(read.Rows[i], users))
            {
                rows.Add(ToJson(read.Rows[i], withPayload));
            }
        }

        return new RowsJson(rows, read.First, read.Last);
    }

    private IndexJson Index(PageFilter filter)
    {
        PageRead read = log.Read(0, int.MaxValue);
        var sequences = new List<long>();
        long previous = 0;
        foreach (PageRow row in read.Rows)
        {
            if (filter.Matches(row, users))
            {
                sequences.Add(row.Sequence - previous);
                previous = row.Sequence;
            }
        }

        return new IndexJson(read.First, read.Last, sequences);
    }

    private EventJson Event(PageRow row)
    {
        ReceivedEvent received = row.Received;
        PlannedEvent? planned = log.Plan.Event(received.EventName);
        PlannedSource? source = log.Plan.Source(received.EventName);
        IEnumerable<PlannedUsage> usages = source?.Sent is { Count: > 0 } sent
            ? sent
            : source?.File is { } file ? [new PlannedUsage { File = file, Line = source.Line ?? 0 }] : [];
        PageRow[] history = [.. log.Read(0, int.MaxValue).Rows.Where(other => other.Received.RandomId == received.RandomId).TakeLast(20)];
        string json = received.Json;
        return new EventJson
        {
            Row = ToJson(row),
            Json = json,
            Bytes = Encoding.UTF8.GetByteCount(json),
            Euid = received.Euid.ToString(CultureInfo.InvariantCulture),
            UserKind = users.Find(received.Euid)?.Name,
            AppKey = received.AppKey,
            Itime = received.Itime.ToString(CultureInfo.InvariantCulture),
            RandomId = received.RandomId,
            Properties = [.. log.Plan.Compare(received).Select(property => new PropertyJson(
                property.Name, property.Value?.GetRawText(), property.Type, property.Expectation, property.Problem, property.Hint))],
            Plan = log.Plan.HasPlan
                ? new PlannedEventJson(
                    planned is not null, planned?.Type, planned?.Description, planned?.Owner, planned?.Deprecated, [.. usages.Select(usage => $"{usage.File}:{usage.Line}")])
                : null,
            Similar = log.Plan.HasPlan && planned is null ? PlanCheck.Similar(received.EventName, log.Plan.EventNames) : null,
            Request = FindRequest(row.RequestNumber) is { } request ? Describe(request, inFull: true) : null,
            History = history.Length < 2
                ? []
                : [.. history.Select(other => new ArrivalJson(other.Sequence, other.Time.ToUnixTimeMilliseconds(), other.Status, other.HttpStatus, other.Received.Json))],
        };
    }

    private ReceivedRequest? FindRequest(long number) => requests.Snapshot().FirstOrDefault(request => request.Number == number);

    private RequestsJson Requests(IQueryCollection query)
    {
        long before = PageFilter.Number(query, "before", long.MaxValue);
        ReceivedRequest[] stored = requests.Snapshot();
        return new RequestsJson(
            [.. Enumerable.Reverse(stored).Where(request => request.Number < before).Take(Take(query)).Select(request => Describe(request, inFull: false))],
            stored.Length,
            requests.Dropped);
    }

    private static RequestJson Describe(ReceivedRequest request, bool inFull) => new()
    {
        Number = request.Number,
        Time = request.Time.ToUnixTimeMilliseconds(),
        Method = request.Method,
        Path = request.Path,
        Status = request.Status,
        Code = request.Response?.Code,
        Events = request.Events.Count,
        Bytes = request.Body.Length,
        UserAgent = request.UserAgent,
        Headers = inFull ? [.. request.Headers.Select(header => new HeaderJson(header.Key, header.Value))] : null,
        Body = inFull ? Body(new ReadOnlySequence<byte>(request.Body)) : null,
        Response = inFull && request.Response is { } response ? Body(response.Body) : null,
        ResponseHeaders = inFull && request.Response is { } headed
            ? [
                .. headed.ContentType is { } contentType ? [new HeaderJson(HeaderNames.ContentType, contentType)] : (HeaderJson[])[],
                .. headed.Headers.Select(header => new HeaderJson(header.Key, header.Value)),
            ]
            : null,
    };

    private static BodyJson Body(ReadOnlySequence<byte> body)
    {
        bool isCut = body.Length > MaxShownBytes;
        byte[] shown = (isCut ? body.Slice(0, MaxShownBytes) : body).ToArray();
        // The cut may be within a character.
        int end = shown.Length;
        for (int i = 0; isCut && i < 3 && end > 0 && !Utf8.IsValid(shown.AsSpan(0, end)); i++)
        {
            end--;
        }

        bool isText = Utf8.IsValid(shown.AsSpan(0, end));
        return new BodyJson(isText ? Encoding.UTF8.GetString(shown, 0, end) : Convert.ToHexString(shown), body.Length, !isText, isCut);
    }

    private UsersJson Users(int take) => new(
        [.. users.Newest(take).Select(user => new UserJson(user.User.Name, user.User.Value, user.Euid.ToString(CultureInfo.InvariantCulture)))],
        users.Count);

    private CoverageJson Coverage()
    {
        (int seen, int total) = log.Plan.Coverage.Progress();
        return new CoverageJson(log.Plan.HasPlan, seen, total, log.Plan.Coverage.Uncounted, log.Plan.Coverage.Report());
    }

    private async Task BehaveAsync(HttpContext context, CancellationToken ended)
    {
        // A form of another site can't have this type.
        if (context.Request.ContentType is not "application/json")
        {
            await ErrorAsync(context, StatusCodes.Status415UnsupportedMediaType, "Content-Type must be application/json.", ended).ConfigureAwait(false);
            return;
        }

        (byte[] body, bool isTooLarge) = await BodyReader.ReadAsync(context.Request.Body, MaxBehaviorBytes, ended).ConfigureAwait(false);
        string? error;
        try
        {
            error = isTooLarge
                ? $"The body must have at most {MaxBehaviorBytes} bytes."
                : misbehavior.Apply(JsonSerializer.Deserialize(body, PageJsonContext.Default.BehaviorJson));
        }
        catch (JsonException exception)
        {
            error = $"The body isn't a behavior: {exception.Message}";
        }

        if (error is not null)
        {
            await ErrorAsync(context, StatusCodes.Status400BadRequest, error, ended).ConfigureAwait(false);
            return;
        }

        log.Touch();
        await JsonAsync(context, misbehavior.State, PageJsonContext.Default.BehaviorStateJson, ended).ConfigureAwait(false);
    }
}
