using System.Diagnostics;

namespace TypedEvents.Torture;

/// <summary>Kills this process (SIGKILL) when it comes to a step for the n-th time.</summary>
internal sealed class KillSwitch(KillStep step, int passages)
{
    private int _passages = passages;

    public void Pass(KillStep at)
    {
        if (at == step && Interlocked.Decrement(ref _passages) == 0)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }
    }
}
