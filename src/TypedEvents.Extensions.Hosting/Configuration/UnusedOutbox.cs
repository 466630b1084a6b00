namespace TypedEvents.Configuration;

/// <summary>Disposes outboxes that no tracker will own.</summary>
internal static class UnusedOutbox
{
    /// <summary>Disposes an outbox and waits for that. It doesn't throw: the exception that keeps the tracker from being made says more.</summary>
    /// <param name="outbox">The outbox; <see langword="null"/>: there is none.</param>
    public static void Dispose(IEventOutbox? outbox)
    {
        if (outbox is null)
        {
            return;
        }

        // An outbox may try to continue on the caller's synchronization context, whose thread is blocked here.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            outbox.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
#pragma warning disable CA1031 // As the summary says.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
