using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace TypedEvents;

/// <summary>
/// Sends the requests of both kinds, each in the background, and knows which are in flight and when the next one may be sent: at the rate
/// that the settings allow, and not before a <c>Retry-After</c> of the same endpoint has passed. What came back waits here until the loop takes it.
/// </summary>
internal sealed class RequestDispatcher
{
    private readonly ReportSender _report;
    private readonly RegistrationSender _register;
    private readonly Uri _reportAddress;
    private readonly Uri _registerAddress;
    private readonly WakeSignal _wake;
    private readonly WorkObserver? _observer;
    private readonly RequestRateLimiter _rateLimiter;
    private readonly ReportRequest?[] _byLane;
    private readonly List<Task> _requests = [];
    private readonly ConcurrentQueue<Ended<ReportRequest>> _reported = new();
    private readonly ConcurrentQueue<Ended<RegistrationRequest>> _registered = new();
    private TimeSpan _reportsPausedUntil;
    private TimeSpan _registrationsPausedUntil;

    /// <param name="report">One attempt to report events.</param>
    /// <param name="register">One attempt to register users.</param>
    /// <param name="reportAddress">Where events are reported, for traces.</param>
    /// <param name="registerAddress">Where users are registered, for traces.</param>
    /// <param name="settings">The rate, and how many requests are in flight at once.</param>
    /// <param name="wake">Is set when a request has ended.</param>
    /// <param name="observer">Is told when a request begins and ends, in tests.</param>
    public RequestDispatcher(
        ReportSender report,
        RegistrationSender register,
        Uri reportAddress,
        Uri registerAddress,
        DeliverySettings settings,
        WakeSignal wake,
        WorkObserver? observer)
    {
        _report = report;
        _register = register;
        _reportAddress = reportAddress;
        _registerAddress = registerAddress;
        _wake = wake;
        _observer = observer;
        _rateLimiter = new RequestRateLimiter(settings.RequestsPerSecond);
        _byLane = new ReportRequest?[settings.MaxConcurrentRequests];
    }

    /// <summary>How many reports are in flight whose responses weren't taken yet.</summary>
    public int ReportsInFlight { get; private set; }

    /// <summary>Whether a report may be sent now.</summary>
    public bool MayReport(TimeSpan now) => now >= _reportsPausedUntil && now >= _rateLimiter.NextAt;

    /// <summary>Whether a registration may be sent now.</summary>
    public bool MayRegister(TimeSpan now) => now >= _registrationsPausedUntil && now >= _rateLimiter.NextAt;

    /// <summary>The report that is in flight with events of a lane.</summary>
    public ReportRequest? InFlightOf(LaneState lane) => _byLane[lane.Index];

    public void Start(ReportRequest request, TimeSpan now, CancellationToken cancellationToken)
    {
        ReportsInFlight++;
        foreach (AttemptPart part in request.Attempt.Parts)
        {
            _byLane[part.Lane.Index] = request;
        }

        Start(
            new Sending("report events", "typedevents.event.count", request.Events.Length, _reportAddress),
            token => _report(request.Events[0].AppKey, request.Json(), token),
            response => _reported.Enqueue(new(request, response)),
            now,
            cancellationToken);
    }

    public void Start(RegistrationRequest request, TimeSpan now, CancellationToken cancellationToken) =>
        Start(
            new Sending("register users", "typedevents.user.count", request.Users.Length, _registerAddress),
            token => _register(request.Users[0].User.IdentityName!, Array.ConvertAll(request.Users, user => user.User.ExternalId!), token),
            response => _registered.Enqueue(new(request, response)),
            now,
            cancellationToken);

    /// <summary>Takes a report that has ended: its lanes may send the next one.</summary>
    /// <param name="request">The request.</param>
    /// <param name="response">What came back; <see langword="null"/> at the end of the tracker: the events are still pending.</param>
    public bool TryTake([NotNullWhen(true)] out ReportRequest? request, out EngageResponse? response)
    {
        if (!_reported.TryDequeue(out Ended<ReportRequest>? ended))
        {
            (request, response) = (null, null);
            return false;
        }

        (request, response) = (ended.Request, ended.Response);
        ReportsInFlight--;
        foreach (AttemptPart part in request.Attempt.Parts)
        {
            _byLane[part.Lane.Index] = null;
        }

        return true;
    }

