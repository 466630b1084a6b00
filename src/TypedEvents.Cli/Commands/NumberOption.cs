using System.CommandLine;
using System.Globalization;

namespace TypedEvents.Cli;

/// <summary>The bounds of options that take a number.</summary>
internal static class NumberOption
{
    /// <summary>Rejects numbers outside the bounds. What isn't a number is the parser's error: a validator that asks for its value throws.</summary>
    public static void RequireBetween<T>(this Option<T> option, int least, int most, string message) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) && (number < least || number > most))
        {
            result.AddError(message);
        }
    });
}
