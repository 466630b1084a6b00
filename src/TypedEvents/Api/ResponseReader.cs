using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;

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

    private static EngageResponse Parse(EngageResponse head, ReadOnlySpan<byte> body)
    {
        try
        {
            var json = new Utf8JsonReader(body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body);
            return json.Read() && json.TokenType == JsonTokenType.StartObject ? ReadObject(head, ref json) : head;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or a property name that isn't well-formed UTF-16: a response without a code.
            return head;
        }
    }

    private static EngageResponse ReadObject(EngageResponse head, ref Utf8JsonReader json)
    {
        bool hasCode = false;
        int? code = null;
        string? message = null;
        List<KeyValuePair<string, Euid>> users = [];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isCode = json.ValueTextEquals("code"u8);
            bool isMessage = json.ValueTextEquals("message"u8);
            bool isData = json.ValueTextEquals("data"u8);
            json.Read();
            if (isCode)
            {
                int? one = json.TokenType == JsonTokenType.Number && json.TryGetInt32(out int number) ? number : null;
                code = hasCode ? Combine(code, one) : one;
                hasCode = true;
            }
            else if (isMessage)
            {
                message = ReadText(ref json);
            }
            else if (isData)
            {
                ReadUsers(ref json, users);
            }

            json.Skip();
        }

        // Nothing follows, or it isn't JSON.
        json.Read();
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

    private static void ReadUsers(ref Utf8JsonReader json, List<KeyValuePair<string, Euid>> users)
    {
        users.Clear();
        if (json.TokenType != JsonTokenType.StartArray)
        {
            return;
        }

        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.StartObject)
            {
                json.Skip();
                continue;
            }

            string? identity = null;
            long id = 0;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool isIdentity = json.ValueTextEquals("identity_value"u8);
                bool isEuid = json.ValueTextEquals("euid"u8);
                json.Read();
                if (isIdentity)
                {
                    identity = ReadText(ref json);
                }
                else if (isEuid && !(json.TokenType == JsonTokenType.Number && json.TryGetInt64(out id)))
                {
                    id = 0;
                }

                json.Skip();
            }

            if (identity is not null && Euid.TryCreate(id, out Euid euid))
            {
                users.Add(new(identity, euid));
            }
        }
    }

    /// <summary>Reads a string. One that isn't well-formed UTF-16 is <see langword="null"/>, and the rest of the response still counts.</summary>
    private static string? ReadText(ref Utf8JsonReader json)
    {
        try
        {
            return json.TokenType == JsonTokenType.String ? json.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static TimeSpan? ReadRetryAfter(RetryConditionHeaderValue? header, TimeProvider clock)
    {
        TimeSpan? asked = header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : null);
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }
}