    /// <summary>Takes a registration that has ended.</summary>
    /// <param name="request">The request.</param>
    /// <param name="response">What came back; <see langword="null"/> at the end of the tracker.</param>
    public bool TryTake([NotNullWhen(true)] out RegistrationRequest? request, out EngageResponse? response)
    {
        bool isTaken = _registered.TryDequeue(out Ended<RegistrationRequest>? ended);
        (request, response) = (ended?.Request, ended?.Response);
        return isTaken;
    }

    /// <summary>Sends no report for as long as the response to one asks for, within bounds.</summary>
    public void PauseReports(EngageResponse response, TimeSpan now) => Pause(ref _reportsPausedUntil, response, now);

    /// <summary>Sends no registration for as long as the response to one asks for, within bounds.</summary>
    public void PauseRegistrations(EngageResponse response, TimeSpan now) => Pause(ref _registrationsPausedUntil, response, now);

    /// <summary>When the next request may be sent.</summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        var next = new EarliestTime(now);
        next.Add(_reportsPausedUntil);
        next.Add(_registrationsPausedUntil);
        next.Add(_rateLimiter.NextAt);
        return next.Value;
    }

    /// <summary>Ends when all requests have ended.</summary>
    public Task WhenAllEnded() => Task.WhenAll(_requests);

    private static void Pause(ref TimeSpan pausedUntil, EngageResponse response, TimeSpan now)
    {
        if (response.RetryAfter is { } asked)
        {
            TimeSpan until = now + RetrySchedules.RetryAfter(asked);
            pausedUntil = until > pausedUntil ? until : pausedUntil;
        }
    }

    private void Start(
        Sending sending,
        Func<CancellationToken, Task<EngageResponse>> send,
        Action<EngageResponse?> onEnded,
        TimeSpan now,
        CancellationToken cancellationToken)
    {
        _rateLimiter.Take(now);
        _observer?.NoteRequestBegan();
        _requests.RemoveAll(request => request.IsCompleted);
        _requests.Add(SendAsync(sending, send, onEnded, cancellationToken));
    }

    /// <summary>Sends a request within an activity, which has ended when the loop goes on: the loop is no part of it.</summary>
    private async Task SendAsync(
        Sending sending,
        Func<CancellationToken, Task<EngageResponse>> send,
        Action<EngageResponse?> onEnded,
        CancellationToken cancellationToken)
    {
        Activity? activity = Start(sending);
        EngageResponse? response;
        try
        {
            response = await send(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the tracker: the events are still pending.
            response = null;
        }
#pragma warning disable CA1031 // Whatever it is, the request is made again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            response = new EngageResponse { TransportError = TransportError.Unexpected, Exception = exception, ExceptionType = exception.GetType().ToString() };
        }

        End(activity, response, sending.Address);
        onEnded(response);
        _wake.SetAndContinue();
        _observer?.NoteRequestEnded();
    }

    private static Activity? Start(Sending sending)
    {
        Activity? current = Activity.Current;
        try
        {
            Activity? activity = TypedEventsTelemetry.ActivitySource.StartActivity(sending.Activity, ActivityKind.Client);
            activity?.SetTag(sending.CountTag, sending.Count);
            activity?.SetTag("server.address", sending.Address.Host);
            return activity;
        }
#pragma warning disable CA1031 // The listeners belong to the application: without its trace the request is sent as well.
        catch (Exception)
#pragma warning restore CA1031
        {
            Activity.Current = current;
            return null;
        }
    }

    private static void End(Activity? activity, EngageResponse? response, Uri address)
    {
        if (activity is null)
        {
            return;
        }

        if (response is not null)
        {
            activity.SetTag("http.response.status_code", (int?)response.Status);
            activity.SetTag("typedevents.code", response.Code);
            if (!response.IsAccepted)
            {
                activity.SetTag("error.type", response.ErrorType);
                activity.SetStatus(ActivityStatusCode.Error, response.Describe(address));
            }
        }

        try
        {
            activity.Dispose();
        }
#pragma warning disable CA1031 // As above: the response counts whatever a listener does.
        catch (Exception)
#pragma warning restore CA1031
        {
            Activity.Current = activity.Parent;
        }
    }

    /// <summary>What a request is called in traces.</summary>
    private sealed class Sending(string activity, string countTag, int count, Uri address)
    {
        public string Activity => activity;

        public string CountTag => countTag;

        public int Count => count;

        public Uri Address => address;
    }

    /// <summary>A request that has ended. A class: collections of structs are code of their own for each.</summary>
    private sealed class Ended<TRequest>(TRequest request, EngageResponse? response)
    {
        public TRequest Request => request;

        public EngageResponse? Response => response;
    }
}
