namespace TypedEvents.Emulator.Tests;

/// <summary>A thread whose synchronization context runs callbacks on that thread, such as a UI thread, may block on the emulator.</summary>
public sealed class BlockingCallerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_starts_waits_and_stops_while_the_thread_of_the_context_is_blocked()
    {
        var context = new BlockedContext();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(context);
            try
            {
                EngageLabEmulator emulator = EngageLabEmulator.StartAsync(cancellationToken: Cancellation).GetAwaiter().GetResult();
                using (var client = new HttpClient())
                using (var request = new HttpRequestMessage(HttpMethod.Get, emulator.BaseAddress))
                {
                    client.Send(request, Cancellation);
                }

                emulator.WaitForRequestsAsync(1, Cancellation).GetAwaiter().GetResult();
                using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
                Assert.ThrowsAny<OperationCanceledException>(() => emulator.WaitForRequestsAsync(2, soon.Token).GetAwaiter().GetResult());
                emulator.DisposeAsync().AsTask().GetAwaiter().GetResult();
                done.SetResult();
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        })
        { IsBackground = true };
        thread.Start();
        await done.Task.WaitAsync(Patience, Cancellation);
        Assert.Equal(0, context.Posts);
    }

    /// <summary>A context whose thread is blocked: posted callbacks never run.</summary>
    private sealed class BlockedContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback callback, object? state) => Interlocked.Increment(ref _posts);
    }
}
