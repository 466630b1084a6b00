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
            using JsonDocument document = JsonDocument.Parse(body);
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
                    && message.ValueKind == JsonValueKind.String ? MakeLoggable(message.GetString()!) : null,
                Users = ReadUsers(document.RootElement),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or text in it that is no valid UTF-16: an answer without a code.
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
                    && user.TryGetProperty("identity_value", out JsonElement value) && value.ValueKind == JsonValueKind.String
                    && user.TryGetProperty("euid", out JsonElement number) && number.ValueKind == JsonValueKind.Number
                    && number.TryGetInt64(out long id) && Euid.TryCreate(id, out Euid euid))
                {
                    users.Add(new(value.GetString()!, euid));
                }
            }
        }

        return users;
    }

    private static TimeSpan? ReadRetryAfter(RetryConditionHeaderValue? header, TimeProvider clock) =>
        header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : null);

    private static string MakeLoggable(string text)
    {
        string cut = text.Length <= MaxMessageCharacters ? text : text[..MaxMessageCharacters];
        return string.Create(cut.Length, cut, static (characters, source) =>
        {
            for (int i = 0; i < source.Length; i++)
            {
                characters[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });
    }
}
