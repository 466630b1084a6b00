using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TypedEvents.Emulator;

/// <summary>
/// Server-sent events for one page: batches of new rows, at most one each <see cref="Interval"/>, with the sequence number of the last
/// row as their id, so that a browser resumes where it was.
/// </summary>
internal sealed class PageStream(Stream output, PageLog log, PageFilter filter, UserDirectory users, Func<PageRow, RowJson> toJson, Misbehavior misbehavior)
{
    private const int MaxRows = 1000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>So that both sides notice that the other one has gone.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    public async Task RunAsync(HelloJson hello, long position, CancellationToken ended)
    {
        await WriteAsync("hello", null, hello, PageJsonContext.Default.HelloJson, ended).ConfigureAwait(false);
        while (true)
        {
            PageRead read = log.Read(position, MaxRows);
            position = read.Position;
            (int seen, int total) = log.Plan.Coverage.Progress();
            BehaviorStateJson behavior = misbehavior.State;
            var batch = new BatchJson
            {
                Rows = [.. read.Rows.Where(row => filter.Matches(row, users)).Select(row => toJson(row))],
                Position = position,
                First = read.First,
                Last = read.Last,
                Cleared = read.Cleared,
                Dropped = read.Dropped,
                Skipped = read.Skipped,
                Counts = read.Counts,
                Rate = read.Rate,
                Queued = behavior.Queued,
                Misbehaves = behavior.Misbehaves,
                PlanSeen = seen,
                PlanTotal = total,
            };
            await WriteAsync("batch", position, batch, PageJsonContext.Default.BatchJson, ended).ConfigureAwait(false);
            if (position < read.Last)
            {
                continue;
            }

            await Task.Delay(Interval, ended).ConfigureAwait(false);
            await Task.WhenAny(read.Changed, Task.Delay(Heartbeat, ended)).ConfigureAwait(false);
            ended.ThrowIfCancellationRequested();
        }
    }

    private async Task WriteAsync<T>(string name, long? id, T value, JsonTypeInfo<T> type, CancellationToken ended)
    {
        var message = new MemoryStream();
        message.Write(System.Text.Encoding.UTF8.GetBytes(
            id is null ? $"event: {name}\ndata: " : string.Create(CultureInfo.InvariantCulture, $"event: {name}\nid: {id}\ndata: ")));
        JsonSerializer.Serialize(message, value, type);
        message.Write("\n\n"u8);
        await output.WriteAsync(message.GetBuffer().AsMemory(0, (int)message.Length), ended).ConfigureAwait(false);
        await output.FlushAsync(ended).ConfigureAwait(false);
    }
}
