namespace TypedEvents.Outbox.PostgreSql;

/// <summary>
/// This process as one of the outbox's senders: registers it, keeps its lease, takes and gives back partitions so that all senders have an even
/// share. It has at most one claim at a time.
/// </summary>
/// <remarks>
/// Claiming and giving back take turns. The heartbeat doesn't wait for them: what it finds about partitions is ignored if they changed
/// meanwhile.
/// </remarks>
internal sealed class SenderService : IAsyncDisposable
{
    /// <summary>How often the lease is renewed.</summary>
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);

    /// <summary>The same with a short lease: otherwise it wouldn't be sure for long enough to begin a request before each heartbeat.</summary>
    private static readonly TimeSpan ShortHeartbeatInterval = TimeSpan.FromSeconds(2);

    /// <summary>The wait after a heartbeat that failed.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often the floors of the partitions are stored.</summary>
    private static readonly TimeSpan FloorInterval = TimeSpan.FromMinutes(1);

    /// <summary>How long a registration outlives a claim that nobody asks to have again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long the last statement of a process may take.</summary>
    private static readonly TimeSpan UnregisterTimeout = TimeSpan.FromSeconds(3);

    private readonly OutboxStore _store;
    private readonly SenderTable _table;
    private readonly TimeSpan _leaseDuration;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly object _lock = new();
    private readonly ITimer _leaseEnd;
    private TimeSpan _heartbeatInterval = HeartbeatInterval;
    private Registration? _registration;
    private PostgreSqlClaim? _claim;
    private SenderView? _lastView;
    private int _changes;
    private long _askedAt;
    private long _floorsStoredAt;
    private bool _isClosed;

    /// <summary>The work beside the heartbeat, which must not wait for it: a slow statement would cost the lease.</summary>
    private Task _keeping = Task.CompletedTask;

    public SenderService(OutboxStore store, TimeSpan leaseDuration, TimeProvider clock)
    {
        _store = store;
        _table = new SenderTable(store.Database, store.Sql);
        _leaseDuration = leaseDuration;
        _clock = clock;
        _floorsStoredAt = clock.GetTimestamp();
        _leaseEnd = DetachedContext.Run(() =>
            clock.CreateTimer(static service => ((SenderService)service!).CheckLease(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
    }

    public SenderTable Table => _table;

    /// <summary>The partitions of the claim.</summary>
    public IReadOnlyList<int> ClaimedPartitions
    {
        get
        {
            lock (_lock)
            {
                return _claim is { IsOver: false } claim ? claim.Partitions : [];
            }
        }
    }

    /// <summary>How the process is registered; <see langword="null"/>: it isn't.</summary>
    public Guid? Sender
    {
        get
        {
            lock (_lock)
            {
                return _registration?.Lease.Sender;
            }
        }
    }

    /// <summary>Fits the heartbeat to a tracker's requests: one begins only while the lease is sure for as long as it may take.</summary>
    public void NoteAttemptTimeout(TimeSpan attemptTimeout) =>
        _heartbeatInterval = _leaseDuration < attemptTimeout + TimeSpan.FromSeconds(10) ? ShortHeartbeatInterval : HeartbeatInterval;

    public async ValueTask<IOutboxClaim?> TryClaimAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(PostgreSqlOutbox));
            lock (_lock)
            {
                if (_claim is { IsOver: false })
                {
                    return null;
                }

                _claim = null;
                _askedAt = _clock.GetTimestamp();
            }

            // Twice: a registration may be gone since a crash of the server, or because its lease was over.
            return await TryClaimInTurnAsync(cancellationToken).ConfigureAwait(false)
                ?? (Sender is null ? await TryClaimInTurnAsync(cancellationToken).ConfigureAwait(false) : null);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Gives a claim back. One that was recalled gives back what is above the share, and the registration stays.</summary>
    public async ValueTask GiveBackAsync(PostgreSqlClaim claim)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            SenderLease lease;
            SenderView? view;
            lock (_lock)
            {
                if (_claim != claim)
                {
                    return;
                }

                _claim = null;
                _askedAt = _clock.GetTimestamp();
                if (claim.IsLost || _registration?.Lease.Sender != claim.Lease.Sender)
                {
                    return;
                }

                lease = claim.Lease;
                view = _lastView;
                _changes++;
            }

            if (claim.IsRecalled)
            {
                int excess = claim.Partitions.Count - (view?.ShareOf(lease.Sender) ?? claim.Partitions.Count);
                if (excess > 0)
                {
                    await TryRunAsync([_table.GiveBack(lease.Sender, [.. claim.Partitions.TakeLast(excess)])]).ConfigureAwait(false);
                }
            }
            else
            {
                await UnregisterAsync(claim.Partitions).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (_lock)
            {
                _changes++;
            }

            _turn.Release();
        }
    }

    /// <summary>A statement found that the registration is gone: the claim is void.</summary>
    public void Lose(PostgreSqlClaim claim)
    {
        Registration? lost = null;
        lock (_lock)
        {
            if (_registration?.Lease.Sender == claim.Lease.Sender)
            {
                lost = _registration;
                _registration = null;
            }
        }

        lost?.End();
        claim.Lose();
    }

    /// <summary>A poll found partitions that nobody sends.</summary>
    public void NoteFree()
    {
        lock (_lock)
        {
            _registration?.Wake();
        }
    }

    public async ValueTask DisposeAsync()
    {
        PostgreSqlClaim? claim;
        lock (_lock)
        {
            claim = _claim;
        }

        // Outside the turn: the claim takes its own.
        claim?.Lose();
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _isClosed = true;
            _claim = null;
            await UnregisterAsync(claim?.Partitions ?? []).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }

        await _leaseEnd.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<IOutboxClaim?> TryClaimInTurnAsync(CancellationToken cancellationToken)
    {
        Registration registration = await RegisterAsync(cancellationToken).ConfigureAwait(false);
        SenderLease lease = registration.Lease;
        lock (_lock)
        {
            _changes++;
        }

        try
        {
            SenderView view = await _table.HeartbeatAsync(lease, cancellationToken).ConfigureAwait(false);
            int has = view.PartitionsOf(lease.Sender).Count;
            int room = view.ShareOf(lease.Sender) - has;
            if (view.IsAlive && has == 0 && (room <= 0 || view.FreeCount == 0))
            {
                // It stands by.
                ArmLeaseEnd(lease);
                return null;
            }

            if (!view.IsAlive || await _table.ClaimAsync(lease, room, cancellationToken).ConfigureAwait(false) is not { } claimed)
            {
                Drop(registration);
                return null;
            }

            ArmLeaseEnd(lease);
            lock (_lock)
            {
                if (_registration != registration || claimed.Partitions.Count == 0)
                {
                    return null;
                }

                _lastView = view;
                return _claim = new PostgreSqlClaim(_store, this, lease, claimed);
            }
        }
        finally
        {
            lock (_lock)
            {
                _changes++;
            }
        }
    }

    private async ValueTask<Registration> RegisterAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_registration is { } known)
            {
                return known;
            }
        }

        var lease = new SenderLease(Guid.NewGuid(), _leaseDuration, _clock);
        await _table.RegisterAsync(lease, cancellationToken).ConfigureAwait(false);
        var registration = new Registration(lease);
        lock (_lock)
        {
            _registration = registration;
            _lastView = null;
        }

        ArmLeaseEnd(lease);

        _ = DetachedContext.Run(() => Task.Run(() => KeepAsync(registration), CancellationToken.None));
        return registration;
    }

    /// <summary>Renews the lease until the registration ends.</summary>
    private async Task KeepAsync(Registration registration)
    {
        TimeSpan wait = _heartbeatInterval;
        while (!registration.HasEnded)
        {
            await registration.WaitAsync(wait, _clock).ConfigureAwait(false);
            if (registration.HasEnded)
            {
                return;
            }

            int changes;
            lock (_lock)
            {
                changes = _changes;
            }

            try
            {
                SenderView view = await _table.HeartbeatAsync(registration.Lease, registration.Ended).ConfigureAwait(false);
                wait = _heartbeatInterval;
                if (view.IsAlive)
                {
                    ArmLeaseEnd(registration.Lease);
                    Judge(registration, view, changes);
                    if (_keeping.IsCompleted)
                    {
                        _keeping = KeepStoreAsync(registration);
                    }
                }
                else
                {
                    Drop(registration);
                }
            }
#pragma warning disable CA1031 // Whatever fails, the lease ends by its time unless a later heartbeat succeeds.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                wait = RetryInterval;
                if (!registration.HasEnded && _store.Logger is { } logger)
                {
                    Log.HeartbeatFailed(logger, _store.Place, exception);
                }
            }
        }
    }

    /// <summary>Compares what the claim has with what the database says, and with this process's share.</summary>
    private void Judge(Registration registration, SenderView view, int changes)
    {
        PostgreSqlClaim? lost = null;
        PostgreSqlClaim? recalled = null;
        lock (_lock)
        {
            if (_registration != registration || _changes != changes)
            {
                return;
            }

            Guid sender = registration.Lease.Sender;
            IReadOnlyList<int> mine = view.PartitionsOf(sender);
            int share = view.ShareOf(sender);
            if (_claim is { IsOver: false, IsRecalled: false } claim)
            {
                if (claim.Partitions.Except(mine).Any())
                {
                    lost = claim;
                }
                else if (mine.Count > claim.Partitions.Count

                    // Rolling deployments: nothing is given back before the list was the same twice.
                    || (mine.Count > share && view.HasSameSenders(_lastView))
                    || (mine.Count < share && view.FreeCount > 0))
                {
                    recalled = claim;
                }
            }

            _lastView = view;
        }

        lost?.Lose();
        recalled?.Recall();
    }

    /// <summary>Does what is to be done now and then while the process is registered. The next heartbeat begins it again.</summary>
    private async Task KeepStoreAsync(Registration registration)
    {
        try
        {
            await UnregisterIfUnusedAsync(registration).ConfigureAwait(false);
            await _store.TryKeepAsync(registration.Ended).ConfigureAwait(false);
            await StoreFloorsAsync(registration).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // None of it is necessary for sending, and the next heartbeat tries again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!registration.HasEnded && _store.Logger is { } logger)
            {
                Log.NotKept(logger, _store.Place, exception);
            }
        }
    }

    private async ValueTask StoreFloorsAsync(Registration registration)
    {
        PostgreSqlClaim? claim;
        lock (_lock)
        {
            claim = _registration == registration ? _claim : null;
        }

        if (claim is { IsOver: false } && _clock.GetElapsedTime(_floorsStoredAt) >= FloorInterval)
        {
            _floorsStoredAt = _clock.GetTimestamp();
            await claim.StoreFloorsAsync(registration.Ended).ConfigureAwait(false);
        }
    }

    /// <summary>Nobody asks for a claim: the partitions are left to others.</summary>
    private async ValueTask UnregisterIfUnusedAsync(Registration registration)
    {
        await _turn.WaitAsync(registration.Ended).ConfigureAwait(false);
        try
        {
            bool isUnused;
            lock (_lock)
            {
                isUnused = _registration == registration && _claim is not { IsOver: false } && _clock.GetElapsedTime(_askedAt) > Patience;
            }

            if (isUnused)
            {
                await UnregisterAsync([.. Enumerable.Range(0, Partition.Count)]).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the registration in the database as well: its partitions are free at once.</summary>
    private async ValueTask UnregisterAsync(IReadOnlyList<int> partitions)
    {
        Registration? registration;
        lock (_lock)
        {
            registration = _registration;
            _registration = null;
        }

        if (registration is not null)
        {
            registration.End();
            Guid sender = registration.Lease.Sender;
            await TryRunAsync([_table.GiveBack(sender, partitions), _table.Unregister(sender)]).ConfigureAwait(false);
        }
    }

    /// <summary>Runs what only spares others a wait: without it the lease ends by its time.</summary>
    private async ValueTask TryRunAsync(IReadOnlyList<Command> commands)
    {
        try
        {
            using var timeout = new CancellationTokenSource(UnregisterTimeout);
            await _store.Database.RunAsync(commands, timeout.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The database may be down, which is no reason to fail.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (_store.Logger is { } logger)
            {
                Log.NotGivenBack(logger, _store.Place, _leaseDuration.TotalSeconds, exception);
            }
        }
    }

    /// <summary>The registration is gone from the database.</summary>
    private void Drop(Registration registration)
    {
        PostgreSqlClaim? claim = null;
        lock (_lock)
        {
            if (_registration == registration)
            {
                _registration = null;
                claim = _claim;
            }
        }

        registration.End();
        claim?.Lose();
    }

    private void ArmLeaseEnd(SenderLease lease)
    {
        TimeSpan sure = lease.SureFor;
        try
        {
            _leaseEnd.Change(sure > TimeSpan.Zero ? sure : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The outbox was closed meanwhile.
        }
    }

    /// <summary>Ends the claim where no heartbeat succeeded in time: another process may have the partitions soon.</summary>
    private void CheckLease()
    {
        Registration? registration;
        lock (_lock)
        {
            registration = _registration;
        }

        if (registration is null)
        {
            return;
        }

        if (registration.Lease.SureFor > TimeSpan.Zero)
        {
            ArmLeaseEnd(registration.Lease);
            return;
        }

        if (_store.Logger is { } logger)
        {
            Log.LeaseOver(logger, _store.Place);
        }

        Drop(registration);
    }

    /// <summary>A registration with the loop that keeps it.</summary>
#pragma warning disable CA1001 // The source has no timer: there is nothing to free.
    private sealed class Registration(SenderLease lease)
#pragma warning restore CA1001
    {
        private readonly CancellationTokenSource _ended = new();
        private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SenderLease Lease => lease;

        public CancellationToken Ended => _ended.Token;

        public bool HasEnded => _ended.IsCancellationRequested;

        public void Wake() => Volatile.Read(ref _wake).TrySetResult();

        public void End()
        {
            lease.End();
            _ = _ended.CancelAsync();
        }

        public async ValueTask WaitAsync(TimeSpan time, TimeProvider clock)
        {
            try
            {
                await Volatile.Read(ref _wake).Task.WaitAsync(time, clock, Ended).ConfigureAwait(false);
                Volatile.Write(ref _wake, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }
            catch (TimeoutException)
            {
            }
            catch (OperationCanceledException)
            {
            }
        }
    }
}
