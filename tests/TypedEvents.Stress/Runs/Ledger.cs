using System.Globalization;
using System.Text.Json;
using TypedEvents.Emulator;
using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Stress;

/// <summary>Compares the acknowledged events with those that the server received and with the outbox's statistics.</summary>
/// <param name="isOrderKept">Whether the server doesn't fail, so that only bad events are quarantined.</param>
internal sealed class Ledger(bool isOrderKept)
{
    private readonly Dictionary<TickId, string?> _acknowledged = [];
    private readonly Dictionary<TickId, long> _positions = [];
    private readonly List<(int Process, KillStep Step)> _steps = [];
    private string? _firstOutOfOrder;

    /// <summary>Whether it is an event that the server rejects.</summary>
    public static bool IsBad(ReceivedEvent received) => received.Properties!.Value.GetProperty("is_bad").GetString() == "true";

    /// <summary>Records the lines that a process printed.</summary>
    public void Note(int process, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            if (ChildLine.ReadAcknowledgement(line) is { } acknowledged)
            {
                _acknowledged.Add(acknowledged.Tick, acknowledged.RandomId);
            }
            else if (ChildLine.ReadPlacement(line) is { } placed)
            {
                _positions[placed.Tick] = placed.Position;
            }
            else if (ChildLine.ReadStep(line) is { } step)
            {
                _steps.Add((process, step));
            }
        }
    }

    public async Task<KillReport> CloseAsync(string file, EngageLabEmulator emulator)
    {
        await using SqliteOutbox outbox = SqliteOutbox.Open(file);
        return await CloseAsync(outbox, emulator);
    }

    /// <param name="outbox">The outbox.</param>
    /// <param name="emulator">The server.</param>
    /// <param name="isCountedOnce">
    /// Whether the outbox counts each event once. The response to a commit may be lost with a server that is killed; the append is then repeated,
    /// and the outbox counts the same event twice.
    /// </param>
    public async Task<KillReport> CloseAsync(IEventOutbox outbox, EngageLabEmulator emulator, bool isCountedOnce = true)
    {
        if (emulator.DroppedEventCount > 0 || emulator.DroppedRequestCount > 0)
        {
            throw new InvalidOperationException($"The emulator dropped {emulator.DroppedEventCount} events and {emulator.DroppedRequestCount} requests, so nothing can be proven. Start it with Emulators.StartAsync.");
        }

        OutboxStatistics statistics = (await outbox.GetStatisticsAsync(CancellationToken.None))!;
        List<Arrival> dead = [.. (await outbox.ListAsync(OutboxQuery.DeadLetters, int.MaxValue)).Select(Arrival.Of)];
        List<Arrival> delivered = [.. emulator.Events.Select(received => Arrival.Of(received.RandomId, received.Properties!.Value))];
        HashSet<TickId> found = [.. delivered.Concat(dead).Select(arrival => arrival.Identity)];
        return new KillReport
        {
            Acknowledged = _acknowledged.Count,
            Appended = statistics.Appended,
            Delivered = delivered.Count,
            DeadLetters = dead.Count,
            Lost = _acknowledged.Keys.Count(identity => !found.Contains(identity)),
            SecondIds = delivered.Count - delivered.DistinctBy(arrival => arrival.Identity).Count()
                + delivered.Count(arrival => _acknowledged.GetValueOrDefault(arrival.Identity) is { } id && id != arrival.RandomId)
                + emulator.ConflictCount,
            Resends = emulator.DuplicateCount,
            WrongUsers = emulator.Events.Zip(delivered).Count(pair => pair.First.Euid != EuidOf(pair.Second.Identity, emulator)),
            OutOfOrder = isOrderKept ? CountOutOfOrder(delivered, emulator.Requests) : 0,
            StepKills = _steps.GroupBy(reached => reached.Step).ToDictionary(step => step.Key, step => step.Count()),
            NotSentAgain = _steps.Count(reached => IsSentAgainAfter(reached.Step) && !WasSentAgain(reached.Process, emulator.Requests)),
            WithoutEvidence = isOrderKept ? CountWithoutEvidence(dead, emulator.Requests) : 0,
            Misjudged = delivered.Count(arrival => arrival.IsBad) + dead.Count(arrival => !arrival.IsBad),
            WrongStatistics = IsRight(statistics, delivered.Count, dead.Count, isCountedOnce) ? 0 : 1,
            Finding = _firstOutOfOrder,
        };
    }

    /// <summary>Whether every appended event is accounted for, and the server received exactly the delivered ones.</summary>
    private bool IsRight(OutboxStatistics statistics, int delivered, int dead, bool isCountedOnce) =>
        statistics.Appended == statistics.Delivered + statistics.Pending + statistics.DeadLetters + statistics.Discarded.Total
        && statistics.Pending == 0
        && statistics.Discarded.Total == 0
        && (isCountedOnce ? statistics.Delivered == delivered : statistics.Delivered >= delivered)
        && statistics.DeadLetters == dead
        && statistics.Appended >= _acknowledged.Count;

    /// <summary>
    /// Counts dead letters that weren't rejected alone twice by one process which had another report accepted before the second time: only then
    /// it is known that the event is at fault and not the server.
    /// </summary>
    private static long CountWithoutEvidence(List<Arrival> dead, IReadOnlyList<ReceivedRequest> requests)
    {
        HashSet<string> evident = [];
        foreach (var reports in requests.Where(static request => request.Path == KillingHandler.ReportPath && request.Events.Count > 0).GroupBy(Sender))
        {
            bool hasAccepted = false;
            HashSet<string> once = [];
            foreach (ReceivedRequest report in reports)
            {
                if (!report.Events.Any(IsBad))
                {
                    hasAccepted = true;
                }
                else if (report.Events is [var alone] && !once.Add(alone.RandomId) && hasAccepted)
                {
                    evident.Add(alone.RandomId);
                }
            }
        }

        return dead.Count(letter => !evident.Contains(letter.RandomId));
    }

    /// <summary>The expected EUID of a user's events: its own, or the one that the server assigned to its external id.</summary>
    private static long EuidOf(TickId identity, EngageLabEmulator emulator)
    {
        EngageUser user = StressUser.Of(identity.User, identity.Process);
        return user.TryGetEuid(out Euid euid)
            ? euid.Value
            : emulator.Users.GetValueOrDefault(new UserIdentity(user.IdentityName!, user.ExternalId!));
    }

    /// <summary>
    /// Whether events must be sent again after a kill at a step: they were accepted and not yet settled. If the server fails at random, the
    /// response may not have been an acceptance.
    /// </summary>
    private bool IsSentAgainAfter(KillStep step) => step == KillStep.BeforeSettle || (step == KillStep.AfterPost && isOrderKept);

    private static bool WasSentAgain(int process, IReadOnlyList<ReceivedRequest> requests)
    {
        string sender = process.ToString(CultureInfo.InvariantCulture);
        HashSet<string> sent = [.. requests.Where(request => Sender(request) == sender).SelectMany(request => request.Events).Select(received => received.RandomId)];
        return requests.Any(request => Sender(request) != sender && request.Events.Any(received => sent.Contains(received.RandomId)));
    }

    private static string? Sender(ReceivedRequest request) => request.Headers.GetValueOrDefault(KillingHandler.ProcessHeader);

    /// <summary>
    /// Counts violations of order. A user's events of one process must arrive in the order of the calls. If the positions are known, those of
    /// all processes must arrive in the order in which they were appended.
    /// </summary>
    private long CountOutOfOrder(List<Arrival> delivered, IReadOnlyList<ReceivedRequest> requests)
    {
        long count = CountOutOfOrder(delivered, requests, arrival => (arrival.Identity.User, arrival.Identity.Process), arrival => arrival.Identity.Number);
        return _positions.Count == 0 ? count : count + CountOutOfOrder(
            delivered,
            requests,
            arrival => StressUser.Of(arrival.Identity.User, arrival.Identity.Process),
            arrival => _positions.GetValueOrDefault(arrival.Identity));
    }

    private long CountOutOfOrder<TKey>(List<Arrival> delivered, IReadOnlyList<ReceivedRequest> requests, Func<Arrival, TKey> keyOf, Func<Arrival, long> orderOf)
        where TKey : notnull
    {
        long count = 0;
        Dictionary<TKey, long> last = [];
        foreach (Arrival arrival in delivered)
        {
            // An event without a position was sent without having been read.
            long order = orderOf(arrival);
            if (last.TryGetValue(keyOf(arrival), out long before) && before >= order)
            {
                count++;
                _firstOutOfOrder ??= $"{arrival.Identity} ({order}) arrived after {before}: {Describe(arrival.Identity, requests)}";
            }

            last[keyOf(arrival)] = order;
        }

        return count;
    }

    /// <summary>The requests around an event: when, of which process, and with which events of its user.</summary>
    private static string Describe(TickId identity, IReadOnlyList<ReceivedRequest> requests)
    {
        const int Requests = 12;
        const int Distance = 8;
        return string.Join("; ", requests
            .Select(request => (Request: request, Numbers: NumbersOfUser(request)))
            .Where(sent => sent.Numbers.Length > 0)
            .SkipWhile(sent => Array.TrueForAll(sent.Numbers, number => Math.Abs(number - identity.Number) > Distance))
            .Take(Requests)
            .Select(sent => FormattableString.Invariant($"{sent.Request.Time:HH:mm:ss.fff} by {Sender(sent.Request)}: {string.Join(',', sent.Numbers)}")));

        int[] NumbersOfUser(ReceivedRequest request) =>
        [
            .. request.Events
                .Select(static received => TickId.Of(received.Properties!.Value))
                .Where(tick => (tick.User, tick.Process) == (identity.User, identity.Process))
                .Select(static tick => tick.Number),
        ];
    }

    private readonly record struct Arrival(TickId Identity, string RandomId, bool IsBad)
    {
        public static Arrival Of(string randomId, JsonElement properties) =>
            new(TickId.Of(properties), randomId, properties.GetProperty("is_bad").GetString() == "true");

        public static Arrival Of(StoredEvent stored)
        {
            using JsonDocument document = TickId.Parse(stored.Json, stored.User.IsExternalId);
            JsonElement root = document.RootElement;
            return Of(root.GetProperty("random_id").GetString()!, root.GetProperty("properties"));
        }
    }
}
