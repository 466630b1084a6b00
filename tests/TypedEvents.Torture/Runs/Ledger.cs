using System.Globalization;
using System.Text;
using System.Text.Json;
using TypedEvents.Collector;
using TypedEvents.Outbox.Sqlite;

namespace TypedEvents.Torture;

/// <summary>Compares what was acknowledged with what the server got and what the outbox says.</summary>
internal sealed class Ledger(bool isOrderKept)
{
    private readonly Dictionary<Identity, string?> _acknowledged = [];
    private string? _firstOutOfOrder;

    /// <summary>Notes what a process said: a line for each acknowledged event.</summary>
    public void Note(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            string[] parts = line.Split(' ');
            int[] numbers = [.. parts[..3].Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
            _acknowledged.Add(new Identity(numbers[0], numbers[1], numbers[2]), parts[3] == "-" ? null : parts[3]);
        }
    }

    public async Task<KillReport> CloseAsync(string file, EngageLabCollector collector)
    {
        OutboxAccount account;
        List<Arrival> dead;
        await using (SqliteOutbox outbox = SqliteOutbox.Open(file))
        {
            account = await outbox.GetAccountAsync(CancellationToken.None);
            dead = [.. (await outbox.ListAsync(OutboxQuery.DeadLetters, int.MaxValue)).Select(Arrival.Of)];
        }

        List<Arrival> delivered = [.. collector.Events.Select(received => Arrival.Of(received.RandomId, received.Properties!.Value))];
        HashSet<Identity> found = [.. delivered.Concat(dead).Select(arrival => arrival.Identity)];
        return new KillReport
        {
            Acknowledged = _acknowledged.Count,
            Appended = account.Appended,
            Delivered = delivered.Count,
            DeadLetters = dead.Count,
            Lost = _acknowledged.Keys.Count(identity => !found.Contains(identity)),
            SecondIds = delivered.Count - delivered.DistinctBy(arrival => arrival.Identity).Count()
                + delivered.Count(arrival => _acknowledged.GetValueOrDefault(arrival.Identity) is { } id && id != arrival.RandomId)
                + collector.ConflictCount,
            Resends = collector.DuplicateCount,
            WrongUsers = collector.Events.Zip(delivered).Count(pair => pair.First.Euid != EuidOf(pair.Second.Identity, collector)),
            OutOfOrder = isOrderKept ? CountOutOfOrder(delivered) : 0,
            Misjudged = delivered.Count(arrival => arrival.IsBad) + dead.Count(arrival => !arrival.IsBad),
            WrongAccounts = IsRight(account, delivered.Count, dead.Count) ? 0 : 1,
            Finding = _firstOutOfOrder,
        };
    }

    /// <summary>All that the outbox ever took is accounted for, and the server has exactly what it says was delivered.</summary>
    private bool IsRight(OutboxAccount account, int delivered, int dead) =>
        account.Appended == account.Delivered + account.Pending + account.DeadLetters + account.Discarded.Total
        && account.Pending == 0
        && account.Discarded.Total == 0
        && account.Delivered == delivered
        && account.DeadLetters == dead
        && account.Appended >= _acknowledged.Count;

    /// <summary>The EUID under which a user's events belong: its own, or the one that the server gave for its id.</summary>
    private static long EuidOf(Identity identity, EngageLabCollector collector)
    {
        EngageUser user = TortureUser.Of(identity.User, identity.Process);
        return user.TryGetEuid(out Euid euid)
            ? euid.Value
            : collector.Users.GetValueOrDefault(new UserIdentity(user.IdentityName!, user.OwnId!));
    }

    private long CountOutOfOrder(IEnumerable<Arrival> delivered)
    {
        long count = 0;
        Dictionary<(int User, int Process), int> last = [];
        foreach ((Identity identity, _, _) in delivered)
        {
            (int, int) key = (identity.User, identity.Process);
            if (last.TryGetValue(key, out int before) && before > identity.Number)
            {
                count++;
                _firstOutOfOrder ??= $"{identity} arrived after number {before}";
            }

            last[key] = identity.Number;
        }

        return count;
    }

    private readonly record struct Identity(int User, int Process, int Number);

    private readonly record struct Arrival(Identity Identity, string RandomId, bool IsBad)
    {
        public static Arrival Of(string randomId, JsonElement properties) => new(
            new Identity(properties.GetProperty("user").GetInt32(), properties.GetProperty("process").GetInt32(), properties.GetProperty("number").GetInt32()),
            randomId,
            properties.GetProperty("is_bad").GetString() == "true");

        public static Arrival Of(StoredEvent stored)
        {
            // The place of an EUID that never came is blank.
            string json = Encoding.UTF8.GetString(stored.Json.Span);
            using JsonDocument document = JsonDocument.Parse(stored.User.IsOwnId ? json.Replace("\"euid\": ", "\"euid\":0", StringComparison.Ordinal) : json);
            JsonElement root = document.RootElement;
            return Of(root.GetProperty("random_id").GetString()!, root.GetProperty("properties"));
        }
    }
}
