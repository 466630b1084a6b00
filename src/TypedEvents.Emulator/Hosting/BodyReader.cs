using System.IO.Compression;

namespace TypedEvents.Emulator;

/// <summary>Reads bodies into memory, up to a limit.</summary>
internal static class BodyReader
{
    /// <summary>
    /// Reads <paramref name="source"/> to its end, but returns at most <paramref name="limit"/> bytes: a client that sends too much must
    /// still be able to receive the response.
    /// </summary>
    public static async Task<(byte[] Bytes, bool IsTooLarge)> ReadAsync(Stream source, int limit, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        long total = 0;
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            kept.Write(buffer, 0, (int)Math.Min(read, limit - kept.Length));
            total += read;
        }

        return (kept.ToArray(), total > limit);
    }

    public static async Task<(byte[] Bytes, bool IsTooLarge)> DecompressAsync(byte[] compressed, int limit, CancellationToken cancellationToken)
    {
        try
        {
            var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
            await using (gzip.ConfigureAwait(false))
            {
                return await ReadAsync(gzip, limit, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (InvalidDataException e)
        {
            throw RejectionException.At(JsonRules.Body, $"must be gzip. {e.Message}");
        }
    }
}
