using Microsoft.Extensions.Hosting;

namespace TypedEvents.Collector;

/// <summary>Leaves Ctrl+C and termination signals to the process that the collector is a guest in.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
