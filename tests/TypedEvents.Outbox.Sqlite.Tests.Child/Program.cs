using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using TypedEvents;
using TypedEvents.Outbox.Sqlite;

// append <path> <first number>: appends blocks of 10 numbered events until it is killed, and prints the last number of each durable block.
// claim <path>: tries to claim the outbox, prints the result, and holds the claim until its input ends.
// open <path>: opens the outbox, and prints the result.
// request <path>: opens the outbox within a request, and prints whether the outbox keeps the request's async locals alive.
// exhausted <path>: opens the outbox repeatedly, with 0 to 11 file descriptors left.
switch (args[0])
{
    case "open":
        Console.WriteLine(TryOpen(args[1]));
        return;

    case "request":
        (WeakReference request, SqliteOutbox opened) = await Task.Run(() => OpenInRequestAsync(args[1]));
        for (int i = 0; i < 1000 && request.IsAlive; i++)
        {
            // The thread that the request ran on may still be leaving it.
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Console.WriteLine(request.IsAlive ? "kept" : "free");
        await opened.DisposeAsync();
        return;

    case "exhausted":
        // The runtime ends a process that can't start the thread pool's threads, so start them while descriptors are left.
        await Task.Run(static () => { });
        TryOpen(args[1] + "-first");
        TryOpen(Path.Combine(args[1], "missing", "events.db"));
        Exhaust(args[1] + "-warm", left: 0);
        for (int left = 0; left < 12; left++)
        {
            Console.WriteLine(Exhaust(args[1] + left, left));
        }

        return;
}

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
        Console.WriteLine(claim is not null ? "claimed" : outbox.IsAppendOnly ? "only appends" : "rejected");
        Console.In.ReadToEnd();
        break;
}

static async Task<(WeakReference Request, SqliteOutbox Opened)> OpenInRequestAsync(string path)
{
    // An async local that is set in an asynchronous method is reset when the method ends.
    await Task.Yield();
    WeakReference request = SetRequest();
    return (request, SqliteOutbox.Open(path));

    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference SetRequest()
    {
        object value = new();
        _ = new AsyncLocal<object> { Value = value };
        return new WeakReference(value);
    }
}

static string TryOpen(string path)
{
    try
    {
        SqliteOutbox.Open(path).DisposeAsync().AsTask().GetAwaiter().GetResult();
        return "opened";
    }
    catch (Exception exception) when (exception is IOException or ArgumentException or InvalidDataException)
    {
        return $"{exception.GetType().Name}: {exception.Message}";
    }
}

static string Exhaust(string path, int left)
{
    List<FileStream> held = [];
    try
    {
        while (true)
        {
            held.Add(File.OpenRead("/dev/null"));
        }
    }
    catch (IOException)
    {
    }

    foreach (FileStream file in held[^left..])
    {
        file.Dispose();
    }

    string said = TryOpen(path);
    held.ForEach(file => file.Dispose());
    return said;
}
