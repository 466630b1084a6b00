using System.Diagnostics;

namespace TypedEvents.Outbox.PostgreSql.Tests;

/// <summary>Waits for what only the server knows: it is asked again and again, in real time, as the database's clock is the real one.</summary>
internal static class Waiting
{
    public static async Task UntilAsync(Func<Task<bool>> isReached)
    {
        var watch = Stopwatch.StartNew();
        while (!await isReached())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), "It wasn't reached within 2 minutes.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
