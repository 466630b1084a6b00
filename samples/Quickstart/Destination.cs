using TypedEvents;
using TypedEvents.Emulator;

namespace Quickstart;

/// <summary>Chooses where events are sent: to EngageLab, or to an emulator in this process.</summary>
internal sealed class Destination : IAsyncDisposable
{
    private readonly EngageLabEmulator? _emulator;
    private readonly string _apiKey;
    private readonly string _apiSecret;

    private Destination(string apiKey, string apiSecret, EngageLabEmulator? emulator)
    {
        _apiKey = apiKey;
        _apiSecret = apiSecret;
        _emulator = emulator;
    }

    public string Name => _emulator is null
        ? OtherAddress ?? "EngageLab"
        : $"an emulator at {_emulator.BaseAddress} (set ENGAGELAB_API_KEY and ENGAGELAB_API_SECRET to report to EngageLab)";

    private static string? OtherAddress => Environment.GetEnvironmentVariable("ENGAGELAB_BASE_ADDRESS") is { Length: > 0 } address ? address : null;

    /// <summary>The live page of the emulator, if there is one.</summary>
    public Uri? Page => _emulator?.PageAddress;

    public static async Task<Destination> ChooseAsync(bool withPage)
    {
        string? apiKey = Environment.GetEnvironmentVariable("ENGAGELAB_API_KEY");
        string? apiSecret = Environment.GetEnvironmentVariable("ENGAGELAB_API_SECRET");
        if (!string.IsNullOrEmpty(apiKey) && !string.IsNullOrEmpty(apiSecret))
        {
            return new Destination(apiKey, apiSecret, emulator: null);
        }

        return new Destination(
            "local",
            "local",
            await EngageLabEmulator.StartAsync(new EmulatorOptions { ApiKey = "local", ApiSecret = "local", Page = withPage }));
    }

    public void Configure(EventTrackerOptions options)
    {
        options.ApiKey = _apiKey;
        options.ApiSecret = _apiSecret;
        if (_emulator is not null)
        {
            options.BaseAddress = _emulator.BaseAddress;
            options.AllowInsecureLoopback = true;
        }
        else if (OtherAddress is not null)
        {
            options.BaseAddress = new Uri(OtherAddress);
            options.AllowInsecureLoopback = true;
        }
    }

    public void PrintReceivedEvents()
    {
        if (_emulator is null)
        {
            return;
        }

        if (_emulator.Events is not [var first, ..])
        {
            Console.WriteLine("No events were received.");
            Console.WriteLine();
            return;
        }

        Console.WriteLine($"{"event",-14} {"user",-12} properties, as received");
        foreach (ReceivedEvent received in _emulator.Events)
        {
            Console.WriteLine($"{received.EventName,-14} {received.Euid,-12} {received.Properties?.GetRawText()}");
        }

        Console.WriteLine();
        Console.WriteLine("The first event's complete JSON:");
        Console.WriteLine($"  {first.Json}");
        Console.WriteLine();
    }

    public ValueTask DisposeAsync() => _emulator?.DisposeAsync() ?? ValueTask.CompletedTask;
}
