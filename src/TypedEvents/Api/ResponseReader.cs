using System.Buffers;
using System.Net.Http.Headers;

namespace TypedEvents;

/// <summary>Reads an HTTP response into an <see cref="EngageResponse"/>: <c>code</c> and <c>message</c> from any status.</summary>
internal static class ResponseReader
{
    /// <summary>The most bytes that are read of a response that doesn't repeat the request's ids.</summary>
    public const int MaxResponseBytes = 64 * 1024;

    private const int UsualAnswerBytes = 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static EngageResponse ReadHead(HttpResponseMessage httpResponse, TimeProvider clock) => new()
    {
        Status = httpResponse.StatusCode,
        RetryAfter = ReadRetryAfter(httpResponse.Headers.RetryAfter, clock),
    };

    public static async Task<EngageResponse> ReadBodyAsync(EngageResponse head, HttpResponseMessage httpResponse, int maxBytes, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(UsualAnswerBytes);
        try
        {
            Stream body = await httpResponse.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            int length = 0;
            while (length <= maxBytes)
            {
                if (length == buffer.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                int read = await body.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return Parse(head, buffer.AsSpan(0, length));
                }

                length += read;
            }

            return head with { TransportError = TransportError.TooLong };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Adds what a body says to the head of its response; nothing, if the body isn't a JSON object.</summary>
    internal static EngageResponse Parse(EngageResponse head, ReadOnlySpan<byte> body)
    {
        try
        {
            return ReadObject(head, new JsonCursor(body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body));
        }
        catch (FormatException)
        {
            return head;
        }
    }

    private static EngageResponse ReadObject(EngageResponse head, JsonCursor json)
    {
        bool hasCode = false;
        int? code = null;
        string? message = null;
        List<KeyValuePair<string, Euid>> users = [];
        json.Begin('{');
        while (json.NextProperty(out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("code"u8))
            {
                int? one = json.ReadInteger() is { } number and >= int.MinValue and <= int.MaxValue ? (int)number : null;
                code = hasCode ? Combine(code, one) : one;
                hasCode = true;
            }
            else if (name.SequenceEqual("message"u8))
            {
                message = json.ReadString();
            }
            else if (name.SequenceEqual("data"u8))
            {
                ReadUsers(ref json, users);
            }
            else
            {
                json.Skip();
            }
        }

        json.End();
        return head with { Code = code, Message = message, Users = users };
    }

    /// <summary>
    /// The code of a response that has two: success if both are, the one that isn't success if there is one such, and otherwise
    /// none, as if the response weren't EngageLab's.
    /// </summary>
    private static int? Combine(int? first, int? second) =>
        first == second || first is not (null or 0) ? first
        : second is not (null or 0) ? second
        : null;

    private static void ReadUsers(ref JsonCursor json, List<KeyValuePair<string, Euid>> users)
    {
        users.Clear();
        if (json.Peek() != '[')
        {
            json.Skip();
            return;
        }

        json.Begin('[');
        while (json.NextElement())
        {
            if (json.Peek() != '{')
            {
                json.Skip();
                continue;
            }

            string? identity = null;
            long id = 0;
            json.Begin('{');
            while (json.NextProperty(out ReadOnlySpan<byte> name))
            {
                if (name.SequenceEqual("identity_value"u8))
                {
                    identity = json.ReadString();
                }
                else if (name.SequenceEqual("euid"u8))
                {
                    id = json.ReadInteger() ?? 0;
                }
                else
                {
                    json.Skip();
                }
            }

            if (identity is not null && Euid.TryCreate(id, out Euid euid))
            {
                users.Add(new(identity, euid));
            }
        }
    }

    private static TimeSpan? ReadRetryAfter(RetryConditionHeaderValue? header, TimeProvider clock)
    {
        TimeSpan? asked = header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : null);
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }
}
