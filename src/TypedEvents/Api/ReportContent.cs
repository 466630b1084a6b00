using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace TypedEvents;

/// <summary>The body of a report request: the events' own bytes between a prefix and a suffix.</summary>
internal sealed class ReportContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/json") { CharSet = "utf-8" };
    private static readonly ReadOnlyMemory<byte> Suffix = "]}"u8.ToArray();

    private const int MaxPieceBytes = 64 * 1024;

    private readonly ReadOnlyMemory<byte> _prefix;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _events;
    private readonly RequestCompressor? _compressor;

    /// <param name="prefix">The JSON before the first event: <c>{"app_key":"…","data":[</c>.</param>
    /// <param name="events">Events, or several events with commas between them.</param>
    /// <param name="compressor">Compresses the body with gzip (<see cref="RequestCompression"/>); <see langword="null"/>: it isn't compressed.</param>
    public ReportContent(ReadOnlyMemory<byte> prefix, IReadOnlyList<ReadOnlyMemory<byte>> events, RequestCompressor? compressor)
    {
        _prefix = prefix;
        _events = events;
        _compressor = compressor;
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
        byte[] piece = ArrayPool<byte>.Shared.Rent((int)Math.Min(Length, MaxPieceBytes));
        int used = Copy(_prefix, piece, 0);
        for (int i = 0; i < _events.Count; i++)
        {
            ReadOnlyMemory<byte> json = _events[i];
            if (used + 1 + json.Length + Suffix.Length > piece.Length)
            {
                await stream.WriteAsync(piece.AsMemory(0, used), cancellationToken).ConfigureAwait(false);
                used = 0;
            }

            if (i > 0)
            {
                piece[used++] = (byte)',';
            }

            if (used + json.Length + Suffix.Length <= piece.Length)
            {
                used = Copy(json, piece, used);
            }
            else
            {
                await stream.WriteAsync(piece.AsMemory(0, used), cancellationToken).ConfigureAwait(false);
                await stream.WriteAsync(json, cancellationToken).ConfigureAwait(false);
                used = 0;
            }
        }

        await stream.WriteAsync(piece.AsMemory(0, Copy(Suffix, piece, used)), cancellationToken).ConfigureAwait(false);

        // Not after an exception: a write that was abandoned may still read it.
        ArrayPool<byte>.Shared.Return(piece);
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

        length = Length;
        return true;
    }

    private long Length
    {
        get
        {
            long length = _prefix.Length + Suffix.Length + Math.Max(0, _events.Count - 1);
            for (int i = 0; i < _events.Count; i++)
            {
                length += _events[i].Length;
            }

            return length;
        }
    }
}
