using System.Globalization;
using System.Text;
using TypedEvents;
using TypedEvents.Outbox.Sqlite;

// append <path> <first number>: appends blocks of 10 numbered events until it is killed, and says the last number of each that is durable.
// claim <path>: asks for the right to send, says what came of it, and keeps it until its input ends.
await using SqliteOutbox outbox = SqliteOutbox.Open(args[1]);
switch (args[0])
{
    case "append":
        int number = int.Parse(args[2], CultureInfo.InvariantCulture);
        while (true)
        {
            var block = new EventBlock(1000, appKey: null);
            for (int i = 0; i < 10; i++)
            {
                string json = (number++).ToString(CultureInfo.InvariantCulture);
                block.Add(number % 16, new EventSchema("page_viewed"), default, Encoding.UTF8.GetBytes(json), TimeProvider.System);
            }

            await outbox.AppendAsync([block], CancellationToken.None);
            Console.WriteLine(number - 1);
        }

    case "claim":
        IOutboxClaim? claim = await outbox.TryClaimAsync(CancellationToken.None);
        Console.WriteLine(claim is not null ? "claimed" : outbox.OnlyAppends ? "only appends" : "refused");
        Console.In.ReadToEnd();
        break;
}
