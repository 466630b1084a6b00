using System.Globalization;
using System.Text.Json;
using TypedEvents.Emulator;
using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Stress;

/// <summary>
/// Verifies a soak run by what the server did with each request: no acknowledged event is lost; each event arrived once, under its id and
/// user; no event arrived before an earlier one of its user that wasn't quarantined; each dead letter had its evidence; and the statistics
/// match the server's.
/// </summary>
internal sealed class SoakVerifier(EngageLabEmulator emulator, SoakFaults faults)
{
    /// <summary>
    /// The longest time that a request may take: a request that arrived earlier by up to this time may have got its response later.
    /// </summary>
    private static readonly TimeSpan LongestWay = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After this many rejections without an acceptance the circuit is open or the name is on hold, and any event may be sent as a probe.
    /// </summary>
    private const int RejectionsOfProbe = 5;

    private const int FailuresOfDeadLetter = 4;

    private readonly Dictionary<TickId, string?> _acknowledged = [];
    private readonly Dictionary<TickId, long> _positions = [];
    private readonly List<(TickId Tick, string Sender, int Report)> _alone = [];
    private readonly List<string> _violations = [];

    public void Note(IEnumerable<string> lines)
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
            else if (ChildLine.ReadAlone(line) is { } alone)
            {
                _alone.Add(alone);
            }
        }
    }

    public async Task<SoakReport> CloseAsync(string file)
    {
        OutboxStatistics statistics;
        IReadOnlyList<StoredEvent> letters;
        await using (SqliteOutbox outbox = SqliteOutbox.Open(file))
        {
            statistics = (await outbox.GetStatisticsAsync(CancellationToken.None))!;
            letters = await outbox.ListAsync(OutboxQuery.DeadLetters, int.MaxValue);
        }

        List<Report> reports = InOrderOfSending([.. emulator.Requests.Where(request => request.Path == KillingHandler.ReportPath).Select(ToReport)]);
        Dictionary<TickId, ReceivedEvent> arrived = JudgeArrivals();
        HashSet<TickId> dead = JudgeLetters(letters, reports);
        JudgeOrder(reports);
        Judge(_acknowledged.Keys.Where(tick => !arrived.ContainsKey(tick) && !dead.Contains(tick)), tick => $"{tick} was acknowledged but is lost");
        JudgeStatistics(statistics, arrived.Keys.Concat(dead).Distinct().Count(), dead.Count, dead.Count(arrived.ContainsKey));
        return new SoakReport
        {
            Requests = emulator.RequestCount,
            Acknowledged = _acknowledged.Count,
            Statistics = statistics,
            Resends = emulator.DuplicateCount,
            Violations = _violations,
        };
    }

    private Report ToReport(ReceivedRequest request, int index)
    {
        SoakDisposition disposition = faults.DispositionOf(request);
        TickId[] ticks = [.. request.Events.Select(TickOf)];
        bool hasBad = request.Events.Any(IsBad);
        return new Report(
            index,
            request.Headers.TryGetValue(KillingHandler.NumberHeader, out string? number) ? int.Parse(number, CultureInfo.InvariantCulture) : index,
            request.Time,
            request.Headers[KillingHandler.ProcessHeader],
            ticks,
            IsPersisted: disposition.Keeps && !hasBad,
            IsAccepted: disposition is { Keeps: true, IsAnswered: true } && !hasBad,
            IsRejected: disposition.Rejects || (disposition is { Keeps: true, IsAnswered: true } && hasBad));
    }

    /// <summary>
    /// Orders are guaranteed by the sender. A busy server may process the reports in another order, and never process one that was canceled
    /// meanwhile, so only the process's own output tells that an event was tried.
    /// </summary>
    private List<Report> InOrderOfSending(List<Report> arrived)
    {
        HashSet<(string, int)> numbers = [.. arrived.Select(report => (report.Sender, report.Number))];
        IEnumerable<Report> others = _alone
            .Where(alone => !numbers.Contains((alone.Sender, alone.Report)))
            .Select(alone => new Report(0, alone.Report, default, alone.Sender, [alone.Tick], IsPersisted: false, IsAccepted: false, IsRejected: false) { HasArrived = false });
        Dictionary<string, Queue<Report>> sent = arrived.Concat(others)
            .GroupBy(report => report.Sender)
            .ToDictionary(sender => sender.Key, sender => new Queue<Report>(sender.OrderBy(report => report.Number)));
        List<Report> ordered = [];
        foreach (Report place in arrived)
        {
            // Takes the sender's next report instead, after those that never arrived.
            do
            {
                ordered.Add(sent[place.Sender].Dequeue() with { Index = ordered.Count });
            }
            while (!ordered[^1].HasArrived);
        }

        foreach (Report never in sent.Values.SelectMany(left => left))
        {
            ordered.Add(never with { Index = ordered.Count });
        }

        return ordered;
    }

    private Dictionary<TickId, ReceivedEvent> JudgeArrivals()
    {
        Dictionary<TickId, ReceivedEvent> arrived = [];
        foreach (ReceivedEvent received in emulator.Events)
        {
            TickId tick = TickOf(received);
            Judge(arrived.TryAdd(tick, received), () => $"{tick} arrived under two ids");
            Judge(_acknowledged.GetValueOrDefault(tick) is not { } id || id == received.RandomId, () => $"{tick} arrived under a different id than was acknowledged");
            Judge(received.Euid == EuidOf(tick), () => $"{tick} arrived under another user's EUID, {received.Euid}");
            Judge(!IsBad(received), () => $"{tick} is bad but was accepted");
        }

        Judge(emulator.ConflictCount == 0, () => $"{emulator.ConflictCount} events arrived with different bytes under the same id");
        return arrived;
    }

    /// <summary>
    /// Checks the order. An event may arrive before an earlier one of its user only if that one was sent alone and not accepted (so it was
    /// quarantined), or if any event may be sent as a probe because nothing is accepted.
    /// </summary>
    private void JudgeOrder(List<Report> reports)
    {
        Dictionary<EngageUser, SortedSet<long>> waiting = _positions
            .GroupBy(placed => StressUser.Of(placed.Key.User, placed.Key.Process))
            .ToDictionary(user => user.Key, user => new SortedSet<long>(user.Select(placed => placed.Value)));
        Dictionary<string, int> rejections = [];
        foreach (Report report in reports)
        {
            foreach (TickId tick in report.Ticks)
            {
                if (!_positions.TryGetValue(tick, out long position))
                {
                    _violations.Add($"{tick} was sent before any process had read it");
                    continue;
                }

                SortedSet<long> user = waiting[StressUser.Of(tick.User, tick.Process)];
                bool isSample = report.Ticks.Length == 1 && rejections.GetValueOrDefault(report.Sender) >= RejectionsOfProbe;
                bool isExpected = report.IsPersisted && user.Contains(position) && !isSample;
                Judge(!isExpected || user.Min == position, () => $"{tick} at {position} arrived before an event at {user.Min} of its user, which was never quarantined");
                if (report.IsPersisted || report.Ticks.Length == 1)
                {
                    // The event has arrived, or is quarantined from now on.
                    user.Remove(position);
                }
            }

            rejections[report.Sender] = report.IsAccepted ? 0 : rejections.GetValueOrDefault(report.Sender) + (report.IsRejected ? 1 : 0);
        }
    }

    /// <returns>The events that are dead letters.</returns>
    private HashSet<TickId> JudgeLetters(IReadOnlyList<StoredEvent> letters, List<Report> reports)
    {
        ILookup<TickId, Report> alone = reports.Where(report => report.Ticks.Length == 1).ToLookup(report => report.Ticks[0]);
        Report[] accepted = [.. reports.Where(report => report.IsAccepted)];
        HashSet<TickId> dead = [];
        foreach (StoredEvent letter in letters)
        {
            using JsonDocument document = TickId.Parse(letter.Json, letter.User.IsExternalId);
            TickId tick = TickId.Of(document.RootElement.GetProperty("properties"));
            dead.Add(tick);
            bool hasEvidence = letter.Reason!.Kind switch
            {
                DeadLetterKind.Rejected => alone[tick].Where(report => report.IsRejected).GroupBy(report => report.Sender).Any(sender => HasEvidence([.. sender], accepted)),
                DeadLetterKind.Undeliverable => alone[tick].Count(report => !report.IsAccepted) >= FailuresOfDeadLetter,
                _ => false,
            };
            Judge(hasEvidence, () => $"{tick} is a dead letter without evidence: {letter.Reason}");
        }

        return dead;
    }

    /// <summary>Whether the event was rejected alone, another one was accepted meanwhile, and it was rejected alone again.</summary>
    private static bool HasEvidence(Report[] rejections, Report[] accepted) =>
        rejections.Length > 1
        && accepted.Any(report => report.Sender == rejections[0].Sender && report.At > rejections[0].At - LongestWay && report.Index < rejections[^1].Index);

    private void JudgeStatistics(OutboxStatistics statistics, int atServerOrDead, int dead, int both)
    {
        Judge(statistics.Appended == statistics.Delivered + statistics.Pending + statistics.DeadLetters + statistics.Discarded.Total, () => $"the outbox's statistics don't add up: {statistics}");
        Judge(statistics is { Pending: 0, Discarded.Total: 0 }, () => $"events are pending, or were discarded: {statistics}");
        Judge(statistics.DeadLetters == dead, () => $"{dead} dead letters can be listed: {statistics}");

        // A dead letter may still have arrived, if its responses were lost.
        Judge(statistics.Appended == atServerOrDead, () => $"{atServerOrDead} were received or are dead letters ({both} both): {statistics}");
        Judge(statistics.Appended >= _acknowledged.Count, () => $"{_acknowledged.Count} were acknowledged: {statistics}");
    }

    private long EuidOf(TickId tick)
    {
        EngageUser user = StressUser.Of(tick.User, tick.Process);
        return user.TryGetEuid(out Euid euid) ? euid.Value : emulator.Users.GetValueOrDefault(new UserIdentity(user.IdentityName!, user.ExternalId!));
    }

    private void Judge<T>(IEnumerable<T> wrong, Func<T, string> say) => _violations.AddRange(wrong.Select(say));

    private void Judge(bool isRight, Func<string> say)
    {
        if (!isRight)
        {
            _violations.Add(say());
        }
    }

    private static TickId TickOf(ReceivedEvent received) => TickId.Of(received.Properties!.Value);

    private static bool IsBad(ReceivedEvent received) => received.Properties!.Value.GetProperty("is_bad").GetString() == "true";

    /// <summary>A report, with its index among all reports and its number among those of its sender, in the order of sending.</summary>
    private sealed record Report(int Index, int Number, DateTimeOffset At, string Sender, TickId[] Ticks, bool IsPersisted, bool IsAccepted, bool IsRejected)
    {
        public bool HasArrived { get; init; } = true;
    }
}
