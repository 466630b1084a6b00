using System.Buffers.Text;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;

namespace TypedEvents.Tests;

/// <summary>A process of a model run: the real delivery loop, whose requests end when the model says so.</summary>
internal sealed class ModelProcess : IDisposable
{
    private readonly ModelWorld _world;
    private readonly ModelServer _server;
    private readonly CancellationTokenSource _ending = new();
    private ExceptionDispatchInfo? _violation;
    private readonly List<(TimeSpan At, Action End)> _requests = [];

    public ModelProcess(ModelWorld world, ModelServer server, DeliverySettings settings)
    {
        _world = world;
        _server = server;
        Loop = new DeliveryLoop(
            world.Outbox,
            SendAsync,
            RegisterAsync,
            new UserCache(100_000),
            new Uri("https://localhost/"),
            settings,
            world.Clock,
            NullLogger.Instance,
            onSettled: () => { },
            world.Random);
    }

    public DeliveryLoop Loop { get; }

    /// <summary>The next time at which something happens by itself.</summary>
    public TimeSpan NextAt { get; private set; }

    public IEnumerable<ModelEvent> InFlight { get; private set; } = [];

    /// <summary>Ends the requests whose time has come, and lets the loop do what there is to do.</summary>
    public void Step()
    {
        foreach ((TimeSpan At, Action End) request in _requests.Where(request => request.At <= _world.Now).ToList())
        {
            _requests.Remove(request);
            request.End();
        }

        _violation?.Throw();
        Task<TimeSpan> step = Loop.StepAsync(_ending.Token).AsTask();
        Assert.True(step.IsCompleted, "The loop waits for something else than the clock and its requests.");
        TimeSpan wait = step.Result;
        _violation?.Throw();
        TimeSpan next = wait == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : _world.Now + wait;
        NextAt = _requests.Select(request => request.At).Append(next).Min();
    }

    public void Dispose()
    {
        _ending.Dispose();
        Loop.Dispose();
    }

    private Task<EngageAnswer> SendAsync(string? appKey, IReadOnlyList<ReadOnlyMemory<byte>> bodies, CancellationToken cancellationToken)
    {
        List<ModelEvent> events = [.. bodies.Select(body => _world.Events[NumberOf(body)])];
        ModelAnswer answer = _server.Answer(_world.Now, events);
        try
        {
            for (int i = 0; i < events.Count; i++)
            {
                Assert.Equal(_world.EuidOf(events[i]), EuidIn(bodies[i]));
            }

            _world.NoteSent(this, events);
            if (answer.Keeps)
            {
                _world.NoteTaken(events, isSample: events.Count == 1 && Loop.ClosedFor == GateReason.Refusals);
            }
        }
        catch (Exception exception)
        {
            // The loop takes whatever a sender throws for a failed request.
            _violation = ExceptionDispatchInfo.Capture(exception);
        }

        InFlight = InFlight.Concat(events).ToList();
        var ended = new TaskCompletionSource<EngageAnswer>();
        _requests.Add((_world.Now + answer.Delay, End));
        return ended.Task;

        void End()
        {
            InFlight = InFlight.Except(events).ToList();
            if (events.Count == 1 && !answer.Answer.IsAccepted)
            {
                events[0].WasAlone = true;
            }

            ended.SetResult(answer.Answer);
        }
    }

    private Task<EngageAnswer> RegisterAsync(string identityName, string[] ids, CancellationToken cancellationToken)
    {
        ModelAnswer answer = _server.Register(_world.Now, ids);
        var ended = new TaskCompletionSource<EngageAnswer>();
        _requests.Add((_world.Now + answer.Delay, () => ended.SetResult(answer.Answer)));
        return ended.Task;
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
