using System.Buffers.Text;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace TypedEvents.Tests;

/// <summary>A process of a model run: the real delivery loop, whose requests end when the model says so.</summary>
internal sealed class ModelProcess : IDisposable
{
    private const int LongestRow = 200;
    private const int DeadLettersToHold = 5;

    private static readonly ResponseClassifier Answers = new([]);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan TimerResolution = TimeSpan.FromMilliseconds(1);

    private readonly ModelWorld _world;
    private readonly Random _wakeUps = new(1);
    private readonly ModelServer _server;
    private readonly CancellationTokenSource _ending = new();
    private ExceptionDispatchInfo? _violation;
    private readonly List<(TimeSpan At, Action End)> _requests = [];
    private readonly Queue<TimeSpan> _lastSecond = [];
    private readonly HashSet<ModelEvent> _accepted = [];
    private readonly Dictionary<string, int> _consecutiveDeadLetters = [];
    private TimeSpan _reportsPausedUntil;
    private TimeSpan _registrationsPausedUntil;
    private int _started;
    private long _acceptances;
    private int _streak;

    public ModelProcess(ModelWorld world, ModelServer server, DeliverySettings settings, ILogger logger)
    {
        _world = world;
        _server = server;
        Loop = new DeliveryLoop(
            world.Outbox,
            SendAsync,
            RegisterAsync,
            new UserCache(world.UserCacheSize),
            new Uri("https://localhost/v1/event/report"),
            new Uri("https://localhost/v1/user/register"),
            settings,
            world.Clock,
            logger,
            onSettled: () => { },
            world.Random);
    }

    public DeliveryLoop Loop { get; }

    /// <summary>The next time at which something happens by itself.</summary>
    public TimeSpan NextAt { get; private set; }

    public IEnumerable<ModelEvent> InFlight { get; private set; } = [];

    /// <summary>How many report requests are under way.</summary>
    public int RequestsInFlight { get; private set; }

    /// <summary>Whether five consecutive events of a name had the evidence that makes them dead letters: the outbox may not know yet that it is held.</summary>
    public bool Holds(string name) => _consecutiveDeadLetters.GetValueOrDefault(name) >= DeadLettersToHold;

    /// <summary>Exchanges the credentials, and tries at once.</summary>
    public void UseCredentials()
    {
        CredentialsReplacedAt = _world.Now;
        Loop.RetryNow();
    }

    private TimeSpan CredentialsReplacedAt { get; set; }

    /// <summary>Ends the requests whose time has come, and lets the loop do what there is to do.</summary>
    public void Step()
    {
        foreach ((TimeSpan At, Action End) request in _requests.Where(request => request.At <= _world.Now).ToList())
        {
            _requests.Remove(request);
            request.End();
        }

        TimeSpan next = StepLoop();
        if (_world.HasOneProcess && _wakeUps.Next(4) == 0)
        {
            // It may be woken at any time. What it does then it should have done before, or it would be late where it isn't woken.
            int started = _started;
            TimeSpan again = StepLoop();
            Assert.True(
                started == _started || _world.Now >= next,
                $"At {_world.Now} the loop had nothing to do before {next}, and made a request when it was woken.");
            next = again;
        }

        // Timers are early now and then.
        TimeSpan early = next != TimeSpan.MaxValue && _wakeUps.Next(4) == 0 ? TimerResolution * _wakeUps.NextDouble() : TimeSpan.Zero;
        NextAt = _requests.Select(request => request.At).Append(next - early).Min();
    }

    private TimeSpan StepLoop()
    {
        _violation?.Throw();
        Task<TimeSpan> step = Loop.StepAsync(_ending.Token).AsTask();
        Assert.True(step.IsCompleted, "The loop waits for something else than the clock and its requests.");
        TimeSpan wait = step.Result;
        _violation?.Throw();
        return wait == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : _world.LastReading + wait;
    }

    public void Dispose()
    {
        _ending.Dispose();
        Loop.Dispose();
    }

