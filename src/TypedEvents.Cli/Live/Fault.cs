using System.Globalization;
using TypedEvents.Emulator;

namespace TypedEvents.Cli;

/// <summary>A fault that <c>--fail</c> asks for, such as <c>503 every 10</c>.</summary>
internal sealed class Fault
{
    private const string Examples = "\"503 every 10\", \"429 retry-after 5 first 3\", \"slow 2s\", \"drip 10ms\", \"cut first 1\", \"cut-halfway\", \"lose-response every 5\", \"hang first 1\" or \"reject sign_up\"";
    private const int MaxSeconds = 600;

    private Fault()
    {
    }

    /// <summary>The name of the events to reject; <see langword="null"/> for another kind of fault.</summary>
    public string? RejectedEvent { get; private init; }

    private EmulatorBehavior? Behavior { get; init; }

    /// <summary>Each such request fails: 10 for the 10th, the 20th …</summary>
    private int Every { get; init; } = 1;

    /// <summary>Only the first requests fail.</summary>
    private int First { get; init; } = int.MaxValue;

    /// <exception cref="ToolException">It isn't understood; the message says where.</exception>
    public static Fault Parse(string text)
    {
        var words = new FaultText(text);
        string kind = words.Next("a fault");
        EmulatorBehavior? behavior = kind switch
        {
            "slow" => EmulatorBehavior.Normal.After(words.NextDuration()),
            "drip" => EmulatorBehavior.Normal.Drip(words.NextDuration()),
            "cut" => EmulatorBehavior.Cut,
            "cut-halfway" => EmulatorBehavior.Normal.CutHalfway(),
            "lose-response" => EmulatorBehavior.LoseResponse,
            "hang" => EmulatorBehavior.Hang,
            "reject" => null,
            _ => Respond(kind, words),
        };
        if (behavior is null)
        {
            string name = words.Next("an event's name");
            words.End();
            return new Fault { RejectedEvent = name };
        }

        switch (words.NextOrNull())
        {
            case null:
                return new Fault { Behavior = behavior };
            case "every":
                int every = words.NextNumber(1, int.MaxValue);
                words.End();
                return new Fault { Behavior = behavior, Every = every };
            case "first":
                int first = words.NextNumber(1, int.MaxValue);
                words.End();
                return new Fault { Behavior = behavior, First = first };
            default:
                throw words.Wrong("'every' or 'first'");
        }
    }

    /// <summary>Has an emulator fail.</summary>
    public static void Apply(IReadOnlyList<Fault> faults, EngageLabEmulator emulator)
    {
        HashSet<string> rejected = [.. faults.Select(fault => fault.RejectedEvent).OfType<string>()];
        if (rejected.Count > 0)
        {
            emulator.RejectEvents(received => rejected.Contains(received.EventName));
        }

        Fault[] behaviors = [.. faults.Where(fault => fault.Behavior is not null)];
        if (behaviors.Length > 0)
        {
            long requests = 0;
            emulator.RespondWith(_ =>
            {
                long number = Interlocked.Increment(ref requests);
                return Array.Find(behaviors, fault => number % fault.Every == 0 && number <= fault.First)?.Behavior;
            });
        }
    }

    private static EmulatorBehavior Respond(string word, FaultText words)
    {
        if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int status) || status is < 200 or > 599 or 204 or 205 or 304)
        {
            throw words.Wrong("a status from 200 to 599 that allows a body, slow, drip, cut, cut-halfway, lose-response, hang or reject");
        }

        // As the buttons of the page: a code that no documented one can be mistaken for.
        var respond = EmulatorBehavior.Respond(status, 90000 + status);
        return words.Skip("retry-after")
            ? respond.WithHeader("Retry-After", words.NextNumber(0, int.MaxValue).ToString(CultureInfo.InvariantCulture))
            : respond;
    }

    /// <summary>The words of a fault, one after the other.</summary>
    private sealed class FaultText(string text)
    {
        private readonly string[] _words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        private int _next;

        public string? NextOrNull() => _next < _words.Length ? _words[_next++] : null;

        public string Next(string expected) => NextOrNull() ?? throw new ToolException($"--fail \"{text}\" lacks {expected}. Write {Examples}.");

        public bool Skip(string word)
        {
            bool isNext = _next < _words.Length && _words[_next] == word;
            _next += isNext ? 1 : 0;
            return isNext;
        }

        public int NextNumber(int min, int max) =>
            int.TryParse(Next("a number"), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
                ? number
                : throw Wrong($"a number from {min}");

        public TimeSpan NextDuration()
        {
            string word = Next("a duration, such as 2s or 500ms");
            (string digits, double unit) = word.EndsWith("ms", StringComparison.Ordinal) ? (word[..^2], 0.001) : word.EndsWith('s') ? (word[..^1], 1) : ("", 0);
            return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number * unit <= MaxSeconds
                ? TimeSpan.FromSeconds(number * unit)
                : throw Wrong($"a duration up to {MaxSeconds}s, such as 2s or 500ms");
        }

        public void End()
        {
            if (NextOrNull() is not null)
            {
                throw Wrong("nothing more");
            }
        }

        /// <summary>Says that the last word isn't what was expected.</summary>
        public ToolException Wrong(string expected) => new($"--fail \"{text}\" has '{_words[_next - 1]}' where {expected} is expected. Write {Examples}.");
    }
}
