using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using TypedEvents;
using TypedEvents.Outbox.Sqlite;

// append <path> <first number>: appends blocks of 10 numbered events until it is killed, and prints the last number of each durable block.
// claim <path>: tries to claim the outbox, prints the result, and holds the claim until its input ends.
// bind <path> <project>: binds the outbox to a project, and appends each line of its input as an event.
// open <path>: opens the outbox, and prints the result.
// check <path>: holds the lock of a process that checks the file, until its input ends.
// request <path>: opens the outbox within a request, and prints whether the outbox keeps the request's async locals alive.
// starve <path> <memory or sqlite> <stop or dispose>: blocks every pool thread, creates a tracker, tracks ten events, stops or disposes it,
// and prints how long that took.
// exhausted <path>: opens the outbox repeatedly, with 0 to 11 file descriptors left.
switch (args[0])
{
    case "open":
        Console.WriteLine(TryOpen(args[1]));
        return;

    case "check":
        using (new FileStream(args[1] + "-open.lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Console.WriteLine("checking");
            Console.In.ReadToEnd();
        }

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

    case "starve":
        Console.WriteLine(Starve(args[1], isDurable: args[2] == "sqlite", isDisposed: args[3] == "dispose"));
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

    case "bind":
        await outbox.OpenAsync(new OutboxOpening { Target = new OutboxTarget(new Uri("https://api.engagelab.cc"), args[2]) }, CancellationToken.None);
        Console.WriteLine("bound");
        while (Console.In.ReadLine() is { } line)
        {
            var bound = new EventBlock(1000, appKey: null);
            bound.Add(1, new EventSchema("page_viewed"), default, Encoding.UTF8.GetBytes(line), TimeProvider.System);
            try
            {
                await outbox.AppendAsync([bound], CancellationToken.None);
                Console.WriteLine("appended");
            }
            catch (IOException exception)
            {
                Console.WriteLine(exception.Message);
            }
        }

        break;

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
    var outbox = SqliteOutbox.Open(path);
    await outbox.GetPositionsAsync(CancellationToken.None);
    return (request, outbox);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference SetRequest()
    {
        object value = new();
        _ = new AsyncLocal<object> { Value = value };
        return new WeakReference(value);
    }
}

static string Starve(string path, bool isDurable, bool isDisposed)
{
    // Limits the pool, so that no threads are added for the blocked ones.
    int threads = Environment.ProcessorCount;
    ThreadPool.SetMinThreads(1, 1);
    if (!ThreadPool.SetMaxThreads(threads, threads))
    {
        throw new InvalidOperationException($"The pool can't be limited to {threads} threads.");
    }

    using var blocked = new CountdownEvent(threads);
    for (int i = 0; i < threads; i++)
    {
        ThreadPool.QueueUserWorkItem(_ =>
        {
            blocked.Signal();

            // Blocks the thread until the process ends: that is what is tested.
            Thread.Sleep(Timeout.Infinite);
        });
    }

    blocked.Wait();
    int ran = 0;
    ThreadPool.QueueUserWorkItem(_ => Interlocked.Increment(ref ran));
    var watch = Stopwatch.StartNew();
    EventTracker tracker = EventTracker.Create(options =>
    {
        // No server listens there, and no request is sent.
        options.BaseAddress = new Uri("http://127.0.0.1:9");
        options.AllowInsecureLoopback = true;
        options.ApiKey = options.ApiSecret = "local";
        options.ShutdownTimeout = TimeSpan.FromSeconds(2);
        options.Outbox = isDurable ? SqliteOutbox.Open(path) : null;
    });
    long made = watch.ElapsedMilliseconds;
    for (int i = 0; i < 10; i++)
    {
        tracker.Track(new Euid(1), new PageViewed(i));
    }

    watch.Restart();
    if (isDisposed)
    {
        tracker.DisposeAsync().AsTask().Wait();
    }
    else
    {
        tracker.StopAsync().AsTask().Wait();
    }

    long ended = watch.ElapsedMilliseconds;
    FlushResult result = tracker.StopAsync().AsTask().Result;
    return string.Create(
        CultureInfo.InvariantCulture,
        $"{made} {ended} {ran} {result.Tracker.Tracked} {result.Tracker.Appended} {result.Tracker.Dropped.AtShutdown} {result.Outbox!.Discarded.LeftOver}");
}

static string TryOpen(string path)
{
    try
    {
        SqliteOutbox outbox = SqliteOutbox.Open(path);
        try
        {
            outbox.GetPositionsAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            return "opened";
        }
        finally
        {
            outbox.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
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

[EngageEvent("page_viewed")]
internal readonly partial record struct PageViewed(int Number);
