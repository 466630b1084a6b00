using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;

namespace TypedEvents;

/// <summary>Reads an HTTP response into an <see cref="EngageAnswer"/>: <c>code</c> and <c>message</c> from any status.</summary>
internal static class AnswerReader
{
    /// <summary>More than this of an answer isn't read.</summary>
    private const int MaxAnswerBytes = 64 * 1024;

    private const int MaxMessageCharacters = 256;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static async Task<EngageAnswer> ReadAsync(HttpResponseMessage response, TimeProvider clock, CancellationToken cancellationToken)
    {
        var answer = new EngageAnswer
        {
            Status = response.StatusCode,
            RetryAfter = ReadRetryAfter(response.Headers.RetryAfter, clock),
        };
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxAnswerBytes + 1);
        try
        {
            Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            int length = await body.ReadAtLeastAsync(
                buffer.AsMemory(0, MaxAnswerBytes + 1),
                MaxAnswerBytes + 1,
                throwOnEndOfStream: false,
                cancellationToken).ConfigureAwait(false);
            return length > MaxAnswerBytes
                ? answer with { NoAnswer = NoAnswerReason.TooLong }
                : Parse(answer, buffer.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static EngageAnswer Parse(EngageAnswer answer, ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body.Span.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return answer;
            }

            return answer with
            {
                Code = document.RootElement.TryGetProperty("code", out JsonElement code)
                    && code.ValueKind == JsonValueKind.Number
                    && code.TryGetInt32(out int number) ? number : null,
                Message = document.RootElement.TryGetProperty("message", out JsonElement message)
                    && ReadText(message) is { } text ? MakeLoggable(text) : null,
                Users = ReadUsers(document.RootElement),
            };
        }
        catch (JsonException)
        {
            // No JSON: an answer without a code.
            return answer;
        }
    }

    private static List<KeyValuePair<string, Euid>> ReadUsers(JsonElement root)
    {
        List<KeyValuePair<string, Euid>> users = [];
        if (root.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement user in data.EnumerateArray())
            {
                if (user.ValueKind == JsonValueKind.Object
                    && user.TryGetProperty("identity_value", out JsonElement value) && ReadText(value) is { } identity
                    && user.TryGetProperty("euid", out JsonElement number) && number.ValueKind == JsonValueKind.Number
                    && number.TryGetInt64(out long id) && Euid.TryCreate(id, out Euid euid))
                {
                    users.Add(new(identity, euid));
                }
            }
        }

        return users;
    }

    /// <summary>Reads a string; one that is no valid UTF-16 is <see langword="null"/>, and what stands beside it still counts.</summary>
    private static string? ReadText(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
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

    private static string MakeLoggable(string text)
    {
        int length = Math.Min(text.Length, MaxMessageCharacters);
        bool splitsPair = length < text.Length && char.IsHighSurrogate(text[length - 1]);
        string cut = text[..(splitsPair ? length - 1 : length)];
        return string.Create(cut.Length, cut, static (characters, source) =>
        {
            for (int i = 0; i < source.Length; i++)
            {
                characters[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
    }
}
