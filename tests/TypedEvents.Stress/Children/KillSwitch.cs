using System.Diagnostics;

namespace TypedEvents.Stress;

/// <summary>Kills this process (SIGKILL) when it comes to a step for the n-th time, having said so.</summary>
internal sealed class KillSwitch(KillStep step, int passages)
{
    private int _passages = passages;

    /// <summary>Whether this process kills itself sooner or later.</summary>
    public bool IsSet => step != KillStep.None;

    public void Pass(KillStep at)
    {
        if (at == step && Interlocked.Decrement(ref _passages) == 0)
        {
            ChildOutput.WriteLine(ChildLine.AtStep(step));
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }
    }
}
