namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// Starts what outlives the caller's call without its execution context, which would keep the caller's async locals alive, such as a request.
/// </summary>
internal static class DetachedContext
{
    public static T Run<T>(Func<T> create)
    {
        // Suppressing the flow twice is an error on .NET 8.
        if (ExecutionContext.IsFlowSuppressed())
        {
            return create();
        }

        using (ExecutionContext.SuppressFlow())
        {
            return create();
        }
    }
}
