using System.Diagnostics;

namespace TypedEvents.Stress;

/// <summary>Prints the step and kills this process (SIGKILL) when it reaches a step for the n-th time.</summary>
internal sealed class KillSwitch(KillStep step, int passages)
{
    private int _passages = passages;

    /// <summary>Whether this process will kill itself.</summary>
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
