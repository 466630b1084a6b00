namespace TypedEvents.Emulator;

/// <summary>
/// The events that the page shows, one row for each arrival, accepted or not. It is bounded as <see cref="ArrivalLog{T}"/> is: the oldest
/// rows are dropped and counted.
/// </summary>
internal sealed class PageLog(EmulatorOptions options, PlanCheck plan)
{
    /// <summary>The seconds that the page's chart of arrivals shows.</summary>
    public const int RateSeconds = 60;

    private readonly object _lock = new();
    private readonly int[] _rate = new int[RateSeconds];
    private PageRow[] _rows = new PageRow[256];
    private int _start;
    private int _count;
    private long _last;
    private long _bytes;
    private long _cleared;
    private long _requests;
    private long _rateSecond;
    private PageCounts _counts = new();
    private long _dropped;
    private TaskCompletionSource _changed = NewSignal();

    public PlanCheck Plan => plan;

    public long NextRequestNumber() => Interlocked.Increment(ref _requests);

    /// <summary>Adds the events of an accepted report.</summary>
    public void AddAccepted(ReceivedRequest request, IReadOnlyList<Arrival> arrivals)
    {
        lock (_lock)
        {
            foreach (Arrival arrival in arrivals)
            {
                Add(request, arrival, null);
            }

            Signal();
        }
    }

    /// <summary>Adds the events of a report that wasn't accepted, with the response that it gets; counts the request.</summary>
    public void AddRejected(ReceivedRequest request)
    {
        if (request.Events.Count == 0 && request.Status is >= 200 and < 300)
        {
            return;
        }

        lock (_lock)
        {
            foreach (ReceivedEvent received in request.Events)
            {
                Add(request, new Arrival(received, 0, IsConflict: false), request.Response);
            }

            _counts = _counts with { RejectedRequests = _counts.RejectedRequests + 1 };
            Signal();
        }
    }

    /// <summary>Removes the rows up to a sequence number, and starts to count again.</summary>
    public void Clear(long through)
    {
        lock (_lock)
        {
            while (_count > 0 && _rows[_start].Sequence <= through)
            {
                RemoveOldest();
            }

            _cleared = Math.Max(_cleared, Math.Min(through, _last));
            _dropped = 0;
            _counts = new PageCounts();
            plan.Coverage.Clear();
            foreach (PageRow row in Rows(0))
            {
                Count(row);
                plan.Coverage.Add(row);
            }

            Signal();
        }
    }

    /// <summary>The rows after a sequence number, at most <paramref name="max"/>, and the state.</summary>
    public PageRead Read(long after, int max)
    {
        lock (_lock)
        {
            long first = _last - _count + 1;
            int skip = (int)Math.Clamp(after - first + 1, 0, _count);
            PageRow[] rows = [.. Rows(skip).Take(max)];
            long position = rows.Length > 0 ? rows[^1].Sequence : _last;
            return new PageRead(rows, position, first, _last, _cleared, _dropped, Math.Max(0, first - 1 - Math.Max(after, _cleared)), _counts, Rate(), _changed.Task);
        }
    }

    /// <summary>Has the readers send the state again, because something else than the rows has changed.</summary>
    public void Touch()
    {
        lock (_lock)
        {
            Signal();
        }
    }

    public PageRow? Find(long sequence)
    {
        lock (_lock)
        {
            long index = sequence - (_last - _count + 1);
            return index >= 0 && index < _count ? At((int)index) : null;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Add(ReceivedRequest request, Arrival arrival, Response? response)
    {
        var row = new PageRow
        {
            Sequence = ++_last,
            Time = request.Time,
            Received = arrival.Received,
            RequestNumber = request.Number,
            Ordinal = arrival.Ordinal,
            IsConflict = arrival.IsConflict,
            HttpStatus = response?.Status,
            Code = response?.Code,
            Problems = plan.CountProblems(arrival.Received),
        };
        if (_count == _rows.Length)
        {
            var grown = new PageRow[(int)Math.Min((long)_rows.Length * 2, Array.MaxLength)];
            Rows(0).ToArray().CopyTo(grown, 0);
            (_rows, _start) = (grown, 0);
        }

        _rows[(_start + _count++) % _rows.Length] = row;
        _bytes += row.Size;
        Count(row);
        plan.Coverage.Add(row);
        CountRate(row.Time);
        while (_count > options.MaxEvents || (_bytes > options.MaxStoredBytes && _count > 1))
        {
            RemoveOldest();
            _dropped++;
        }
    }

    private void RemoveOldest()
    {
        _bytes -= _rows[_start].Size;
        _rows[_start] = null!;
        _start = (_start + 1) % _rows.Length;
        _count--;
    }

    private PageRow At(int index) => _rows[(_start + index) % _rows.Length];

    private IEnumerable<PageRow> Rows(int skip)
    {
        for (int i = skip; i < _count; i++)
        {
            yield return At(i);
        }
    }

    private void Count(PageRow row) => _counts = _counts with
    {
        Events = _counts.Events + 1,
        Rejected = _counts.Rejected + (row.IsRejected ? 1 : 0),
        Repeated = _counts.Repeated + (row.Ordinal > 1 ? 1 : 0),
        Conflicts = _counts.Conflicts + (row.IsConflict ? 1 : 0),
        Breaks = _counts.Breaks + (row.Problems > 0 ? 1 : 0),
    };

    private void CountRate(DateTimeOffset time)
    {
        AdvanceRate(time.ToUnixTimeSeconds());
        _rate[_rateSecond % RateSeconds]++;
    }

    private void AdvanceRate(long second)
    {
        if (second - _rateSecond >= RateSeconds)
        {
            Array.Clear(_rate);
            _rateSecond = second;
        }

        while (_rateSecond < second)
        {
            _rate[++_rateSecond % RateSeconds] = 0;
        }
    }

    private PageRate Rate()
    {
        AdvanceRate(options.TimeProvider.GetUtcNow().ToUnixTimeSeconds());
        var counts = new int[RateSeconds];
        for (int i = 0; i < RateSeconds; i++)
        {
            counts[i] = _rate[(_rateSecond + 1 + i) % RateSeconds];
        }

        return new PageRate(_rateSecond - RateSeconds + 1, counts);
    }

    private void Signal()
    {
        TaskCompletionSource changed = _changed;
        _changed = NewSignal();
        changed.TrySetResult();
    }
}

/// <summary>What a reader of the page's log gets.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Position">The sequence number to read on after.</param>
/// <param name="First">The sequence number of the oldest stored row.</param>
/// <param name="Last">That of the newest.</param>
/// <param name="Cleared">Rows up to this one were cleared.</param>
/// <param name="Dropped">How many rows were dropped because of the bound.</param>
/// <param name="Skipped">How many rows after the reader's position are no longer stored.</param>
/// <param name="Counts">What arrived.</param>
/// <param name="Rate">The arrivals of the last seconds.</param>
/// <param name="Changed">Completes when there is more.</param>
internal sealed record PageRead(
    PageRow[] Rows, long Position, long First, long Last, long Cleared, long Dropped, long Skipped, PageCounts Counts, PageRate Rate, Task Changed);

/// <summary>What arrived since the start or the last clearing, also what was dropped meanwhile.</summary>
internal sealed record PageCounts(long Events = 0, long Rejected = 0, long Repeated = 0, long Conflicts = 0, long Breaks = 0, long RejectedRequests = 0);

/// <summary>The arrivals in each second.</summary>
/// <param name="From">The first second, since 1970.</param>
/// <param name="Counts">One number for each second.</param>
internal sealed record PageRate(long From, int[] Counts);
