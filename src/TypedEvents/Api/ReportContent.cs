using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;

namespace TypedEvents;

/// <summary>The body of a report request: the events' own bytes between a prefix and a suffix.</summary>
internal sealed class ReportContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/json") { CharSet = "utf-8" };
    private static readonly ReadOnlyMemory<byte> Suffix = "]}"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Comma = ","u8.ToArray();

    private const int MaxPieceBytes = 64 * 1024;

    private readonly ReadOnlyMemory<byte> _prefix;
    private readonly ReadOnlyMemory<byte>[] _events;
    private readonly long _length;
    private readonly RequestCompressor? _compressor;

    /// <param name="prefix">The JSON before the first event: <c>{"app_key":"…","data":[</c>.</param>
    /// <param name="events">Events, or several events with commas between them.</param>
    /// <param name="compressor">Compresses the body with gzip (<see cref="RequestCompression"/>); <see langword="null"/>: it isn't compressed.</param>
    public ReportContent(ReadOnlyMemory<byte> prefix, ReadOnlyMemory<byte>[] events, RequestCompressor? compressor)
    {
        _prefix = prefix;
        _events = events;
        _compressor = compressor;
        _length = prefix.Length + Suffix.Length + Math.Max(0, events.Length - 1);
        foreach (ReadOnlyMemory<byte> json in events)
        {
            _length += json.Length;
        }

        Headers.ContentType = Json;
        if (compressor is not null)
        {
            Headers.ContentEncoding.Add("gzip");
        }
    }

    /// <summary>Whether the body is compressed.</summary>
    public bool IsCompressed => _compressor is not null;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _compressor is null ? WriteAsync(stream, cancellationToken) : _compressor(stream, WriteAsync, cancellationToken);

    /// <summary>
    /// Writes large pieces: copying an event costs far less than writing it separately, which is a system call and wakes the reader.
    /// </summary>
    private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent((int)Math.Min(_length, MaxPieceBytes));
        int next = 0;
        int used = CopyEvents(piece, Copy(_prefix, piece, 0), ref next);
        while (next < _events.Length)
        {
            await stream.WriteAsync(piece.AsMemory(0, used), cancellationToken).ConfigureAwait(false);
            used = CopyEvents(piece, 0, ref next);
            if (used == 0)
            {
                // An event that is longer than a piece.
                await stream.WriteAsync(next > 0 ? Comma : default, cancellationToken).ConfigureAwait(false);
                await stream.WriteAsync(_events[next++], cancellationToken).ConfigureAwait(false);
                used = CopyEvents(piece, 0, ref next);
            }
        }

        await stream.WriteAsync(piece.AsMemory(0, Copy(Suffix, piece, used)), cancellationToken).ConfigureAwait(false);

        // Not after an exception: a write that was abandoned may still read it.
        ArrayPool<byte>.Shared.Return(piece);
    }

    /// <summary>Copies the next events, each with the comma before it, as long as there is room for them and for the suffix.</summary>
    /// <param name="piece">Where to.</param>
    /// <param name="used">How much of it is used already.</param>
    /// <param name="next">The next event.</param>
    /// <returns>How much of it is used then.</returns>
    private int CopyEvents(byte[] piece, int used, ref int next)
    {
        while (next < _events.Length)
        {
            int comma = next > 0 ? 1 : 0;
            int room = piece.Length - used - comma - Suffix.Length;
            if (_events[next].Length > room)
            {
                break;
            }

            ReadOnlySpan<byte> run = RunFrom(next, room, out next);
            if (comma > 0)
            {
                piece[used++] = (byte)',';
            }

            run.CopyTo(piece.AsSpan(used));
            used += run.Length;
        }

        return used;
    }

    /// <summary>An event, and those that lie behind it in memory with a comma in between, as those of the memory outbox do.</summary>
    /// <param name="first">The event.</param>
    /// <param name="maxBytes">How long they are at most together; the event isn't longer.</param>
    /// <param name="end">The event behind them.</param>
    private ReadOnlySpan<byte> RunFrom(int first, int maxBytes, out int end)
    {
        end = first + 1;
        if (!MemoryMarshal.TryGetArray(_events[first], out ArraySegment<byte> run))
        {
            return _events[first].Span;
        }

        // Where the next event lies behind the comma, the rest of the array has the same bytes at the same place.
        ReadOnlySpan<byte> rest = run.Array.AsSpan(run.Offset);
        int length = run.Count;
        for (; end < _events.Length && length < rest.Length && rest[length] == (byte)','; end++)
        {
            ReadOnlySpan<byte> next = _events[end].Span;
            if (next.Length >= maxBytes - length || !rest.Overlaps(next, out int offset) || offset != length + 1)
            {
                break;
            }

            length += 1 + next.Length;
        }

        return rest[..length];
    }

    private static int Copy(ReadOnlyMemory<byte> source, byte[] piece, int used)
    {
        source.Span.CopyTo(piece.AsSpan(used));
        return used + source.Length;
    }

    protected override bool TryComputeLength(out long length)
    {
        if (IsCompressed)
        {
            length = 0;
            return false;
        }

        length = _length;
        return true;
    }
}
