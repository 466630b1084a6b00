using System.IO.Compression;

namespace TypedEvents.Collector;

/// <summary>Reads bodies into memory, up to a limit.</summary>
internal static class BodyReader
{
    /// <summary>
    /// Reads <paramref name="source"/> to its end, keeping <paramref name="limit"/> bytes: who sends too much is
    /// still listening when the answer comes.
    /// </summary>
    public static async Task<(byte[] Bytes, bool IsTooLarge)> ReadAsync(Stream source, int limit, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        long total = 0;
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
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
            await using var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
            return await ReadAsync(gzip, limit, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw RefusalException.At(JsonRules.Body, $"must be gzip. {e.Message}");
        }
    }
}
