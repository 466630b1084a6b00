using System.Buffers;
using System.Globalization;

namespace TypedEvents;

/// <summary>
/// The events of one report request, written as JSON when they are added, for use without a pipeline: <c>EngageApi.ReportAsync</c> sends it.
/// Not thread-safe.
/// </summary>
/// <remarks>
/// A batch can be sent again: its events keep their <c>random_id</c>, by which EngageLab recognizes a repeated report.
/// </remarks>
public sealed class EventBatch : IDisposable
{
    /// <summary>100, the documented limit of events per request of EngageLab's sibling calls.</summary>
    public const int DefaultMaxEvents = 100;

    /// <summary>256 KiB.</summary>
    public const int DefaultMaxBytes = 256 * 1024;

    private readonly int _maxEvents;
    private readonly int _maxBytes;
    private readonly TimeProvider _clock;
    private byte[] _bytes = [];
    private int _length;
    private bool _disposed;

    /// <summary>Creates an empty batch.</summary>
    /// <param name="maxEvents">The maximum number of events, at least 1.</param>
    /// <param name="maxBytes">The maximum size of the JSON in bytes, at least 1,024.</param>
    /// <param name="timeProvider">The clock for events without <c>OccurredAt</c>; <see langword="null"/>: <see cref="TimeProvider.System"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is too small.</exception>
    public EventBatch(int maxEvents = DefaultMaxEvents, int maxBytes = DefaultMaxBytes, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEvents, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1024);
        _maxEvents = maxEvents;
        _maxBytes = maxBytes;
        _clock = timeProvider ?? TimeProvider.System;
    }

    /// <summary>The number of events in the batch.</summary>
    public int Count { get; private set; }

    /// <summary>The events as JSON objects in UTF-8, with a comma between them. Valid until the batch is changed or disposed.</summary>
    public ReadOnlyMemory<byte> Events => _bytes.AsMemory(0, _length);

    /// <summary>Adds an event, unless the batch is full.</summary>
    /// <typeparam name="TEvent">The event type: a partial record that has <see cref="EngageEventAttribute"/>.</typeparam>
    /// <param name="euid">The user of the event.</param>
    /// <param name="value">The event. A later change to it doesn't change what is sent.</param>
    /// <param name="context">The event's time and id, if they aren't the current time and a new id.</param>
    /// <returns>Whether it was added; if not, send the batch, <see cref="Clear"/> it and add the event again.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="euid"/> or the <c>OccurredAt</c> is <c>default</c>, the <c>RandomId</c> is empty or isn't well-formed UTF-16, or the event alone is larger than a batch.
    /// Exceptions of the event's getters are passed on. The batch stays as it was in each case.
    /// </exception>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is <see langword="null"/>.</exception>
    public bool TryAdd<TEvent>(Euid euid, TEvent value, EventContext context = default)
        where TEvent : IEngageEvent<TEvent>
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        EventDefect defect = EventAdmission.Check(euid, !typeof(TEvent).IsValueType && value is null, in context);
        if (defect != EventDefect.None)
        {
            throw NewInvalid(TEvent.Schema.Name, defect);
        }

        if (Count == _maxEvents)
        {
            return false;
        }

        ScratchBuffer scratch = ScratchBuffer.Rent();
        try
        {
            scratch.Begin(_maxBytes, int.MaxValue);
            if (!EventEnvelope.TryWrite(scratch, euid, in value!, in context, _clock, out ReadOnlySpan<byte> json))
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"The event '{TEvent.Schema.Name}' has more than {_maxBytes:N0} bytes of JSON, which is the limit of the whole batch. Shorten its properties, or raise the batch's maxBytes."),
                    nameof(value));
            }

            int separator = Count == 0 ? 0 : 1;
            if (json.Length + separator > _maxBytes - _length)
            {
                return false;
            }

            Append(json, separator);
            return true;
        }
        finally
        {
            ScratchBuffer.Return(scratch);
        }
    }

    /// <summary>Empties the batch for the next events.</summary>
    public void Clear()
    {
        Count = 0;
        _length = 0;
    }

    /// <summary>Returns the batch's memory to the pool. The batch can't be used afterwards.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Clear();
            Release();
        }
    }

    /// <summary>The exception for an event that could never be added; it names the parameter of <see cref="TryAdd"/>.</summary>
    private static ArgumentException NewInvalid(string eventName, EventDefect defect)
    {
        string message = $"Event '{eventName}' can't be added: {EventAdmission.Describe(defect)}";
        string parameter = defect switch
        {
            EventDefect.NoUser => "euid",
            EventDefect.Null => "value",
            _ => "context",
        };
        return defect == EventDefect.Null ? new ArgumentNullException(parameter, message) : new ArgumentException(message, parameter);
    }

    private void Append(ReadOnlySpan<byte> json, int separator)
    {
        int needed = _length + separator + json.Length;
        if (needed > _bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Min(_maxBytes, Math.Max(4096, 2 * _bytes.Length))));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            Release();
            _bytes = larger;
        }

        if (separator > 0)
        {
            _bytes[_length] = (byte)',';
        }

        json.CopyTo(_bytes.AsSpan(_length + separator));
        _length = needed;
        Count++;
    }

    private void Release()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }
}
