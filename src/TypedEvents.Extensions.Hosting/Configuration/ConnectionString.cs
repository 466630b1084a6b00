using System.Text;

namespace TypedEvents.Configuration;

/// <summary>
/// Reads <c>Endpoint=…;ApiKey=…;ApiSecret=…</c>. A value that contains a semicolon or a quote stands in quotes of the other kind, in which the
/// quote itself is doubled. No message contains a value.
/// </summary>
internal static class ConnectionString
{
    private const string Keywords = "Endpoint, ApiKey, ApiSecret and AllowInsecureLoopback";

    /// <summary>Reads a connection string.</summary>
    /// <param name="text">The connection string.</param>
    /// <param name="key">Its configuration key.</param>
    /// <param name="options">The options to set.</param>
    /// <param name="reading">What is wrong is added to it.</param>
    public static void Read(string text, string key, EventTrackerOptions options, SettingsReading reading)
    {
        int position = 0;
        while (position < text.Length)
        {
            if (char.IsWhiteSpace(text[position]) || text[position] == ';')
            {
                position++;
                continue;
            }

            int equals = text.IndexOf('=', position);
            if (equals < 0)
            {
                reading.Failures.Add($"{key} has a part without '='. It must be of the form Endpoint=…;ApiKey=…;ApiSecret=….");
                return;
            }

            string keyword = text[position..equals].Trim();
            position = equals + 1;
            if (ReadValue(text, ref position) is not { } value)
            {
                reading.Failures.Add($"{key} has a quoted value that doesn't end. Close the quote, and double quotes within it.");
                return;
            }

            if (value.Length > 0)
            {
                Apply(keyword, value, key, options, reading);
            }
        }
    }

    private static void Apply(string keyword, string value, string key, EventTrackerOptions options, SettingsReading reading)
    {
        switch (keyword.ToUpperInvariant())
        {
            case "ENDPOINT" when Uri.TryCreate(value, UriKind.Absolute, out Uri? address):
                options.BaseAddress = address;
                reading.Others[key] = value;
                break;
            case "ENDPOINT":
                reading.Failures.Add($"{key}: Endpoint isn't an absolute address, such as {EngageApiOptions.DefaultBaseAddress}.");
                break;
            case "APIKEY":
                options.ApiKey = reading.ApiKey = value;
                break;
            case "APISECRET":
                options.ApiSecret = reading.ApiSecret = value;
                break;
            case "ALLOWINSECURELOOPBACK" when bool.TryParse(value, out bool isAllowed):
                options.AllowInsecureLoopback = isAllowed;
                break;
            case "ALLOWINSECURELOOPBACK":
                reading.Failures.Add($"{key}: AllowInsecureLoopback is neither true nor false.");
                break;
            default:
                // What stands there may be a part of a secret that contains a semicolon.
                reading.Failures.Add($"{key} has a keyword that isn't known. The keywords are {Keywords}; a value with a semicolon stands in quotes.");
                break;
        }
    }

    /// <returns>The value; <see langword="null"/>: its quote isn't closed.</returns>
    private static string? ReadValue(string text, ref int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        if (position < text.Length && text[position] is '"' or '\'')
        {
            return ReadQuoted(text, ref position);
        }

        int end = text.IndexOf(';', position);
        end = end < 0 ? text.Length : end;
        string value = text[position..end].Trim();
        position = end;
        return value;
    }

    private static string? ReadQuoted(string text, ref int position)
    {
        char quote = text[position++];
        var value = new StringBuilder();
        while (position < text.Length)
        {
            if (text[position] != quote)
            {
                value.Append(text[position++]);
            }
            else if (position + 1 < text.Length && text[position + 1] == quote)
            {
                value.Append(quote);
                position += 2;
            }
            else
            {
                position++;
                return value.ToString();
            }
        }

        return null;
    }
}
