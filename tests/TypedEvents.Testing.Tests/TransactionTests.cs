using Microsoft.Data.Sqlite;

namespace TypedEvents.Testing.Tests;

/// <summary>Events that are tracked within a transaction of the application.</summary>
public sealed class TransactionTests : IDisposable
{
    private static readonly EngageUser User = EngageUser.UserId("user-42");

    private readonly RecordingTracker _tracker = new();
    private readonly SqliteConnection _connection = new("Data Source=:memory:");

    public TransactionTests() => _connection.Open();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _tracker.Dispose();
        _connection.Dispose();
    }

    [Fact]
    public async Task A_recorded_event_names_its_transaction()
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();

        await _tracker.Enlist(transaction).TrackPageViewedAsync(User, "/inside", cancellationToken: Token);
        _tracker.TrackPageViewed(User, "/outside");

        Assert.Equal([transaction, null], _tracker.Of<PageViewed>().Select(item => item.Transaction));
        FlushResult flushed = await _tracker.FlushAsync(Token);
        Assert.Equal((1, 1, 1), (flushed.Tracker.Enlisted, flushed.Tracker.Tracked, flushed.Tracker.Appended));
    }

    [Fact]
    public async Task A_rollback_takes_nothing_back()
    {
        using (SqliteTransaction transaction = _connection.BeginTransaction())
        {
            await _tracker.Enlist(transaction).TrackPageViewedAsync(User, "/inside", cancellationToken: Token);
            await transaction.RollbackAsync(Token);
        }

        Assert.NotNull(_tracker.Single<PageViewed>().Transaction);
    }

    [Fact]
    public async Task After_the_end_of_the_transaction_every_call_throws()
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        IEventTracker enlisted = _tracker.Enlist(transaction);
        await transaction.CommitAsync(Token);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await enlisted.TrackPageViewedAsync(User, "/", cancellationToken: Token));
        _tracker.Nothing();
    }

    [Fact]
    public async Task An_event_without_a_user_is_recorded()
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();

        Assert.Equal(TrackResult.NoUser, await _tracker.Enlist(transaction).ForUser(null).TrackPageViewedAsync("/", cancellationToken: Token));

        Assert.Equal(TrackResult.NoUser, Assert.Single(_tracker.Events).Result);
    }

    [Fact]
    public async Task Only_the_asynchronous_call_works_and_it_can_find_the_outbox_full()
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        IEventTracker enlisted = _tracker.Enlist(transaction);
        _tracker.Return(TrackResult.BufferFull);

        Assert.Throws<NotSupportedException>(() => enlisted.TrackPageViewed(User, "/"));
        await Assert.ThrowsAsync<NotSupportedException>(async () => await enlisted.FlushAsync(Token));
        Assert.Equal(TrackResult.BufferFull, await enlisted.TrackPageViewedAsync(User, "/", cancellationToken: Token));
    }
}