    private Task<EngageResponse> SendAsync(string? appKey, IReadOnlyList<ReadOnlyMemory<byte>> bodies, CancellationToken cancellationToken)
    {
        List<ModelEvent> events = [.. bodies.Select(body => _world.Events[NumberOf(body)])];
        ModelResponse response = _server.Answer(_world.Now, events);
        try
        {
            for (int i = 0; i < events.Count; i++)
            {
                Assert.Equal(_world.EuidOf(events[i]), EuidIn(bodies[i]));
                Assert.Equal(events[i].AppKey, appKey);
                Assert.False(_accepted.Contains(events[i]), $"Event {events[i].Number} was accepted, and is sent again.");
            }

            NoteRequest(_reportsPausedUntil);

            _world.NoteSent(this, events);
            if (response.Keeps)
            {
                _world.NoteTaken(this, events, isSample: events.Count == 1 && Loop.Pause?.Reason == CircuitOpenReason.Rejections);
            }
        }
        catch (Exception exception)
        {
            // The loop takes whatever a sender throws for a failed request.
            _violation = ExceptionDispatchInfo.Capture(exception);
        }

        InFlight = InFlight.Concat(events).ToList();
        RequestsInFlight++;
        TimeSpan sentAt = _world.Now;
        var ended = new TaskCompletionSource<EngageResponse>();
        _requests.Add((_world.Now + response.Delay, End));
        return ended.Task;

        void End()
        {
            InFlight = InFlight.Except(events).ToList();
            RequestsInFlight--;
            EngageResponse told = Age(response.Response, sentAt);
            NoteJudged(events, told);
            ended.SetResult(told);
        }
    }

    /// <summary>Notes what the rules are about to judge by, so that the proof of a dead letter can be checked.</summary>
    private void NoteJudged(List<ModelEvent> events, EngageResponse response)
    {
        ResponseMeaning meaning = Answers.Read(response);
        bool failedBefore = events.Count == 1 && events[0].Trials.Exists(trial => trial.IsFailure);
        if (events.Count == 1)
        {
            events[0].Trials.Add(new ModelTrial(this, meaning, _acceptances, _streak));
            events[0].WasAlone |= meaning != ResponseMeaning.Accepted;
            _consecutiveDeadLetters[events[0].Name] = _consecutiveDeadLetters.GetValueOrDefault(events[0].Name) + (ModelEvidence.OfRejection(events[0]) ? 1 : 0);
        }

        if (meaning == ResponseMeaning.Accepted)
        {
            _accepted.UnionWith(events);
            events.ForEach(accepted => _consecutiveDeadLetters.Remove(accepted.Name));
            _acceptances++;
            _streak++;
        }
        else if (meaning is ResponseMeaning.Failed or ResponseMeaning.FailedConfiguration or ResponseMeaning.Configuration
            && !failedBefore)
        {
            _streak = 0;
        }

        NotePause(ref _reportsPausedUntil, response);
    }

    private void NotePause(ref TimeSpan pausedUntil, EngageResponse response)
    {
        if (response.RetryAfter is { } asked)
        {
            TimeSpan until = _world.Now + (asked < LongestPause ? asked : LongestPause);
            pausedUntil = until > pausedUntil ? until : pausedUntil;
        }
    }

    /// <summary>A request, of any kind: it may be sent only when its endpoint doesn't want to be left alone, and at 100 a second.</summary>
    private void NoteRequest(TimeSpan pausedUntil)
    {
        _started++;
        Assert.True(_world.Now >= pausedUntil, $"A request was sent at {_world.Now}, though the server had asked for none before {pausedUntil}.");
        while (_lastSecond.TryPeek(out TimeSpan first) && first <= _world.Now - TimeSpan.FromSeconds(1))
        {
            _lastSecond.Dequeue();
        }

        _lastSecond.Enqueue(_world.Now);
        Assert.True(_lastSecond.Count <= LongestRow, "Over 100 requests and as many a second.");
    }

    /// <summary>A response to credentials that were exchanged meanwhile.</summary>
    private EngageResponse Age(EngageResponse response, TimeSpan sentAt) =>
        response with { HasOldCredentials = sentAt < CredentialsReplacedAt };

    private Task<EngageResponse> RegisterAsync(string identityName, string[] ids, CancellationToken cancellationToken)
    {
        ModelResponse response = _server.Register(_world.Now, ids);
        try
        {
            NoteRequest(_registrationsPausedUntil);
        }
        catch (Exception exception)
        {
            _violation = ExceptionDispatchInfo.Capture(exception);
        }

        TimeSpan sentAt = _world.Now;
        var ended = new TaskCompletionSource<EngageResponse>();
        _requests.Add((_world.Now + response.Delay, End));
        return ended.Task;

        void End()
        {
            EngageResponse told = Age(response.Response, sentAt);
            NotePause(ref _registrationsPausedUntil, told);
            ended.SetResult(told);
        }
    }

    private static long EuidIn(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("euid").GetInt64();
    }

    private static int NumberOf(ReadOnlyMemory<byte> json)
    {
        ReadOnlySpan<byte> digits = json.Span[(json.Span.IndexOf("\"n\":"u8) + 4)..];
        Assert.True(Utf8Parser.TryParse(digits, out int number, out _));
        return number;
    }
}
