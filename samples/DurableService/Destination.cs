using TypedEvents;

namespace DurableService;

/// <summary>Chooses where events are sent: to EngageLab, or to an emulator on this host.</summary>
internal static class Destination
{
    public static void Configure(EventTrackerOptions options)
    {
        options.ApiKey = Setting("ENGAGELAB_API_KEY") ?? "local";
        options.ApiSecret = Setting("ENGAGELAB_API_SECRET") ?? "local";
        string? address = Setting("ENGAGELAB_BASE_ADDRESS") ?? (Setting("ENGAGELAB_API_KEY") is null ? "http://127.0.0.1:5199" : null);
        if (address is not null)
        {
            options.BaseAddress = new Uri(address);
            options.AllowInsecureLoopback = true;
        }
    }

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
