using TypedEvents;
using TypedEvents.Collector;

namespace Quickstart;

/// <summary>Where the events go: EngageLab, or a stand-in for it in this process.</summary>
internal sealed class Destination : IAsyncDisposable
{
    private readonly EngageLabCollector? _collector;

    private Destination(EngageApiOptions apiOptions, EngageLabCollector? collector)
    {
        ApiOptions = apiOptions;
        _collector = collector;
    }

    public string Name => _collector is null
        ? $"EngageLab at {ApiOptions.BaseAddress}"
        : $"a local collector at {ApiOptions.BaseAddress} (set ENGAGELAB_API_KEY and ENGAGELAB_API_SECRET to report to EngageLab)";

    public EngageApiOptions ApiOptions { get; }

    public static async Task<Destination> ChooseAsync()
    {
        string? apiKey = Environment.GetEnvironmentVariable("ENGAGELAB_API_KEY");
        string? apiSecret = Environment.GetEnvironmentVariable("ENGAGELAB_API_SECRET");
        if (!string.IsNullOrEmpty(apiKey) && !string.IsNullOrEmpty(apiSecret))
        {
            return new Destination(new EngageApiOptions { ApiKey = apiKey, ApiSecret = apiSecret }, collector: null);
        }

        EngageLabCollector collector = await EngageLabCollector.StartAsync(new CollectorOptions { ApiKey = "local", ApiSecret = "local" });
        return new Destination(
            new EngageApiOptions
            {
                BaseAddress = collector.BaseAddress,
                AllowInsecureLoopback = true,
                ApiKey = "local",
                ApiSecret = "local",
            },
            collector);
    }

    public void Configure(EventTrackerOptions options)
    {
        options.BaseAddress = ApiOptions.BaseAddress;
        options.AllowInsecureLoopback = ApiOptions.AllowInsecureLoopback;
        options.ApiKey = ApiOptions.ApiKey;
        options.ApiSecret = ApiOptions.ApiSecret;
    }

    public void PrintWhatArrived()
    {
        if (_collector is null)
        {
            return;
        }

        Console.WriteLine($"{"event",-14} {"user",-12} properties, as they arrived");
        foreach (ReceivedEvent received in _collector.Events)
        {
            Console.WriteLine($"{received.EventName,-14} {received.Euid,-12} {received.Properties?.GetRawText()}");
        }

        Console.WriteLine();
        Console.WriteLine("One of them whole:");
        Console.WriteLine($"  {_collector.Events[0].Json}");
        Console.WriteLine();
    }

    public ValueTask DisposeAsync() => _collector?.DisposeAsync() ?? ValueTask.CompletedTask;
}
