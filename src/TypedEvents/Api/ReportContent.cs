using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace TypedEvents;

/// <summary>The body of a report request: the events' own bytes between a prefix and a suffix.</summary>
internal sealed class ReportContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/json") { CharSet = "utf-8" };
    private static readonly ReadOnlyMemory<byte> Separator = ","u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Suffix = "]}"u8.ToArray();

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
        for (int i = 0; i < _events.Count; i++)
        {
            if (i > 0)
            {
                await stream.WriteAsync(Separator, cancellationToken).ConfigureAwait(false);
            }

            await stream.WriteAsync(_events[i], cancellationToken).ConfigureAwait(false);
        }

        await stream.WriteAsync(Suffix, cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        if (_isCompressed)
        {
            length = 0;
            return false;
        }

        length = _prefix.Length + Suffix.Length + (Math.Max(0, _events.Count - 1) * Separator.Length);
        foreach (ReadOnlyMemory<byte> json in _events)
        {
            length += json.Length;
        }

        return true;
    }
}
