using System.Buffers;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;

namespace TypedEvents;

/// <summary>The body of a report request: the events' own bytes between a prefix and a suffix.</summary>
internal sealed class ReportContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/json") { CharSet = "utf-8" };
    private static readonly ReadOnlyMemory<byte> Suffix = "]}"u8.ToArray();

    /// <summary>A piece of the body up to this size is copied to others: a write of its own would cost more.</summary>
    private const int MaxCopiedBytes = 4 * 1024;

    private const int MaxGatheredBytes = 16 * 1024;

    private readonly ReadOnlyMemory<byte> _prefix;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _events;
    private readonly bool _isCompressed;

    /// <param name="prefix">What stands before the first event: <c>{"app_key":"…","data":[</c>.</param>
    /// <param name="events">Events, or runs of events with commas in between.</param>
    /// <param name="isCompressed">Whether it goes through gzip.</param>
    public ReportContent(ReadOnlyMemory<byte> prefix, IReadOnlyList<ReadOnlyMemory<byte>> events, bool isCompressed)
    {
        _prefix = prefix;
        _events = events;
        _isCompressed = isCompressed;
        Headers.ContentType = Json;
        if (isCompressed)
        {
            Headers.ContentEncoding.Add("gzip");
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (!_isCompressed)
        {
            await WriteAsync(stream, cancellationToken).ConfigureAwait(false);
            return;
        }

        var compressed = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
        await using (compressed.ConfigureAwait(false))
        {
            await WriteAsync(compressed, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_prefix, cancellationToken).ConfigureAwait(false);
        byte[]? gathered = null;
        int used = 0;
        for (int i = 0; i < _events.Count;)
        {
            ReadOnlyMemory<byte> run = RunFrom(ref i);
            int separator = i < _events.Count ? 1 : 0;
            bool isCopied = run.Length + separator <= MaxCopiedBytes;
            if (used > 0 && (!isCopied || used + run.Length + separator > MaxGatheredBytes))
            {
                await stream.WriteAsync(gathered.AsMemory(0, used), cancellationToken).ConfigureAwait(false);
                used = 0;
            }

            if (isCopied)
            {
                gathered ??= ArrayPool<byte>.Shared.Rent(MaxGatheredBytes);
                run.CopyTo(gathered.AsMemory(used));
                used += run.Length;
            }
            else
            {
                // What stands together in memory goes to the socket as it is.
                await stream.WriteAsync(run, cancellationToken).ConfigureAwait(false);
            }

            if (separator > 0)
            {
                gathered ??= ArrayPool<byte>.Shared.Rent(MaxGatheredBytes);
                gathered[used++] = (byte)',';
            }
        }

        if (used > 0)
        {
            await stream.WriteAsync(gathered.AsMemory(0, used), cancellationToken).ConfigureAwait(false);
        }

        if (gathered is not null)
        {
            // Not after an exception: a write that was given up may still read it.
            ArrayPool<byte>.Shared.Return(gathered);
        }

        await stream.WriteAsync(Suffix, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The events from one on that stand one behind the other with a comma in between, as the memory outbox keeps them: one piece of
    /// the body.
    /// </summary>
    private ReadOnlyMemory<byte> RunFrom(ref int index)
    {
        ReadOnlyMemory<byte> first = _events[index++];
        if (!MemoryMarshal.TryGetArray(first, out ArraySegment<byte> run))
        {
            return first;
        }

        byte[] array = run.Array!;
        int end = run.Offset + run.Count;
        while (index < _events.Count
            && MemoryMarshal.TryGetArray(_events[index], out ArraySegment<byte> next)
            && next.Array == array
            && next.Offset == end + 1
            && array[end] == (byte)',')
        {
            end = next.Offset + next.Count;
            index++;
        }

        return array.AsMemory(run.Offset, end - run.Offset);
    }

    protected override bool TryComputeLength(out long length)
    {
        if (_isCompressed)
        {
            length = 0;
            return false;
        }

        length = _prefix.Length + Suffix.Length + Math.Max(0, _events.Count - 1);
        foreach (ReadOnlyMemory<byte> json in _events)
        {
            length += json.Length;
        }

        return true;
    }
}
