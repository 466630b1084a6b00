using System.Text;
using Microsoft.Extensions.Logging;
using TypedEvents.Emulator;

namespace TypedEvents.TestUtilities;

/// <summary>Captures the logs of a test's trackers, and asserts that they contain neither credentials nor events.</summary>
public sealed class TestSecrets
{
    private static readonly string[] Credentials =
    [
        Trackers.ApiKey,
        Trackers.ApiSecret,
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Trackers.ApiKey}:{Trackers.ApiSecret}")),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Trackers.ApiSecret)),
    ];

    private readonly List<CapturingLogger> _loggers = [];
    private readonly HashSet<EngageLabEmulator> _emulators = [];

    /// <param name="emulator">The emulator that receives the events.</param>
    /// <param name="own">The test's logger, if it has one.</param>
    /// <returns>The logger for the tracker.</returns>
    public ILoggerFactory Watch(EngageLabEmulator emulator, ILoggerFactory? own)
    {
        _emulators.Add(emulator);
        if (own is not (null or CapturingLogger))
        {
            return own;
        }

        CapturingLogger logger = own as CapturingLogger ?? new CapturingLogger();
        _loggers.Add(logger);
        return logger;
    }

    /// <summary>Asserts that no log contains credentials or the <c>random_id</c> of an event, which would show that a request's body was logged.</summary>
    public void AssertNotLogged()
    {
        string[] logged = [.. _loggers.SelectMany(logger => logger.Entries).Select(entry => entry.Text)];
        if (logged.Length == 0)
        {
            return;
        }

        string text = string.Join('\n', logged);
        Assert.All(Credentials, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        IEnumerable<string> ids = _emulators.SelectMany(emulator => emulator.Requests).SelectMany(request => request.Events).Select(received => received.RandomId).Distinct();
        Assert.DoesNotContain(ids, id => text.Contains(id, StringComparison.Ordinal));
    }
}
