using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace TypedEvents.Tests;

public sealed class RequestDispatcherTests
{
    private static readonly Uri Reports = new("https://example.org/v1/event/report");
    private static readonly Uri Registrations = new("https://example.org/v1/user/register");
    private static readonly DeliverySettings Settings = new(MaxBatchEvents: 100, MaxBatchBytes: 10_000, FlushInterval: TimeSpan.Zero);

    private readonly DeliveryPolicy _policy = new(lanes: 4, maxLimit: 100, new Backoff(new Random(1)));

    [Theory]
    [InlineData("report events", 200, 0, null)]
    [InlineData("report events", 503, null, "/v1/event/report")]
    [InlineData("report events", null, null, "/v1/event/report")]
    [InlineData("register users", 200, 0, null)]
    [InlineData("register users", 401, 40050, "/v1/user/register")]
    [InlineData("register users", null, null, "/v1/user/register")]
    public async Task A_request_of_either_kind_is_an_error_in_traces_unless_it_is_accepted(string name, int? status, int? code, string? address)
    {
        ConcurrentQueue<Activity> stopped = new();
        using var test = new Activity("test");
        test.Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TypedEventsTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == test.TraceId)
                {
                    stopped.Enqueue(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var wake = new WakeSignal(TimeProvider.System);
        EngageResponse response = new() { Status = (HttpStatusCode?)status, Code = code };

        // Without a status it isn't answered: what a given HttpClient throws is a failure like any other.
        Task<EngageResponse> Answer() => status is null ? Task.FromException<EngageResponse>(new InvalidOperationException("no client")) : Task.FromResult(response);
        var dispatcher = new RequestDispatcher((_, _, _) => Answer(), (_, _, _) => Answer(), Reports, Registrations, Settings, wake, observer: null);
        if (name == "report events")
        {
            dispatcher.Start(Report(), TimeSpan.Zero, CancellationToken.None);
        }
        else
        {
            dispatcher.Start(Registration(), TimeSpan.Zero, CancellationToken.None);
        }

        await dispatcher.WhenAllEnded();

        Activity activity = Assert.Single(stopped);
        Assert.Equal(name, activity.OperationName);
        Assert.Equal(address is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error, activity.Status);
        Assert.Contains(address ?? "", activity.StatusDescription ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("starts")]
    [InlineData("stops")]
    public async Task A_response_counts_although_a_listener_throws_when_its_activity(string when)
    {
        using var test = new Activity("test");
        test.Start();
        void Throw(Activity activity, string moment)
        {
            if (activity.TraceId == test.TraceId && activity != test && moment == when)
            {
                throw new InvalidOperationException("a listener of the application");
            }
        }

        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TypedEventsTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity => Throw(activity, "starts"),
            ActivityStopped = activity => Throw(activity, "stops"),
        };
        ActivitySource.AddActivityListener(listener);
        using var wake = new WakeSignal(TimeProvider.System);
        Task<EngageResponse> answer = Task.FromResult(new EngageResponse { Status = HttpStatusCode.OK, Code = 0 });
        var dispatcher = new RequestDispatcher((_, _, _) => answer, (_, _, _) => answer, Reports, Registrations, Settings, wake, observer: null);

        dispatcher.Start(Report(), TimeSpan.Zero, CancellationToken.None);
        await dispatcher.WhenAllEnded();

        Assert.True(dispatcher.TryTake(out ReportRequest? _, out EngageResponse? answered));
        Assert.True(answered?.IsAccepted);
        Assert.Same(test, Activity.Current);
    }

    [Fact]
    public async Task A_lane_has_its_request_in_flight_until_the_response_is_taken()
    {
        TaskCompletionSource<EngageResponse> response = new();
        using var wake = new WakeSignal(TimeProvider.System);
        var dispatcher = new RequestDispatcher((_, _, _) => response.Task, (_, _, _) => response.Task, Reports, Registrations, Settings, wake, observer: null);
        ReportRequest request = Report();
        dispatcher.Start(request, TimeSpan.Zero, CancellationToken.None);
        Assert.False(dispatcher.TryTake(out ReportRequest? _, out _));

        response.SetResult(new EngageResponse { Status = HttpStatusCode.OK, Code = 0 });
        await dispatcher.WhenAllEnded();
        Assert.Equal((1, request), (dispatcher.ReportsInFlight, dispatcher.InFlightOf(_policy.Lanes[2])));
        Assert.Null(dispatcher.InFlightOf(_policy.Lanes[1]));

        Assert.True(dispatcher.TryTake(out ReportRequest? taken, out EngageResponse? answered));
        Assert.Equal((request, true), (taken, answered?.IsAccepted));
        Assert.Equal(0, dispatcher.ReportsInFlight);
        Assert.Null(dispatcher.InFlightOf(_policy.Lanes[2]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_unexpected_exception_is_named_by_its_type_and_is_no_closed_connection(bool isRegistration)
    {
        using var wake = new WakeSignal(TimeProvider.System);
        var dispatcher = new RequestDispatcher(
            (_, _, _) => throw new InvalidOperationException("with a secret"),
            (_, _, _) => throw new InvalidOperationException("with a secret"),
            Reports,
            Registrations,
            Settings,
            wake,
            observer: null);
        EngageResponse? response;
        if (isRegistration)
        {
            dispatcher.Start(Registration(), TimeSpan.Zero, CancellationToken.None);
            Assert.True(dispatcher.TryTake(out RegistrationRequest? _, out response));
        }
        else
        {
            dispatcher.Start(Report(), TimeSpan.Zero, CancellationToken.None);
            Assert.True(dispatcher.TryTake(out ReportRequest? _, out response));
        }

        Assert.Equal($"The request to {Reports} failed unexpectedly with System.InvalidOperationException.", response!.Describe(Reports));
        Assert.Equal(ResponseMeaning.Failed, new ResponseClassifier([]).Read(response));
    }

    private ReportRequest Report() =>
        ReportRequest.Of(AttemptKind.Batch, _policy.Lanes[2], new OutboxEvent { Position = 1, Partition = 2, EventName = "page_viewed", AppKey = null, User = default, Json = "{}"u8.ToArray() });

    private RegistrationRequest Registration()
    {
        var attempt = new Attempt(AttemptKind.Batch, [new AttemptPart(_policy.Lanes[0], 1)], [new TriedItem(1, "user_id")]);
        return new RegistrationRequest(attempt, [new UnregisteredUser(1, EngageUser.UserId("user-42"), 0, TimeSpan.Zero)]);
    }
}
