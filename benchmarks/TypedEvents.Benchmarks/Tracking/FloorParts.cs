namespace TypedEvents.Benchmarks;

/// <summary>Each part of the floor alone. Their sum is more than the whole, because the parts overlap.</summary>
internal static class FloorParts
{
    public static ITrackWay[] Of<TEvent>(TEvent value)
        where TEvent : IEngageEvent<TEvent> =>
        [new Clock(), new Id(), new Json<TEvent>(value), new BytesCopied<TEvent>(value)];

    private sealed class Clock : ITrackWay
    {
        private DateTimeOffset _now;

        public string Name => "floor: clock";

        public bool Track(int thread)
        {
            _now = TimeProvider.System.GetUtcNow();
            return _now != default;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Id : ITrackWay
    {
        private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
        private Guid _id;

        public string Name => "floor: id";

        public bool Track(int thread)
        {
            _id = RandomId.New(_now);
            return _id != default;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Json<TEvent>(TEvent value) : ITrackWay
        where TEvent : IEngageEvent<TEvent>
    {
        private readonly ScratchBuffer _scratch = new();
        private readonly Guid _id = Guid.NewGuid();

        /// <summary>Advances like the clock of a program that tracks 1,000 events a millisecond.</summary>
        private long _microseconds = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000;

        public string Name => "floor: JSON";

        public bool Track(int thread)
        {
            _scratch.Begin(FloorThread.MaxEventBytes, int.MaxValue);
            return EventJson.TryWrite(_scratch, ChannelWay<TEvent>.UserOf(thread), in value, ++_microseconds / 1000, in _id, out _);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class BytesCopied<TEvent>(TEvent value) : ITrackWay
        where TEvent : IEngageEvent<TEvent>
    {
        private readonly FloorThread _thread = new();
        private readonly byte[] _json = JsonOf(value);

        public string Name => "floor: copy";

        public bool Track(int thread)
        {
            _thread.Copy(_json);
            return true;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static byte[] JsonOf(TEvent value)
        {
            var scratch = new ScratchBuffer();
            scratch.Begin(FloorThread.MaxEventBytes, int.MaxValue);
            Guid id = Guid.NewGuid();
            EventJson.TryWrite(scratch, ChannelWay<TEvent>.UserOf(0), in value, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), in id, out ReadOnlySpan<byte> json);
            return json.ToArray();
        }
    }
}
