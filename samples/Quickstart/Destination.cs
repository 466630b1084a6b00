using TypedEvents;
using TypedEvents.Collector;

namespace Quickstart;

/// <summary>Where the events go: EngageLab, or a stand-in for it in this process.</summary>
internal sealed class Destination : IAsyncDisposable
{
    private readonly EngageLabCollector? _collector;
    private readonly string _apiKey;
    private readonly string _apiSecret;

    private Destination(string apiKey, string apiSecret, EngageLabCollector? collector)
    {
        _apiKey = apiKey;
        _apiSecret = apiSecret;
        _collector = collector;
    }

    public string Name => _collector is null
        ? OtherAddress ?? "EngageLab"
        : $"a local collector at {_collector.BaseAddress} (set ENGAGELAB_API_KEY and ENGAGELAB_API_SECRET to report to EngageLab)";

    private static string? OtherAddress => Environment.GetEnvironmentVariable("ENGAGELAB_BASE_ADDRESS") is { Length: > 0 } address ? address : null;

    public static async Task<Destination> ChooseAsync()
    {
        string? apiKey = Environment.GetEnvironmentVariable("ENGAGELAB_API_KEY");
        string? apiSecret = Environment.GetEnvironmentVariable("ENGAGELAB_API_SECRET");
        if (!string.IsNullOrEmpty(apiKey) && !string.IsNullOrEmpty(apiSecret))
        {
            return new Destination(apiKey, apiSecret, collector: null);
        }

        return new Destination(
            "local",
            "local",
            await EngageLabCollector.StartAsync(new CollectorOptions { ApiKey = "local", ApiSecret = "local" }));
    }

    public void Configure(EventTrackerOptions options)
    {
        options.ApiKey = _apiKey;
        options.ApiSecret = _apiSecret;
        if (_collector is not null)
        {
            options.BaseAddress = _collector.BaseAddress;
            options.AllowInsecureLoopback = true;
        }
        else if (OtherAddress is not null)
        {
            options.BaseAddress = new Uri(OtherAddress);
            options.AllowInsecureLoopback = true;
        }
    }

    public void PrintWhatArrived()
    {
        if (_collector is null)
        {
            return;
        }

        if (_collector.Events is not [var first, ..])
        {
            Console.WriteLine("Nothing arrived.");
            Console.WriteLine();
            return;
        }

        Console.WriteLine($"{"event",-14} {"user",-12} properties, as they arrived");
        foreach (ReceivedEvent received in _collector.Events)
        {
            Console.WriteLine($"{received.EventName,-14} {received.Euid,-12} {received.Properties?.GetRawText()}");
        }

        Console.WriteLine();
        Console.WriteLine("One of them whole:");
        Console.WriteLine($"  {first.Json}");
        Console.WriteLine();
    }

    public ValueTask DisposeAsync() => _collector?.DisposeAsync() ?? ValueTask.CompletedTask;
}
