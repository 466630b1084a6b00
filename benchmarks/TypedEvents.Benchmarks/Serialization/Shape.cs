using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TypedEvents.Benchmarks;

/// <summary>An event type, with everything that the candidates need to write it.</summary>
internal abstract class Shape(string name)
{
    protected static readonly Euid User = new(10_000_091_198);
    protected static readonly Guid RandomId = Guid.Parse("0196a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");

    public string Name { get; } = name;

    /// <summary>The baseline first, ours last.</summary>
    public abstract IReadOnlyList<Candidate> Candidates { get; }

    /// <summary>Verifies that all candidates write the same values.</summary>
    public abstract void Verify();
}

/// <inheritdoc/>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "It lives as long as the process.")]
internal sealed class Shape<TEvent>(
    string name,
    TEvent[] values,
    JsonTypeInfo<Envelope<TEvent>> fastPath,
    JsonTypeInfo<Envelope<TEvent>> metadata,
    Func<TEvent, Dictionary<string, object?>> toDictionary) : Shape(name)
    where TEvent : IEngageEvent<TEvent>
{
    private const long FirstItime = 1_778_000_000_123;

    /// <summary>Advances by a millisecond with each event.</summary>
    private long _itime = FirstItime;

    private readonly SharedBuffer _buffer = new();
    private readonly SharedBuffer.Scratch _scratch = new();
    private readonly Utf8JsonWriter _writer = new(new SharedBuffer(), new JsonWriterOptions { SkipValidation = true });
    private readonly Envelope<TEvent> _envelope = new()
    {
        EventName = TEvent.Schema.Name,
        Euid = User.Value,
        RandomId = RandomId,
    };

    public override IReadOnlyList<Candidate> Candidates =>
    [
        new("System.Text.Json, source-generated fast path", RunFastPath),
        new("System.Text.Json, source-generated metadata", RunMetadata),
        new("System.Text.Json, dictionary to a new array", RunDictionary),
        new("TypedEvents", RunOurs),
    ];

    public override void Verify()
    {
        foreach (TEvent value in values)
        {
            using JsonDocument expected = JsonDocument.Parse(WriteFastPath(value).ToArray());
            using JsonDocument fromMetadata = JsonDocument.Parse(WriteMetadata(value).ToArray());
            using JsonDocument fromDictionary = JsonDocument.Parse(WriteDictionary(value));
            using JsonDocument ours = JsonDocument.Parse(WriteOurs(in value).ToArray());
            foreach (JsonDocument actual in new[] { fromMetadata, fromDictionary, ours })
            {
                if (!JsonElement.DeepEquals(expected.RootElement, actual.RootElement))
                {
                    throw new InvalidOperationException($"{Name}: {actual.RootElement} isn't {expected.RootElement}");
                }
            }
        }
    }

    private void RunFastPath(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _itime++;
            WriteFastPath(values[i & (values.Length - 1)]);
        }
    }

    private void RunMetadata(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _itime++;
            WriteMetadata(values[i & (values.Length - 1)]);
        }
    }

    private void RunDictionary(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _itime++;
            WriteDictionary(values[i & (values.Length - 1)]);
        }
    }

    private void RunOurs(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _itime++;
            WriteOurs(in values[i & (values.Length - 1)]);
        }
    }

    private ReadOnlySpan<byte> WriteFastPath(TEvent value)
    {
        _envelope.Itime = _itime;
        _envelope.Properties = value;
        _buffer.Clear();
        _writer.Reset(_buffer);
        fastPath.SerializeHandler!(_writer, _envelope);
        _writer.Flush();
        return _buffer.Written;
    }

    private ReadOnlySpan<byte> WriteMetadata(TEvent value)
    {
        _envelope.Itime = _itime;
        _envelope.Properties = value;
        _buffer.Clear();
        _writer.Reset(_buffer);
        JsonSerializer.Serialize(_writer, _envelope, metadata);
        _writer.Flush();
        return _buffer.Written;
    }

    private byte[] WriteDictionary(TEvent value)
    {
        var envelope = new Dictionary<string, object?>
        {
            ["event_name"] = _envelope.EventName,
            ["euid"] = User.Value,
            ["itime"] = _itime,
            ["random_id"] = RandomId,
            ["properties"] = toDictionary(value),
        };
        return JsonSerializer.SerializeToUtf8Bytes(envelope, DictionaryContext.Default.DictionaryStringObject);
    }

    private ReadOnlySpan<byte> WriteOurs(in TEvent value)
    {
        _scratch.Begin(1_000_000, int.MaxValue);
        EventJson.TryWrite(_scratch, User, in value, _itime, in RandomId, out ReadOnlySpan<byte> json);
        return json;
    }
}
