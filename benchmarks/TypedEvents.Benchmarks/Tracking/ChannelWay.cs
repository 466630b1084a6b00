using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;

namespace TypedEvents.Benchmarks;

/// <summary>A hand-written tracker: the source-generated fast path, <see cref="Guid.NewGuid"/> and a bounded channel.</summary>
internal sealed class ChannelWay<TEvent> : ITrackWay
    where TEvent : IEngageEvent<TEvent>
{
    private readonly TEvent _value;
    private readonly JsonTypeInfo<Envelope<TEvent>> _typeInfo;
    private readonly Channel<byte[]> _channel = System.Threading.Channels.Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(200_000) { SingleReader = true });

    private readonly ThreadLocal<Envelope<TEvent>> _envelopes;
    private readonly Task _reading;
    private long _bytes;

    public ChannelWay(TEvent value, JsonTypeInfo<Envelope<TEvent>> typeInfo)
    {
        _value = value;
        _typeInfo = typeInfo;
        _envelopes = new(() => new Envelope<TEvent> { EventName = TEvent.Schema.Name, Properties = value });
        _reading = Task.Run(ReadAsync);
    }

    public string Name => "System.Text.Json, Guid.NewGuid, Channel<byte[]>";

    public long Bytes => Volatile.Read(ref _bytes);

    public static Euid UserOf(int thread) => new(10_000_091_198 + (thread * 7919L));

    public bool Track(int thread)
    {
        Envelope<TEvent> envelope = _envelopes.Value!;
        envelope.Euid = UserOf(thread).Value;
        envelope.Itime = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        envelope.RandomId = Guid.NewGuid();
        envelope.Properties = _value;
        return _channel.Writer.TryWrite(JsonSerializer.SerializeToUtf8Bytes(envelope, _typeInfo));
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Writer.Complete();
        await _reading.ConfigureAwait(false);
        _envelopes.Dispose();
    }

    private async Task ReadAsync()
    {
        await foreach (byte[] json in _channel.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            _bytes += json.Length;
        }
    }
}
