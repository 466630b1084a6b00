using System.IO.Compression;

namespace TypedEvents;

/// <summary>
/// The compression of requests. Only the setters of <c>CompressRequests</c> refer to it, so a Native AOT executable of an application that doesn't
/// compress contains no zlib.
/// </summary>
internal static class RequestCompression
{
    /// <summary>Compresses what is written to the stream that it returns, and leaves <paramref name="stream"/> open.</summary>
    public static Stream Gzip(Stream stream) => new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true);
}
