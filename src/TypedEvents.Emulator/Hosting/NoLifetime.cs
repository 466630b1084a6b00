using Microsoft.Extensions.Hosting;

namespace TypedEvents.Emulator;

/// <summary>Leaves Ctrl+C and termination signals to the host process.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
