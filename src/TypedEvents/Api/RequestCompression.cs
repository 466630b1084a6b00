using System.IO.Compression;

namespace TypedEvents;

/// <summary>Writes the body of a request to a stream.</summary>
internal delegate Task BodyWriter(Stream stream, CancellationToken cancellationToken);

/// <summary>Writes the body of a request to a stream, compressed.</summary>
internal delegate Task RequestCompressor(Stream stream, BodyWriter write, CancellationToken cancellationToken);

/// <summary>
/// The compression of requests. Only the setters of <c>CompressRequests</c> refer to it, so a Native AOT executable of an application that doesn't
/// compress contains no zlib.
/// </summary>
internal static class RequestCompression
{
    /// <summary>Writes a body with gzip, and leaves the stream open.</summary>
    public static async Task WriteWithGzipAsync(Stream stream, BodyWriter write, CancellationToken cancellationToken)
    {
        var compressed = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
        await using (compressed.ConfigureAwait(false))
        {
            await write(compressed, cancellationToken).ConfigureAwait(false);
        }
    }
}
