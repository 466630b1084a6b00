using Microsoft.Extensions.Time.Testing;

namespace TypedEvents.Tests;

/// <summary>
/// A clock that stands still until a test lets it run, and then runs fifty times as fast as real time, but only while no request
/// is under way: loopback takes its own time, in which a running clock would let every request time out.
/// </summary>
internal sealed class PacedClock : DelegatingHandler
{
    private static readonly TimeSpan RealTimeOfStep = TimeSpan.FromMilliseconds(1);

    private int _requests;
    private int _bytesRead;

    public PacedClock()
        : base(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Client = new HttpClient(this);
    }

    /// <summary>How far it goes in a millisecond of real time: more for a test in which minutes pass.</summary>
    public TimeSpan Step { get; init; } = TimeSpan.FromMilliseconds(50);

    public FakeTimeProvider Time { get; } = Trackers.FakeClock();

    public HttpClient Client { get; }

    /// <summary>How many bytes of answers' bodies were read.</summary>
    public int BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>Makes a tracker use the clock. It doesn't wait for anything when it is disposed, since nobody moves the clock then.</summary>
    public void Drive(EventTrackerOptions options)
    {
        options.TimeProvider = Time;
        options.HttpClient = Client;
        options.FlushTimeout = TimeSpan.FromHours(1);
        options.ShutdownTimeout = TimeSpan.Zero;
    }

    /// <summary>Lets the clock run until something has happened.</summary>
    /// <param name="happening">What is waited for.</param>
    /// <param name="isServerHanging">Whether the clock runs although a request is under way, because nobody will answer it.</param>
    public async Task RunUntilAsync(Task happening, bool isServerHanging = false)
    {
        using var pace = new PeriodicTimer(RealTimeOfStep);
        while (!happening.IsCompleted)
        {
            await pace.WaitForNextTickAsync(Trackers.Cancellation);
            if (isServerHanging || Volatile.Read(ref _requests) == 0)
            {
                Time.Advance(Step);
            }
        }

        await happening;
    }

    /// <summary>Lets the clock run until something is so.</summary>
    public async Task RunUntilAsync(Func<ValueTask<bool>> isSo)
    {
        using var pace = new PeriodicTimer(RealTimeOfStep);
        while (!await isSo())
        {
            await pace.WaitForNextTickAsync(Trackers.Cancellation);
            if (Volatile.Read(ref _requests) == 0)
            {
                Time.Advance(Step);
            }
        }
    }

    /// <inheritdoc cref="RunUntilAsync(Task, bool)"/>
    public async Task<T> RunUntilAsync<T>(Task<T> happening, bool isServerHanging = false)
    {
        await RunUntilAsync((Task)happening, isServerHanging);
        return await happening;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            var body = new WatchedStream(await response.Content.ReadAsStreamAsync(cancellationToken), count => Interlocked.Add(ref _bytesRead, count), OnEnded);
            var content = new StreamContent(body);
            foreach ((string name, IEnumerable<string> values) in response.Content.Headers)
            {
                content.Headers.TryAddWithoutValidation(name, values);
            }

            response.Content = content;
            return response;
        }
        catch
        {
            OnEnded();
            throw;
        }
    }

    private void OnEnded() => Interlocked.Decrement(ref _requests);

    /// <summary>Says what was read of it, and when nobody reads it any more.</summary>
    private sealed class WatchedStream(Stream inner, Action<int> onRead, Action onDisposed) : Stream
    {
        private Action? _onDisposed = onDisposed;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await inner.ReadAsync(buffer, cancellationToken);
            onRead(read);
            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            Interlocked.Exchange(ref _onDisposed, null)?.Invoke();
            base.Dispose(disposing);
        }
    }
}
