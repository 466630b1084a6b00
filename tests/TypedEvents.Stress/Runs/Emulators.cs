using TypedEvents.Emulator;

namespace TypedEvents.Stress;

/// <summary>Starts emulators for runs that account for every event.</summary>
internal static class Emulators
{
    public static Task<EngageLabEmulator> StartAsync() => EngageLabEmulator.StartAsync(new EmulatorOptions
    {
        MaxEvents = int.MaxValue,
        MaxRequests = int.MaxValue,
        MaxStoredBytes = long.MaxValue,
    });
}
