namespace TypedEvents;

/// <summary>
/// Is told what a tracker does in the background, so that a test knows it and needn't infer it from timers. There is none otherwise. Each
/// member may be called on any thread, must not throw, and must not wait.
/// </summary>
internal abstract class WorkObserver
{
    /// <summary>A loop was woken, or has begun: it is at work until it waits again.</summary>
    public abstract void NoteLoopAtWork();

    /// <summary>A loop waits until it is woken, or has ended.</summary>
    public abstract void NoteLoopWaiting();

    /// <summary>A request begins.</summary>
    public abstract void NoteRequestBegan();

    /// <summary>A request has ended, however it did.</summary>
    public abstract void NoteRequestEnded();
}
