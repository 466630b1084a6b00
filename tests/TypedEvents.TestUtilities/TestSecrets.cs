using System.Text;
using Microsoft.Extensions.Logging;
using TypedEvents.Emulator;

namespace TypedEvents.TestUtilities;

/// <summary>Captures all that the trackers of a test log, and knows what must not be among it.</summary>
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

    /// <param name="emulator">Where the bodies arrive.</param>
    /// <param name="own">The test's own logger, if it has one.</param>
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

    /// <summary>The <c>random_id</c> is in each body once, and nowhere else: it tells a body that was logged.</summary>
    public void AssertKept()
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
